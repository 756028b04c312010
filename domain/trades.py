"""What: from a trade that a person types, or from an event's words, to sectors."""

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from domain import words
from domain.lexicon import Lexicon as Lexicon
from domain.lexicon import Span, stems_of_words
from domain.sectors import Sector


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A sector that a typed trade may belong to."""

    sector: Sector
    score: float
    """0 to 100; the best comes first."""
    term: str
    """What we understood: "cuisinier" for "cuizinié"."""


@dataclass(frozen=True, slots=True)
class _Mended:
    """A typed word as the lexicon spells it."""

    stem: str
    likeness: float


# --- what a person types

_LONGEST_TYPED = 200  # characters; nobody types a longer trade
_SHORTEST_FUZZY = 4
# Likeness out of 100 that is enough, by the length of the typed word: a short one has many neighbours.
_SURE_BY_LENGTH = ((5, 85.0), (7, 80.0))
_SURE_LONG_WORD = 76.0
_TYPED_ONLY_WEIGHT = 0.8
_FIRST_TERM_WEIGHT = 1.15
_VOTE_WEIGHT = 40.0
_LOWEST_SCORE = 18.0
_LOWEST_SHARE_OF_BEST = 0.35


def suggest(typed: str, lexicon: Lexicon, limit: int = 3) -> tuple[Suggestion, ...]:
    """The sectors that a typed trade may mean, best first; empty when unclear."""
    mended = _mend(words.split(typed[:_LONGEST_TYPED]), lexicon)
    spans = list(lexicon.spans([word.stem for word in mended]))
    telling = [span for span in spans if not span.meaning.empty]
    found = _score(telling, mended, lexicon) or _score(spans, mended, lexicon)
    best = max((suggestion.score for suggestion in found), default=0.0)
    clear = [item for item in found if item.score >= max(_LOWEST_SCORE, best * _LOWEST_SHARE_OF_BEST)]
    return tuple(sorted(clear, key=lambda item: (-item.score, item.sector))[:limit])


def named(typed: str, lexicon: Lexicon) -> tuple[Sector, ...]:
    """The sectors of a trade that is named just so, and nothing else: "cariste", not "caristes à Pau"."""
    stems = [words.stem(word) for word in words.split(typed[:_LONGEST_TYPED])]
    if not stems or sum(span.end - span.start for span in lexicon.spans(stems)) < len(stems):
        return ()
    return tuple(sorted(suggestion.sector for suggestion in suggest(typed, lexicon)))


def _mend(typed: Sequence[str], lexicon: Lexicon) -> list[_Mended]:
    """Known spellings, without repeats: "vendeur / vendeuse" is one word."""
    mended: list[_Mended] = []
    for word in typed:
        for piece in _nearest(word, lexicon):
            if not mended or mended[-1].stem != piece.stem:
                mended.append(piece)
    return mended


def _nearest(word: str, lexicon: Lexicon) -> Sequence[_Mended]:
    """The word itself when known, else what sounds most like it, else the word as it is."""
    stem = words.stem(word)
    if stem in lexicon.votes or len(word) < _SHORTEST_FUZZY:
        return [_Mended(stem, 1.0)]
    cutoff = next((sure for length, sure in _SURE_BY_LENGTH if len(word) <= length), _SURE_LONG_WORD)
    hit = process.extractOne(
        words.sound(word), lexicon.spellings.keys(), scorer=fuzz.ratio, score_cutoff=cutoff
    )
    if not hit:
        return [_Mended(stem, 1.0)]
    sound, ratio, _ = hit
    return [_Mended(piece, ratio / 100) for piece in lexicon.spellings[sound]]


def _score(spans: Sequence[Span], mended: Sequence[_Mended], lexicon: Lexicon) -> list[Suggestion]:
    scores: dict[Sector, float] = defaultdict(float)
    terms: dict[Sector, str] = {}
    covered = {place for span in spans for place in range(span.start, span.end)}
    for order, span in enumerate(spans):
        points = _points(span, mended) * (_FIRST_TERM_WEIGHT if order == 0 else 1.0)
        for sector in span.meaning.sectors:
            weight = 1.0 if sector in span.meaning.telling else _TYPED_ONLY_WEIGHT
            scores[sector] += points * weight
            terms.setdefault(sector, span.meaning.text)
    for place, word in enumerate(mended):
        if place not in covered and not _says_nothing(word.stem, lexicon):
            for sector, share in lexicon.votes.get(word.stem, {}).items():
                scores[sector] += _VOTE_WEIGHT * share * word.likeness
                terms.setdefault(sector, word.stem)
    return [Suggestion(sector, min(100.0, score), terms[sector]) for sector, score in scores.items()]


def _points(span: Span, mended: Sequence[_Mended]) -> float:
    """A long term beats a short one, one meaning beats several, good spelling beats bad."""
    likeness = min(word.likeness for word in mended[span.start : span.end])
    meanings = max(1, len(span.meaning.sectors))
    return (40 + 20 * (span.end - span.start)) * likeness / math.sqrt(meanings)


def _says_nothing(stem: str, lexicon: Lexicon) -> bool:
    meaning = lexicon.meanings.get((stem,))
    return meaning is not None and meaning.empty


# --- what an event says

# Both of normalised text.
_ADDRESS = re.compile(
    r"\b(?:(?:rue|avenue|av\.|boulevard|bd|impasse|allee|chemin|faubourg)"
    r"|\d+\s*(?:bis|ter)?,?\s*(?:place|route|cours|quai|square))(?:\s+[\w'’-]+){1,3}"
    r"|\ba(?: l['’]hotel|u (?:restaurant|cinema|theatre|camping|casino|stade|garage))(?:\s+\w+){0,2}"
)
# "Tous secteurs", but not "tous les secteurs de l'industrie".
_ANY_SECTOR = re.compile(
    r"\b(?:(?:tout|tous) (?:les |autres? |vos |nos )?(?:secteur|metier|domaine)s?(?: d.activites?)?"
    r"|multi ?-?secteurs?|multi ?-?sectoriel(?:le)?s?|multi ?-?metiers?"
    r"|(?:differents|divers|nombreux|plusieurs) (?:secteurs|domaines)(?: d.activites?)?"
    r"|secteurs (?:d.activites? )?(?:varies|divers))\b(?! (?:de|du|des|d.)\b)"
)
_TRADE_FOLLOWS = frozenset(
    ("metier", "secteur", "filier", "recrut", "recrutent", "recherch", "devenez", "devenir", "poste")
)
_ENOUGH_IN_TEXT = 2
_ENOUGH_BESIDE_TITLE = 4
_SHARE_OF_BEST = 0.5
_TOO_MANY_SECTORS = 4


def infer(title: str, text: str, lexicon: Lexicon) -> frozenset[Sector]:
    """The sectors that an event shows by itself; empty when nothing tells.

    The title decides; the text adds what it says several times, and speaks alone when the title is mute.
    """
    title, text = words.normalise(title), words.normalise(text)
    if _ANY_SECTOR.search(title):
        return frozenset()
    named = frozenset(_tally(title, lexicon))
    if _ANY_SECTOR.search(text):
        return named
    told = _tally(text, lexicon)
    enough = max(
        _ENOUGH_BESIDE_TITLE if named else _ENOUGH_IN_TEXT,
        max(told.values(), default=0) * _SHARE_OF_BEST,
    )
    sectors = named | {sector for sector, points in told.items() if points >= enough}
    return sectors if len(sectors) <= _TOO_MANY_SECTORS else named


def _tally(text: str, lexicon: Lexicon) -> Counter[Sector]:
    """Points a sector of normalised text: one a different term, more for a long one or one introduced."""
    stems = stems_of_words(words.split_normalised(_ADDRESS.sub(" ", text)))
    points: dict[tuple[str, Sector], int] = {}
    for span in lexicon.spans(stems):
        introduced = span.start > 0 and stems[span.start - 1] in _TRADE_FOLLOWS
        worth = min(2, span.end - span.start) + introduced
        for sector in span.meaning.telling:
            key = (span.meaning.text, sector)
            points[key] = max(worth, points.get(key, 0))
    tally: Counter[Sector] = Counter()
    for (_, sector), worth in points.items():
        tally[sector] += worth
    return tally


# --- what a source states

_LABELS = {
    Sector.AGRICULTURE: "Agriculture et Pêche, Espaces naturels et Espaces verts, Soins aux animaux",
    Sector.CRAFTS: "Arts et Façonnage d'ouvrages d'art",
    Sector.FINANCE: "Banque, Assurance, Immobilier",
    Sector.RETAIL: "Commerce, Vente et Grande distribution",
    Sector.MEDIA: "Communication, Média et Multimédia",
    Sector.CONSTRUCTION: "Construction, Bâtiment et Travaux publics",
    Sector.HOSPITALITY: "Hôtellerie-Restauration, Tourisme, Loisirs et Animation",
    Sector.INDUSTRY: "Industrie",
    Sector.MAINTENANCE: "Installation et Maintenance",
    Sector.HEALTH: "Santé",
    Sector.SERVICES: "Services à la personne et à la collectivité",
    Sector.PERFORMING_ARTS: "Spectacle",
    Sector.BUSINESS_SUPPORT: "Support à l'entreprise",
    Sector.TRANSPORT: "Transport et Logistique",
}
_ROME_CODE = re.compile(r"([A-N])(?:\d{4})?")


def _label_key(label: str) -> str:
    return " ".join(words.split(label))


_SECTOR_BY_LABEL = {
    _label_key(part): sector for sector, label in _LABELS.items() for part in (label, *label.split(","))
}


def stated(labels: Iterable[str]) -> frozenset[Sector]:
    """The sectors among a source's labels: whole, exploded at their commas, or ROME codes ("M1805", "J")."""
    return frozenset(sector for sector in map(_sector_of, labels) if sector)


@functools.lru_cache(maxsize=1024)
def _sector_of(label: str) -> Sector | None:
    code = _ROME_CODE.fullmatch(label.strip())
    return Sector(code[1]) if code else _SECTOR_BY_LABEL.get(_label_key(label))
