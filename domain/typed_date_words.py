"""How dates are typed, in French and English: "fin juillet", "12/06", "la semaine pro", "next Monday".

Patterns run over text made regular: small letters, no accents, a space for every other sign. The
first that matches at a place, and means something, wins.
"""

import datetime as dt
import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from domain import typed_date_readings as read
from domain import typed_text
from domain.typed_date_readings import MONTH_OF, SHARES, WEEKDAY_OF
from domain.typed_spans import Span, Yearly


class Marker(enum.Enum):
    """A word that tells what a date is for."""

    FROM = enum.auto()
    AFTER = enum.auto()
    UNTIL = enum.auto()
    BEFORE = enum.auto()
    NOT = enum.auto()


@dataclass(frozen=True, slots=True)
class Said:
    """Dates, or a marker, and where in the regular text they stand."""

    what: Span | Marker
    begin: int
    end: int
    habit: bool = False
    """A bare day of the week, which may as well mean each one."""


LONG_WORDS = frozenset({*MONTH_OF, *WEEKDAY_OF, "semaine", "prochain", "prochaine", "tomorrow"} - {"march"})
"""Words in which a slip of the finger is mended ("marche" is none of "march")."""


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any(MONTH_OF)})\b"
_TOO_SHORT = {
    "may",
    "sept",
    "jan",
    "feb",
    "fev",
    "apr",
    "avr",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
}
"""Alone, "may" is a verb, "sept" a number, the others mostly slips."""
_BARE_MONTH = rf"(?P<month>{_any(name for name in MONTH_OF if name not in _TOO_SHORT)})\b"
_WEEKDAY = rf"(?P<weekday>{_any(WEEKDAY_OF)})\b"
_ON = rf"(?:{_WEEKDAY} (?:le |the )?)?"
_YEAR = r"(?: (?P<year>\d{4})\b)?"
_NUMBERED = r"(?:er|eme|e|st|nd|rd|th)?\b"
_NOT_A_DAY = r"(?! ?(?:h|heures?|am|pm|jours?|semaines?|mois|days?|weeks?|months?|km|ans?)\b|[/:.]?\d)"
_COUNT = r"(?P<count>\d{1,3}|[a-z]+)"
_UNIT = r"(?P<unit>jour|semaine|moi|day|week|month)s?\b"
_NEXT = "(?:pro|prochaine?|suivante?|qui vient|qui arrive|d apres)"
_SHARE = rf"(?P<share>{_any(SHARES)})(?: (?:de|du|d|le|mois|of|the))*"

_PATTERNS: tuple[tuple[str, read.Reading], ...] = (
    # A date in figures, a date with its month.
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b", read.numeric),
    (_ON + r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4}|\d{2})\b", read.numeric),
    (_ON + r"(?P<day>\d{1,2})(?:[/.](?P<month>\d{1,2})|[ -](?P<padded>0\d))\b(?![/.])", read.numeric),
    (rf"{_ON}(?P<day>\d{{1,2}}|premier|first) ?{_NUMBERED} ?(?:of |de |d )?{_MONTH}{_YEAR}", read.named),
    (rf"{_ON}{_MONTH} (?:the )?(?P<day>\d{{1,2}}){_NUMBERED}{_NOT_A_DAY}{_YEAR}", read.named),
    # A month, or a part of one.
    (rf"{_SHARE} {_MONTH}{_YEAR}", read.month),
    (rf"(?:{_SHARE} )?(?:mois {_NEXT}|next month|prochain mois)\b", read.share_of_month(1)),
    (rf"{_SHARE} (?:ce |this )?(?:mois|month)\b", read.share_of_month(0)),
    (r"(?:ce|this) (?:mois|month)\b", read.share_of_month(0)),
    (r"fin (?:de |d )?(?:l )?annee|end of (?:the )?year", read.always(Yearly(12, 1, 31))),
    (rf"annee {_NEXT}|l an prochain|next year", read.year_from(1)),
    (r"cette annee|this year", read.year_from(0)),
    (r"(?:l |cet |this )?(?:ete|summer)\b", read.summer),
    (r"rentree\b", read.always(Yearly(9, 1, 30))),
    # A week, or a part of one.
    (r"semaine du (?:lundi )?(?P<day>\d{1,2})(?:er)?\b(?: " + _MONTH + ")?", read.week_around),
    (rf"fin de (?:la )?semaine {_NEXT}\b|end of next week", read.part_of_week(3, 6, weeks_ahead=1)),
    (rf"debut de (?:la )?semaine {_NEXT}\b|early next week", read.part_of_week(0, 2, weeks_ahead=1)),
    (r"fin de (?:la |cette )?semaine|end of (?:the |this )?week", read.part_of_week(3, 6, weeks_ahead=0)),
    (rf"{_WEEKDAY} (?:de la semaine {_NEXT}|semaine {_NEXT}|en huit|next week)\b", read.weekday_of_next_week),
    (rf"(?:weekend|we) {_NEXT}\b|(?:next|prochain) weekend", read.part_of_week(5, 6, weeks_ahead=1)),
    (r"(?:ce|this) (?:weekend|we)\b", read.part_of_week(5, 6, weeks_ahead=0)),
    (rf"(?:semaine|sem) {_NEXT}\b|next week|prochaine semaine", read.part_of_week(0, 6, weeks_ahead=1)),
    (r"(?:cette|this|dans la) (?:semaine|week)\b", read.part_of_week(0, 6, weeks_ahead=0)),
    (r"(?:semaine|week) (?P<count>\d{1,2})\b", read.numbered_week),
    # So far from today.
    (rf"(?:dans|in) {_COUNT} {_UNIT}", read.that_far),
    (rf"(?:d ici|sous|within) {_COUNT} {_UNIT}", read.within),
    (rf"(?:pendant|durant|for) {_COUNT} {_UNIT}", read.lasting),
    (rf"(?:les |the )?{_COUNT} (?:prochains?|prochaines?|next) {_UNIT}", read.lasting),
    (rf"(?:prochains?|prochaines?|next) {_COUNT} {_UNIT}", read.lasting),
    (r"apres demain|day after tomorrow", read.in_days(2)),
    (r"demain\b|tomorrow\b", read.in_days(1)),
    (r"aujourd ?hui\b|today\b|ce jour\b", read.in_days(0)),
    (r"ce (?=soir|matin|midi)|cet(?:te)? (?=apres midi|aprem)", read.in_days(0)),
    (r"tonight\b|this (?=morning|afternoon|evening)", read.in_days(0)),
    (r"maintenant\b|tout de suite|immediatement\b|now\b|asap\b|immediately\b", read.from_now),
    (r"(?:des|le plus (?:tot|vite)) (?:que )?possible|as soon as possible", read.from_now),
    # A day of the week, a day of the month, a bare month.
    (rf"(?:ce|this) {_WEEKDAY}(?! ?\d)", read.this_weekday),
    (rf"{_WEEKDAY} {_NEXT}\b", read.next_weekday),
    (rf"(?:prochain|next|coming) {_WEEKDAY}", read.next_weekday),
    (rf"{_ON}(?P<day>\d{{1,2}}){_NUMBERED}{_NOT_A_DAY}", read.day_alone),
    (rf"(?:(?<=in )|(?<=by )|(?<=until )|(?<=from )){_MONTH}{_YEAR}", read.month),
    (rf"{_BARE_MONTH}{_YEAR}", read.month),
    (r"(?:en|in) (?P<year>20\d\d)\b", read.whole_year),
)
_HABITS: tuple[tuple[str, read.Reading], ...] = (
    (_WEEKDAY, read.weekly),
    (r"weekend\b|(?<=le )we\b", read.part_of_week(5, 6, weeks_ahead=0)),
)
"""What may as well mean each one: "mardi" is any Tuesday until a date is asked for."""

