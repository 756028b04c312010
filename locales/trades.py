"""The word lists of trades, one file a language in `trades/` (their format: `trades/README.md`)."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from domain import lexicon
from domain.sectors import Sector

_FOLDER = Path(__file__).parent / "trades"
_EVENTS_SPEAK = "fr"
_FEMININE_ENDING = re.compile(r"\([^)]*\)")
_HEADING = re.compile(r"\[([A-N-])[^\]]*\]")


def load(extra: Iterable[lexicon.Term] = ()) -> lexicon.Lexicon:
    """All languages at once, with the operator's own labels if any. Takes a tenth of a second."""
    french_first = sorted(_FOLDER.glob("*.txt"), key=lambda path: (path.stem != _EVENTS_SPEAK, path.name))
    terms = [term for path in french_first for term in read_terms(path)]
    return lexicon.build([*terms, *extra])


def read_terms(path: Path) -> Iterator[lexicon.Term]:
    """The terms of one list. ValueError, with file and line, when a line stands under no heading."""
    foreign = path.stem != _EVENTS_SPEAK
    sector: Sector | None = None
    headed = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if heading := _HEADING.fullmatch(text):
            sector, headed = (None if heading[1] == "-" else Sector(heading[1])), True
        elif not headed or text.startswith("["):
            raise ValueError(f"{path.name}, line {number}: expected a heading such as [N Transport]")
        else:
            yield from _terms_of_line(text, sector, foreign=foreign)


def read_rome_appellations(path: Path) -> tuple[lexicon.Term, ...]:
    """The official names of trades from the operator's ROME file: any CSV with the two columns.

    ValueError when a column is missing, OSError when the file cannot be read. They only help a person who
    types: in the text of an event, thousands of rare names would find what is not there.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := {"libelle_appellation_court", "code_rome"} - set(rows.fieldnames or ()):
            raise ValueError(f"{path.name}: no column {', '.join(sorted(missing))}")
        return tuple(
            lexicon.Term(form, Sector(row["code_rome"][0]), typed_only=True)
            for row in rows
            if row["code_rome"][:1] in set(Sector)
            for form in _forms(row["libelle_appellation_court"])
        )


def _forms(label: str) -> Iterator[str]:
    """The masculine and the feminine of an official name: « Agent / Agente de piste », « Monteur(se) »."""
    masculine, _, feminine = _FEMININE_ENDING.sub("", label).partition(" / ")
    if feminine:
        complement = feminine.split()[len(masculine.split()) :]
        yield " ".join([masculine, *complement])
        yield feminine
    elif masculine:
        yield masculine


def _terms_of_line(line: str, sector: Sector | None, *, foreign: bool) -> Iterator[lexicon.Term]:
    for written in line.split(","):
        text = written.strip()
        if text:
            yield lexicon.Term(text.removeprefix("~"), sector, typed_only=foreign or text.startswith("~"))
