"""What: the words of trades, made ready to be looked up."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from domain import words
from domain.sectors import Sector

_WORDS_WRITTEN_AS_ONE = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A trade, or a word around one, as a person wrote it in a list."""

    text: str
    sector: Sector | None
    """None: this says nothing of a sector ("agence", "entretien d'embauche")."""
    typed_only: bool = False
    """Tells something when a person types it, nothing when it stands in the text of an event."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is known of one term, all lists together."""

    text: str
    telling: frozenset[Sector] = frozenset()
    """Sectors that it shows wherever it stands."""
    typed: frozenset[Sector] = frozenset()
    """Sectors that it shows only when a person types it."""
    empty: bool = False
    """A list says that it tells nothing."""

    @property
    def sectors(self) -> frozenset[Sector]:
        """All that it may mean."""
        return self.telling | self.typed


@dataclass(frozen=True, slots=True)
class Span:
    """A term found at stems[start:end]."""

    start: int
    end: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Terms by their stems, ready to be looked up."""

    meanings: Mapping[tuple[str, ...], Meaning]
    votes: Mapping[str, Mapping[Sector, float]]
    """Stem of every known word → the share of its terms in each sector; empty when it tells nothing."""
    spellings: Mapping[str, tuple[str, ...]]
    """How a word, or a term written in one piece, sounds → its stems."""
    lengths: Mapping[str, Sequence[int]]
    """First stem of a term → how many stems the terms have that begin with it, the longest first."""

    def spans(self, stems: Sequence[str]) -> Iterator[Span]:
        """Terms from left to right, the longest at each place; none overlap."""
        start = 0
        while start < len(stems):
            for length in self.lengths.get(stems[start], ()):
                end = start + length
                meaning = self.meanings.get(tuple(stems[start:end]))
                if meaning and end <= len(stems):
                    yield Span(start, end, meaning)
                    start = end
                    break
            else:
                start += 1


def stems_of(text: str) -> tuple[str, ...]:
    """The stems of a text."""
    return stems_of_words(words.split(text))


def stems_of_words(split: Iterable[str]) -> tuple[str, ...]:
    """The stems of its words; "vendeur / vendeuse" is one."""
    return tuple(stem for stem, _ in itertools.groupby(map(words.stem, split)))


def build(terms: Iterable[Term]) -> Lexicon:
    """Compile lists of terms. Takes some tens of milliseconds: do it once."""
    by_key: dict[tuple[str, ...], list[Term]] = defaultdict(list)
    for term in terms:
        by_key[stems_of(term.text)].append(term)
    by_key.pop((), None)
    return Lexicon(
        meanings=MappingProxyType({key: _merge(same) for key, same in by_key.items()}),
        votes=MappingProxyType(_count_votes(by_key)),
        spellings=MappingProxyType(_spell(by_key)),
        lengths=MappingProxyType(_measure(by_key)),
    )


def _merge(terms: Sequence[Term]) -> Meaning:
    telling = frozenset(term.sector for term in terms if term.sector and not term.typed_only)
    typed = frozenset(term.sector for term in terms if term.sector and term.typed_only)
    return Meaning(terms[0].text, telling, typed - telling, empty=any(not term.sector for term in terms))


def _measure(keys: Iterable[tuple[str, ...]]) -> dict[str, Sequence[int]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        lengths[key[0]].add(len(key))
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


def _count_votes(by_key: Mapping[tuple[str, ...], Sequence[Term]]) -> dict[str, Mapping[Sector, float]]:
    counts: dict[str, Counter[Sector]] = defaultdict(Counter)
    for key, terms in by_key.items():
        sectors = {term.sector for term in terms if term.sector}
        for stem in key:
            counts[stem].update(sectors)
    return {
        stem: {sector: count / sectors.total() for sector, count in sectors.items()}
        for stem, sectors in counts.items()
    }


def _spell(by_key: Mapping[tuple[str, ...], Sequence[Term]]) -> dict[str, tuple[str, ...]]:
    """Each word once, and each short term as one piece: people write "aidesoignante"."""
    spellings: dict[str, tuple[str, ...]] = {}
    known: set[str] = set()
    for key, terms in by_key.items():
        for term in terms:
            pieces = words.split(term.text)
            if term.sector and len(pieces) == _WORDS_WRITTEN_AS_ONE:
                spellings.setdefault(words.sound("".join(pieces)), key)
            for piece in pieces:
                if piece not in known:
                    known.add(piece)
                    spellings.setdefault(words.sound(piece), (words.stem(piece),))
    return spellings