_MARKERS: tuple[tuple[str, Marker], ...] = (
    (r"pas avant|a parti[rt]?e?|a compter|des|depuis", Marker.FROM),
    (r"not before|from|starting|as of|since", Marker.FROM),
    (r"pas apres|au plus tard|jusqu|jusque|d ici|avant(?= (?:la )?fin\b)", Marker.UNTIL),
    (r"not after|no later than|until|till|by|up to|before(?= (?:the )?end\b)", Marker.UNTIL),
    (r"apres|after", Marker.AFTER),
    (r"avant|before", Marker.BEFORE),
    (r"sauf|hors|excepte|pas|jamais|except|not|never", Marker.NOT),
)

_DATES = [(rf"\b(?:{pattern})", reading, False) for pattern, reading in _PATTERNS] + [
    (rf"\b(?:{pattern})", reading, True) for pattern, reading in _HABITS
]
_MARKS = [(rf"\b(?:{pattern})\b", marker) for pattern, marker in _MARKERS]
_REGULAR = (
    (r"week ?-? ?end", "weekend"),
    (r"(apres|mi) ?- ?(?=[a-z])", r"\1 "),
    (r"(?<!\d)-|-(?!\d)", " - "),
    (r"[,;\n&+]|(?<!\d)/|/(?!\d)", " , "),
    (r"[^a-z0-9/.:,-]|(?<!\d)[.:]|[.:](?!\d)", " "),
    (r" +", " "),
    (rf"\b({_any(WEEKDAY_OF)}) , (?=\d)", r"\1 "),
    (r" , (?=\d{4}\b)", " "),
)
_compiled = cache(re.compile)
"""At first use: all of them together would take 50 ms of every start."""
_WORD_START = re.compile(r"\b\w")
_LONG_WORD = re.compile(r"[a-z]{5,}")


def regular(text: str) -> str:
    """Make a text fit for the patterns, slips in the names of days and months mended."""
    text = typed_text.spaced(text)
    for pattern, meant in _REGULAR:
        text = _compiled(pattern).sub(meant, text)
    return _LONG_WORD.sub(lambda word: typed_text.nearest(word[0], LONG_WORDS) or word[0], text).strip()


def said(text: str, today: dt.date) -> Iterator[Said]:
    """Read dates and markers in a regular text, in their order."""
    place = 0
    while start := _WORD_START.search(text, place):
        found = _date_at(text, start.start(), today) or _marker_at(text, start.start())
        if found:
            yield found
        place = found.end if found else start.end()


def _date_at(text: str, place: int, today: dt.date) -> Said | None:
    for pattern, reading, habit in _DATES:
        if (match := _compiled(pattern).match(text, place)) and (span := reading(match, today)):
            return Said(span, place, match.end(), habit)
    return None


def _marker_at(text: str, place: int) -> Said | None:
    for pattern, marker in _MARKS:
        if match := _compiled(pattern).match(text, place):
            return Said(marker, place, match.end())
    return None
