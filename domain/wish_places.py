"""The place in a sentence: found by the word that leads to it, else among what nothing else explains.

A search costs some milliseconds, so few are made: the whole name first, then its beginning.
"""

import functools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain import lexicon as trade_words
from domain import wish_words
from domain.communes import Candidate, Department
from domain.lexicon import Lexicon
from domain.place_table import Place
from domain.places import Gazetteer

_LONGEST_NAME = 6
_MOST_SEARCHES = 4
"""For one sentence."""
_EXACT_TOLL = 1.2
"""See `domain.place_table`: the name, or a usual short form of it."""
_AREA_TOLL = 2.3
_NEARLY_TOLL = 2.6
"""Sounds like it."""
_SLIP_TOLL = 4.7
"""One letter wrong."""
_SHORTEST_MENDED = 5
_LEAST_POPULATION = 400
"""A hamlet is not meant by a word that nothing announces as a place."""
_LEAST_POPULATION_OF_A_SLIP = 10_000
_LEAST_POPULATION_OF_A_GUESS = 100_000
"""Of a slip that resembles several names: only a city is asked about."""
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What words are held against."""

    gazetteer: Gazetteer
    lexicon: Lexicon


@dataclass(frozen=True, slots=True)
class Found:
    """The places meant, and the text without them."""

    places: tuple[Place, ...]
    rest: str
    is_unclear: bool = False
    """A place was announced, and is unknown."""


@dataclass(frozen=True, slots=True)
class _Name:
    """Where a name may stand in the text, and how sure it is that a place follows."""

    words: Sequence[re.Match[str]]
    most_toll: float
    is_announced: bool = False
    is_alone: bool = False
    """Nothing else is said: "tolouse"."""


def by_code(text: str, gazetteer: Gazetteer) -> Found:
    """Find "dans le 64", "31000": before dates are read, for "dans le 31" is none."""
    if department := wish_words.DEPARTMENT.search(text):
        place = gazetteer.department(department["code"].upper())
        if place is not None:
            return Found((place,), _without(text, department.start(), department.end()))
    if (name := wish_words.NAMES_OF_COMMON_WORDS.search(text)) and (found := gazetteer.search(name[0])):
        return Found(_meant(found), _without(text, name.start(), name.end()))
    if code := wish_words.POSTAL_CODE.search(text):
        found = gazetteer.search(code[0])
        if found:
            return Found(_meant(found), _without(text, code.start(), code.end()))
    return Found((), text)


def by_name(text: str, known: Known) -> Found:
    """Find a name in a regular text whose dates are gone."""
    words = _Words(text, _trades(text, known.lexicon))
    names = [*_announced(words), *_unexplained(words)]
    tried: set[str] = set()
    ways = ((name, way) for name in names for way in _ways(name))
    for name, way in ways:
        typed = " ".join(word[0] for word in way)
        if typed in tried or len(tried) == _MOST_SEARCHES:
            continue
        tried.add(typed)
        if found := _search(typed, name, known.gazetteer):
            return Found(_meant(found), _without(text, way[0].start(), way[-1].end()))
    return Found((), text, is_unclear=any(name.is_announced for name in names))


@dataclass(frozen=True, slots=True)
class _Words:
    """A text, and where in it trades are named."""

    text: str
    trades: frozenset[int]

    def of_name(self, start: int) -> list[re.Match[str]]:
        """Return the words from here on that may be of one name; a trade ends it, but not in "sous bois"."""
        words: list[re.Match[str]] = []
        for word in _WORD.finditer(self.text, start):
            follows_link = bool(words) and words[-1][0] in wish_words.LINKS
            is_over = word[0] == "," or word[0] in wish_words.END or len(words) == _LONGEST_NAME
            is_other = word[0] in wish_words.SMALL - wish_words.LINKS
            if is_over or is_other or (word.start() in self.trades and words and not follows_link):
                break
            words.append(word)
        while words and words[-1][0] in wish_words.LINKS:
            words.pop()
        return words if sum(len(word[0]) for word in words) >= _FEWEST_LETTERS else []

    def are_all(self, words: Sequence[re.Match[str]]) -> bool:
        """Say whether these words are all that says something."""
        said = [word[0] for word in _WORD.finditer(self.text) if word[0] not in _SAYS_NOTHING]
        return said == [word[0] for word in words if word[0] not in _SAYS_NOTHING]

    def is_trade(self, words: Sequence[re.Match[str]]) -> bool:
        """Say whether the first of these words that says something names a trade."""
        return next((word.start() in self.trades for word in words if word[0] not in wish_words.LINKS), True)


def _trades(text: str, lexicon: Lexicon) -> frozenset[int]:
    """Return where the words of trades begin."""
    said = [(word.start(), stem) for word in _WORD.finditer(text) for stem in _stems(word[0])]
    spans = lexicon.spans([stem for _, stem in said])
    return frozenset(
        said[place][0] for span in spans if span.meaning.sectors for place in range(span.start, span.end)
    )


def _announced(words: _Words) -> Iterator[_Name]:
    """Names after "vers", "près de"; then those after "à", "dans", which may lead anywhere."""
    for lead in wish_words.LEADS_TO_A_PLACE.finditer(words.text):
        if name := words.of_name(lead.end()):
            yield _Name(name, _SLIP_TOLL, is_announced=not words.is_trade(name))
    for lead in wish_words.MAY_LEAD_TO_A_PLACE.finditer(words.text):
        name = words.of_name(lead.end())
        if name and not words.is_trade(name):
            yield _Name(name, _NEARLY_TOLL, is_alone=words.are_all(name))


def _unexplained(words: _Words) -> Iterator[_Name]:
    """Words that are no trade and say nothing else either; the last ones first, where places stand."""
    names: list[_Name] = []
    start = 0
    while word := _WORD.search(words.text, start):
        start = word.end()
        if word[0] in _SAYS_NOTHING or word.start() in words.trades:
            continue
        if name := words.of_name(word.start()):
            names.append(_Name(name, _NEARLY_TOLL, is_alone=words.are_all(name)))
            start = name[-1].end()
    yield from reversed(names)


_WORD = re.compile(r"[a-z]+|,")
_SAYS_NOTHING = wish_words.SMALL | wish_words.LINKS | {","}


def _ways(name: _Name) -> Iterator[Sequence[re.Match[str]]]:
    """The whole name, then what stands before its first link, then its last word."""
    yield name.words
    links = [index for index, word in enumerate(name.words) if word[0] in wish_words.LINKS and index]
    if links and name.words[0][0] not in wish_words.LINKS:
        yield name.words[: links[0]]
    elif len(name.words) > 1:
        yield name.words[-1:]


def _search(typed: str, name: _Name, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Places called that, if the name is written well enough for how it was announced."""
    found = gazetteer.search(typed)
    if not found:
        return ()
    toll, place = _toll(found[0]), found[0].place
    if isinstance(place, Department) and toll <= _AREA_TOLL:
        return found
    if toll <= _EXACT_TOLL:
        return found if name.is_announced or place.population >= _LEAST_POPULATION else ()
    is_mended = found[0].sure and toll <= name.most_toll and len(typed) >= _SHORTEST_MENDED
    if is_mended or (name.is_announced and toll <= _SLIP_TOLL):
        return found
    return found if name.is_alone and _is_slip(typed, found[0]) else ()


def _is_slip(typed: str, found: Candidate) -> bool:
    """Say whether a word that stands alone is, with a letter wrong, the name of a town of some size."""
    least = _LEAST_POPULATION_OF_A_SLIP if found.sure else _LEAST_POPULATION_OF_A_GUESS
    is_near = _toll(found) <= _SLIP_TOLL and len(typed) >= _SHORTEST_MENDED
    return is_near and not isinstance(found.place, Department) and found.place.population >= least


def _toll(candidate: Candidate) -> float:
    """How far what was typed lies from the name, in the measure of `domain.place_table`."""
    wide = isinstance(candidate.place, Department)
    return math.log(candidate.place.population + 50) - wide - candidate.score


def _meant(found: Sequence[Candidate]) -> tuple[Place, ...]:
    return tuple(each.place for each in (found[:1] if found[0].sure else found))


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} , {text[end:]}"


@functools.lru_cache(maxsize=1 << 12)
def _stems(word: str) -> tuple[str, ...]:
    return trade_words.stems_of(word)


def is_trade(word: str, lexicon: Lexicon) -> bool:
    """Say whether the word alone names a trade."""
    meaning = lexicon.meanings.get(_stems(word))
    return meaning is not None and bool(meaning.sectors)
