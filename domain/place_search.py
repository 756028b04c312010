"""Reads a typed place in every way it may be meant, and ranks what each way finds."""

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from domain import place_codes, place_words
from domain.communes import Candidate
from domain.place_index import NameIndex
from domain.place_table import CITIES, Finds, PlaceTable, best, less

_STRIPPED_TOLL = 0.2
_WHOLE_GAIN = 1.0
"""What a name gains that was typed just so, and nothing else."""
_BARE_TOLL = 1.0
_UNREAD_WORD_TOLL = 4.5
_UNREAD_NOISE_TOLL = 1.0
_RIGHT_DEPARTMENT = 5.0

_CLEAR_LEAD = 3.0
_CLEAR_LEAD_OVER_HOMONYM = 7.5
_FORGIVABLE_TOLL = 4.5
"""One typo, and not in the first letter."""
_SHORT_FORGIVABLE_TOLL = 1.0
_SHORT = 5
"""In a word of so few letters, a typo makes another name."""
_POOR_SCORE = 6.0
_MOST_TOLL = 10.0
_FAR_BEHIND = 9.0
"""Places written so differently, or so much less likely than the first, are not worth a button."""
_MOST_WORDS = 24
_LONGEST_NAME = 6
_MOST_FRAGMENTS = 6
_LEAST_FRAGMENT = 4

_POSTAL_CODE = re.compile(r"\b(\d\d) ?(\d{3})\b")


