"""Finds names by how they are written, sound or begin, and weighs each find by the size of the place.

A score is roughly the logarithm of how often people mean that place when they type this: the logarithm
of its population, less a toll for each way in which the typed word departs from its name.
"""

import bisect
import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from domain import place_words


class Kind(enum.IntEnum):
    """How a key names a place; the further down, the less likely meant."""

    NAME = 0
    ALIAS = 1
    BARE = 2
    HEAD = 3
    TAIL = 4


_KIND_TOLL = {Kind.NAME: 0.0, Kind.ALIAS: 0.3, Kind.BARE: 0.3, Kind.HEAD: 0.8, Kind.TAIL: 2.5}
_TYPO_TOLL = 4.0
_FIRST_LETTER_TOLL = 1.5
_SOUND_TOLL = 2.0
_UNFINISHED_TOLL = 1.5
_MISSING_LETTER_TOLL = 0.25
_LEAST_UNFINISHED = 3

Finds = dict[int, float]
"""Place (its position in the list given) → best score."""


class NameIndex:
    """Names of places, ready to be searched; built once, then only read."""

    def __init__(self, names: Iterable[tuple[str, int, Kind]], weights: Sequence[float]) -> None:
        self._weights = weights
        holders: defaultdict[str, dict[int, Kind]] = defaultdict(dict)
        for key, place, kind in names:
            if key and kind <= holders[key].get(place, Kind.TAIL):
                holders[key][place] = kind
        self._holders = {key: tuple(places.items()) for key, places in holders.items()}
        self._sorted = sorted(self._holders)
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._sorted:
            self._by_length[len(key)].append(key)
            self._by_sound[place_words.sound_key(key)].append(key)

    def exact(self, key: str) -> Finds:
        """Places called just that."""
        return self._scored([(key, 0.0)] if key in self._holders else ())

    def named(self, key: str) -> list[int]:
        """Places whose full name is just that: homonyms."""
        return [place for place, kind in self._holders.get(key, ()) if kind is Kind.NAME]

    def alike(self, key: str) -> Finds:
        """Places called that, or something that sounds, begins, or is written nearly so."""
        return self._scored((*self._sounding(key), *self._beginning(key), *self._misspelt(key)))

    def _scored(self, keys: Iterable[tuple[str, float]]) -> Finds:
        finds: Finds = {}
        for key, toll in keys:
            for place, kind in self._holders[key]:
                score = self._weights[place] - toll - _KIND_TOLL[kind]
                if score > finds.get(place, float("-inf")):
                    finds[place] = score
        return finds

    def _sounding(self, key: str) -> Iterator[tuple[str, float]]:
        for other in self._by_sound.get(place_words.sound_key(key), ()):
            yield other, 0.0 if other == key else _SOUND_TOLL

    def _beginning(self, key: str) -> Iterator[tuple[str, float]]:
        if len(key) < _LEAST_UNFINISHED:
            return
        start = bisect.bisect_left(self._sorted, key)
        end = bisect.bisect_left(self._sorted, key + "~")
        for other in self._sorted[start:end]:
            missing = len(other) - len(key)
            yield other, _UNFINISHED_TOLL + _MISSING_LETTER_TOLL * missing if missing else 0.0

    def _misspelt(self, key: str) -> Iterator[tuple[str, float]]:
        most = _most_typos(len(key))
        for length in range(len(key) - most, len(key) + most + 1):
            choices = self._by_length.get(length)
            if choices:
                found = process.extract(key, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
                for other, typos, _ in found:
                    yield other, _TYPO_TOLL * typos + (_FIRST_LETTER_TOLL if other[0] != key[0] else 0.0)


def _most_typos(length: int) -> int:
    """One typo in three letters, two from six, three from ten."""
    return sum(length >= enough for enough in (3, 6, 10))
