"""Dates typed in words: "la semaine prochaine", "du 9 au 15 juin", "à partir de lundi, le matin"."""

import datetime as dt
import re
from dataclasses import dataclass

from domain import typed_availability, typed_bounds, typed_date_words, typed_week
from domain.typed_bounds import Bounds, DateRange

_NO_MATTER = re.compile(
    r"\b(?:peu importe|n importe quand|toujours|tout le temps|indifferent|m est egal|quand vous voulez|"
    r"(?:pas de|sans|aucune) (?:date|limite|fin|preference)|"
    r"any ?time|whenever|always|no (?:preference|limit|end|date))\b"
)
_PARTICLES = re.compile(r"\b(?:le|la|les|en|du|au|de|a|pour|the|in|on|from|to|for)\b")


@dataclass(frozen=True, slots=True)
class When:
    """Parts of the week and dates said together; None where nothing was said."""

    half_days: int | None
    """A mask of `domain.availability`."""
    dates: DateRange | None


def date_range(text: str, today: dt.date) -> DateRange | None:
    """Read an answer to "from when, until when?": a bare day of the week is the next one after today.

    `today` is that of the person. Bounds are in order and both included; None stands for no bound, so
    that "peu importe" is (None, None). Dates may be past, when they were typed with a year or began
    lately. None when the text holds no date.
    """
    regular = typed_date_words.regular(text)
    bounds = typed_bounds.gathered(regular, typed_date_words.said(regular, today), habits=True)
    if bounds.are_set:
        return bounds.resolved(today)
    return (None, None) if _NO_MATTER.search(regular) else None


def said_alone(text: str, today: dt.date) -> DateRange | None:
    """Read dates in a text that says nothing but when: "demain à 9 h"; None for any other."""
    bounds, rest = _dates_and_rest(text, today)
    left = _PARTICLES.sub(" ", rest)
    is_alone = not left.strip(" ,.;!-") or any(typed_week.says_only_when(said) for said in (rest, left))
    return bounds.resolved(today) if bounds.are_set and is_alone else None


def when(text: str, today: dt.date) -> When:
    """Read an answer to "when can you come?".

    Here "mardi" is each Tuesday, "le week-end" each weekend; "mardi prochain", "dès mardi", "ce
    week-end" are dates.
    """
    bounds, rest = _dates_and_rest(text, today)
    dates = bounds.resolved(today) if bounds.are_set else None
    return When(typed_availability.half_days(rest), dates)


def _dates_and_rest(text: str, today: dt.date) -> tuple[Bounds, str]:
    """Return the dates that are said, and the text without them."""
    rest = regular = typed_date_words.regular(text)
    bounds = typed_bounds.gathered(regular, typed_date_words.said(regular, today), habits=False)
    for begin, end in bounds.used:
        rest = rest[:begin] + " " * (end - begin) + rest[end:]
    return bounds, rest
