"""Finds places by figures: postal codes, codes of départements, numbers of arrondissements."""

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from domain import departments, place_words
from domain.communes import Commune
from domain.place_table import CITIES, Finds, PlaceTable

RIGHT_CODE = 6.0
"""What a place gains when its postal code was typed."""

_CITY_IN_CODE_TOLL = 9.0
_UNKNOWN_CODE_TOLL = 12.0
_SHARED_DIGIT = 1.5
_RIGHT_NUMBER = 10.0
"""What a département, or an arrondissement of a named city, gains by its number."""

_ARRONDISSEMENTS = {"paris": 75100, "lyon": 69380, "marseille": 13200}
"""Code of an arrondissement, less its number."""
_CITY_DEPARTMENTS = frozenset({"75", "69", "13"})
_ORDINAL = re.compile(r"(\d{1,2})(?:e|er|ere|em|eme|ieme|iem|me|r|nd|nde|th|st)?")
_ORDINAL_WORDS = frozenset(
    {"e", "er", "ere", "em", "eme", "ieme", "arr", "arrdt", "ardt", "arrondissement", "arrondissements", "th"}
)
_ROMAN_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ROMAN = {
    numeral + ending: number
    for number, numeral in enumerate(_ROMAN_NUMERALS.split(), start=1)
    for ending in ("", "e", "eme")
}


class PostalCodes:
    """Postal codes of all communes."""

    def __init__(self, table: PlaceTable) -> None:
        self._weights = table.weights
        self._cities = {table.communes[code] for code in CITIES.values() if code in table.communes}
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for position, place in enumerate(table.places):
            for postal_code in place.postal_codes if isinstance(place, Commune) else ():
                self._holders[postal_code].append(position)

    def at(self, postal_code: str) -> Finds:
        """Communes with this code, arrondissements before their city; of an unknown one, those like it."""
        holders = self._holders.get(postal_code)
        if not holders:
            return self._near(postal_code)
        finds = {position: self._weights[position] + RIGHT_CODE for position in holders}
        if len(holders) > 1:
            for city in self._cities & finds.keys():
                finds[city] -= _CITY_IN_CODE_TOLL
        return finds

    def _near(self, postal_code: str) -> Finds:
        finds: dict[int, float] = {}
        for other, holders in self._holders.items():
            if other[:2] == postal_code[:2]:
                toll = _UNKNOWN_CODE_TOLL - _SHARED_DIGIT * _shared_start(other, postal_code)
                for position in holders:
                    score = self._weights[position] - toll
                    finds[position] = max(score, finds.get(position, score))
        return finds


def department_by_code(table: PlaceTable, words: list[str]) -> Finds:
    """Read "974", "2a", "9-3"."""
    typed = "".join(words) if len(words) == 1 or all(word.isdigit() for word in words) else ""
    codes = ("2A", "2B") if typed == "20" else (typed.upper().zfill(2),)
    return {
        table.departments[code]: table.weights[table.departments[code]] + _RIGHT_NUMBER
        for code in codes
        if code in table.departments
    }


def area_codes() -> Mapping[str, tuple[str, ...]]:
    """Return the départements that a code or the name of one, or of an area, stands for, by its key."""
    areas: dict[str, tuple[str, ...]] = {
        place_words.core_key(place_words.tokens(code)): (code,) for code in departments.NAMES
    }
    for code, name in departments.NAMES.items():
        areas[place_words.core_key(place_words.tokens(name))] = (code,)
    for area, codes in departments.AREAS.items():
        areas[place_words.core_key(place_words.tokens(area))] = tuple(codes.split())
    return areas


def arrondissement(table: PlaceTable, words: list[str]) -> Finds:
    """Read "paris 19eme", "Lyon 3", "Marseille XIII", "19e arrondissement"."""
    rest = [word for word in words if word not in _ORDINAL_WORDS and not place_words.is_noise(word)]
    numbers = [word for word in rest if _number(word)]
    names = [word for word in rest if not _number(word)]
    if len(numbers) > 1:
        numbers = [word for word in numbers if word not in _CITY_DEPARTMENTS]
    if len(numbers) != 1 or len(names) > 1:
        return {}
    if not names and numbers[0].isdigit() and len(rest) == len(words):
        return {}  # a bare figure is a département
    finds = {}
    for city, first in _ARRONDISSEMENTS.items():
        position = table.communes.get(str(first + _number(numbers[0])))
        if position is not None and (not names or OSA.distance(names[0], city) <= 1):
            finds[position] = table.weights[position] + (_RIGHT_NUMBER if names else 0.0)
    return finds


def _number(word: str) -> int:
    """Value of an ordinal or a Roman numeral, else 0."""
    ordinal = _ORDINAL.fullmatch(word)
    return int(ordinal[1]) if ordinal else _ROMAN.get(word, 0)


def _shared_start(one: str, other: str) -> int:
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=True)))