class PlaceSearch:
    """A table of places under all their names and codes; built once, then only read."""

    def __init__(self, table: PlaceTable) -> None:
        self._table = table
        self._names = NameIndex(table)
        self._postal_codes = place_codes.PostalCodes(table)
        self._areas = place_codes.area_codes()

    def search(self, typed: str, limit: int) -> tuple[Candidate, ...]:
        """Return the likeliest places, best first."""
        words = place_words.without_measures(place_words.tokens(typed))[:_MOST_WORDS]
        text = " ".join(words)
        code = _POSTAL_CODE.search(text)
        if code:
            rest = f"{text[: code.start()]} {text[code.end() :]}".split()
            return self._ranked(self._at_postal_code(code[1] + code[2], rest), limit)
        return self._ranked(self._meant(words), limit) if words else ()

    def _at_postal_code(self, postal_code: str, rest: list[str]) -> Finds:
        finds = dict(self._postal_codes.at(postal_code))
        names = _letters(rest)
        if names:
            for position, score in best(self._called(names), self._fragments(names)).items():
                toll = self._table.weights[position] - score
                if position in finds:
                    finds[position] += max(0.0, place_codes.RIGHT_CODE - toll)
                elif toll <= _FORGIVABLE_TOLL:
                    finds[position] = score
        return finds

    def _meant(self, words: list[str]) -> Finds:
        inner, names = place_words.stripped(words), _letters(words)
        if all(map(place_words.is_noise, words)):
            return best(self._names.exact(place_words.core_key(words)), *map(self._wide, words))
        unread = _UNREAD_WORD_TOLL if len(names) < len(words) else 0.0
        finds = best(
            place_codes.arrondissement(self._table, inner),
            place_codes.department_by_code(self._table, inner),
            self._in_departments(inner),
            less(best(self._called(names, self._least(names)), self._fragments(names)), unread),
        )
        if max(finds.values(), default=0.0) < _POOR_SCORE:
            finds = best(finds, self._misspelt_fragments(names))
        return finds

    def _least(self, names: list[str]) -> float:
        """Return the score below which nothing is offered beside what is called just so."""
        exact = self._names.exact(place_words.core_key(names))
        return max(exact.values(), default=-math.inf) + _WHOLE_GAIN - _FAR_BEHIND

    def _called(self, words: list[str], least: float = -math.inf) -> Finds:
        """Places of this name, taken whole or without the words around it; `least`: see `NameIndex.alike`."""
        inner = place_words.stripped(words)
        core, whole = place_words.core_key(inner), place_words.core_key(words)
        ways = [
            less(best(self._names.alike(core, least), self._names.begun(core)), _STRIPPED_TOLL),
            less(self._names.exact(place_words.bare_key(inner)), _BARE_TOLL),
            less(self._names.exact(whole), -_WHOLE_GAIN),
        ]
        if core != whole:
            ways.append(best(self._names.alike(whole, least), self._names.begun(whole)))
        return best(*ways)

    def _wide(self, word: str) -> Finds:
        """Return only the département of this name: "dans le nord"."""
        wide = self._table.departments.values()
        return {position: score for position, score in self._names.exact(word).items() if position in wide}

    def _fragments(self, words: list[str]) -> Finds:
        """Places whose name is a part of what was typed: "lyon" in "lyon part dieu"."""
        return best(
            *(
                less(self._names.exact(place_words.core_key(words[start:end])), _unread(words, start, end))
                for start, end in itertools.combinations(range(len(words) + 1), 2)
                if end - start < min(len(words), _LONGEST_NAME + 1)
            )
        )

    def _misspelt_fragments(self, words: list[str]) -> Finds:
        likely = [
            index
            for index, word in enumerate(words)
            if len(word) >= _LEAST_FRAGMENT and not place_words.is_noise(word)
        ]
        return best(
            *(
                less(self._names.alike(words[index]), _unread(words, index, index + 1))
                for index in likely[-_MOST_FRAGMENTS:]
            )
        )

    def _in_departments(self, words: list[str]) -> Finds:
        """Places of a name in a named département: "saint denis 974", "saint-denis (la réunion)"."""
        codes_of = self._table.department_codes
        return best(
            *(
                {
                    position: score + _RIGHT_DEPARTMENT
                    for position, score in self._called(rest).items()
                    if codes_of[position] in codes
                }
                for rest, codes in self._split_by_department(words)
            )
        )

    def _split_by_department(self, words: list[str]) -> Iterator[tuple[list[str], Sequence[str]]]:
        for size in range(1, min(len(words), _LONGEST_NAME)):
            for rest, area in ((words[:-size], words[-size:]), (words[size:], words[:size])):
                codes = self._areas.get(place_words.core_key(area))
                names = _letters(place_words.stripped(rest))
                if codes and names:
                    yield names, codes

    def _ranked(self, finds: Finds, limit: int) -> tuple[Candidate, ...]:
        places, weights = self._table.places, self._table.weights
        least = max(finds.values(), default=0.0) - _FAR_BEHIND
        positions = sorted(
            (
                position
                for position, score in finds.items()
                if score >= max(least, weights[position] - _MOST_TOLL)
            ),
            key=lambda position: (-finds[position], places[position].code),
        )
        return tuple(
            Candidate(
                places[position], finds[position], sure=rank == 0 and self._stands_out(finds, positions)
            )
            for rank, position in enumerate(positions[:limit])
        )

    def _stands_out(self, finds: Finds, ranked: Sequence[int]) -> bool:
        """Say whether the first was written well enough and nothing else comes near it."""
        first = ranked[0]
        name = _key(self._table, first)
        toll = self._table.weights[first] - finds[first]
        if toll > (_FORGIVABLE_TOLL if len(name) > _SHORT else _SHORT_FORGIVABLE_TOLL):
            return False
        return all(
            finds[first] - finds[other]
            >= (_CLEAR_LEAD_OVER_HOMONYM if _key(self._table, other) == name else _CLEAR_LEAD)
            for other in ranked[1:]
            if not self._is_part_of(other, first)
        )

    def _is_part_of(self, position: int, city: int) -> bool:
        """Say whether a place is an arrondissement of a city: who names the city alone means it whole."""
        name = place_words.tokens(self._table.places[position].name)
        return CITIES.get(name[0]) == self._table.places[city].code


def _key(table: PlaceTable, position: int) -> str:
    return place_words.core_key(place_words.tokens(table.places[position].name))


def _letters(words: list[str]) -> list[str]:
    return [word for word in words if word.isalpha()]


def _unread(words: list[str], start: int, end: int) -> float:
    """Toll of the words on both sides of a fragment."""
    return sum(
        _UNREAD_NOISE_TOLL if place_words.is_noise(word) else _UNREAD_WORD_TOLL
        for word in (*words[:start], *words[end:])
    )
