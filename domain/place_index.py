"""Finds places by how their names are written, sound or begin."""

import bisect
import enum
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from domain import departments, place_words
from domain.communes import Commune
from domain.place_table import Finds, PlaceTable


class Kind(enum.IntEnum):
    """How a key names a place; the further down, the less likely meant."""

    NAME = 0
    ALIAS = 1
    BARE = 2
    HEAD = 3
    TAIL = 4
    AREA = 5
    """A région or the like, in the name of its départements."""


_KIND_TOLL = {Kind.NAME: 0.0, Kind.ALIAS: 0.3, Kind.BARE: 0.3, Kind.HEAD: 0.8, Kind.TAIL: 2.5, Kind.AREA: 2.0}
_SHORT_NAME_POPULATION = 2000
"""Smaller communes are rarely called by half of their name."""
_TAIL_POPULATION = 10_000

_TYPO_TOLL = 4.0
_FIRST_LETTER_TOLL = 1.5
_SOUND_TOLL = 2.0
_UNFINISHED_TOLL = 1.5
_MISSING_LETTER_TOLL = 0.25
_LEAST_UNFINISHED = 3


class NameIndex:
    """Every name of every place of a table, ready to be searched; built once, then only read."""

    def __init__(self, table: PlaceTable) -> None:
        self._weights = table.weights
        holders: defaultdict[str, dict[int, Kind]] = defaultdict(dict)
        for key, position, kind in _names(table):
            if kind <= holders[key].get(position, Kind.AREA):
                holders[key][position] = kind
        holders.pop("", None)
        self._holders = {key: tuple(kinds.items()) for key, kinds in holders.items()}
        self._sorted = sorted(self._holders)
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        by_length: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
        for key in self._sorted:
            self._by_sound[place_words.sound_key(key)].append(key)
            by_length[len(key)].append((-max(self._scored([(key, 0.0)]).values()), key))
        self._by_length = {length: _LikeliestFirst(keys) for length, keys in by_length.items()}

    def exact(self, key: str) -> Finds:
        """Places called just that."""
        return self._scored([(key, 0.0)] if key in self._holders else ())

    def alike(self, key: str, least: float = -math.inf) -> Finds:
        """Places called that, or something that sounds or is written nearly so.

        Misspelt ones with a score below `least` may be left out: it is they that take long.
        """
        return self._scored((*self._sounding(key), *self._misspelt(key, least)))

    def begun(self, key: str) -> Finds:
        """Places whose name begins so and goes on."""
        return self._scored(self._beginning(key))

    def _scored(self, keys: Iterable[tuple[str, float]]) -> Finds:
        finds: dict[int, float] = {}
        for key, toll in keys:
            for position, kind in self._holders[key]:
                score = self._weights[position] - toll - _KIND_TOLL[kind]
                if position not in finds or score > finds[position]:
                    finds[position] = score
        return finds

    def _sounding(self, key: str) -> Iterator[tuple[str, float]]:
        for other in self._by_sound.get(place_words.sound_key(key), ()):
            yield other, 0.0 if other == key else _SOUND_TOLL

    def _beginning(self, key: str) -> Iterator[tuple[str, float]]:
        if len(key) < _LEAST_UNFINISHED:
            return
        start = bisect.bisect_right(self._sorted, key)
        end = bisect.bisect_left(self._sorted, key + "~")
        for other in self._sorted[start:end]:
            yield other, _UNFINISHED_TOLL + _MISSING_LETTER_TOLL * (len(other) - len(key))

    def _misspelt(self, key: str, least: float) -> Iterator[tuple[str, float]]:
        most = _most_typos(len(key))
        for length in range(len(key) - most, len(key) + most + 1) if most else ():
            if length not in self._by_length:
                continue
            fewest = max(1, abs(length - len(key)))
            choices = self._by_length[length].from_score(least + _TYPO_TOLL * fewest)
            found = process.extract(key, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
            for other, typos, _ in found:
                yield other, _TYPO_TOLL * typos + (_FIRST_LETTER_TOLL if other[0] != key[0] else 0.0)


class _LikeliestFirst:
    """Names by the score of who types them just so."""

    def __init__(self, keys: list[tuple[float, str]]) -> None:
        keys.sort()
        self._keys = [key for _, key in keys]
        self._minus_scores = array("d", [minus for minus, _ in keys])

    def from_score(self, least: float) -> Sequence[str]:
        """Return those that score no less."""
        end = bisect.bisect_right(self._minus_scores, -least)
        return self._keys if end == len(self._keys) else self._keys[:end]


def _most_typos(length: int) -> int:
    """One typo from three letters, two from four, three from nine."""
    return sum(length >= enough for enough in (3, 4, 9))


def _names(table: PlaceTable) -> Iterator[tuple[str, int, Kind]]:
    for position, place in enumerate(table.places):
        if isinstance(place, Commune):
            yield from _commune_names(place, position)
        elif place.name != place.centre.name:  # Paris, Saint-Martin: the commune will do
            yield place_words.core_key(place_words.tokens(place.name)), position, Kind.NAME
    for area, codes in departments.AREAS.items():
        key = place_words.core_key(place_words.tokens(area))
        for code in codes.split():
            if code in table.departments:
                yield key, table.departments[code], Kind.AREA


def _commune_names(commune: Commune, position: int) -> Iterator[tuple[str, int, Kind]]:
    for name, kind in ((commune.name, Kind.NAME), *((alias, Kind.ALIAS) for alias in commune.aliases)):
        words = place_words.tokens(name)
        yield place_words.core_key(words), position, kind
        if words[0] in place_words.ARTICLES:
            yield "".join(words), position, Kind.ALIAS
        if commune.population >= _SHORT_NAME_POPULATION:
            yield place_words.bare_key(words), position, Kind.BARE
            if kind is Kind.NAME:
                yield place_words.head_key(words), position, Kind.HEAD
                if commune.population >= _TAIL_POPULATION:
                    yield place_words.tail_key(words), position, Kind.TAIL
