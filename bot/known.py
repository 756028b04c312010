"""What is read from our own files, each part when it is first asked for: a start needs none of it."""

import functools
from collections.abc import Sequence
from pathlib import Path

from domain.lexicon import Lexicon
from domain.places import Commune, Gazetteer
from locales import trades
from sources.reading import Surroundings
from storage import gazetteer


class Known(Surroundings):
    """The places and the trades of France."""

    def __init__(self, rome_file: Path | None) -> None:
        """Raises ValueError or OSError when the operator's own file can't be read."""
        self.__dict__["_extra"] = trades.read_rome_appellations(rome_file) if rome_file else ()

    @functools.cached_property
    def communes(self) -> Sequence[Commune]:
        """Every commune."""
        return gazetteer.load()

    @functools.cached_property
    def gazetteer(self) -> Gazetteer:
        """The same, to be searched."""
        return Gazetteer(self.communes)

    @functools.cached_property
    def lexicon(self) -> Lexicon:
        """The words of trades."""
        return trades.load(self.__dict__["_extra"])

    def read(self) -> None:
        """Read all of it now. Takes about two seconds: not on an event loop."""
        _ = self.lexicon
        self.gazetteer.prepare()
