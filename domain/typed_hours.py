"""Hours typed in words, read as parts of the day: "après 18h", "de 9h à midi", "not before 10am"."""

import re
from collections.abc import Callable

from domain.availability import DayPart

_MIDNIGHT = 24.0
_USUAL_HOURS = {
    DayPart.MORNING: (8.0, 12.5),
    DayPart.AFTERNOON: (12.5, 18.0),
    DayPart.EVENING: (18.0, 21.0),
}
_NAMED_HOURS = {"midi": 12.0, "noon": 12.0, "minuit": _MIDNIGHT, "midnight": _MIDNIGHT}
_CLOCK = r"\d{1,2}\s?(?:h|heures?|hrs?|am|pm|:(?=\d\d))(?:\s?\d{2})?\b"
_TIME = rf"(?:{_CLOCK}|midi\b|minuit\b|noon\b|midnight\b)"
_PARTS = re.compile(r"(\d{1,2})\s?(h|heures?|hrs?|am|pm|:)?\s?(\d{2})?")

_STRETCHES = (
    re.compile(
        rf"(?:\b(?:de|entre|from|between)\s)?\b(?P<begin>{_TIME}|\d{{1,2}})"
        rf"\s?(?:a|et|to|and|jusqu a|until|-)\s?(?P<end>{_TIME})"
    ),
    re.compile(
        rf"\b(?:pas avant|not before|apres|des|a partir de|a compter de|after|from)\s(?P<begin>{_TIME})"
    ),
    re.compile(rf"\b(?:pas apres|not after|avant|jusqu a|before|until|till)\s(?P<end>{_TIME})"),
    re.compile(rf"\b(?P<at>{_CLOCK})"),
)


def replaced(text: str, name: Callable[[frozenset[DayPart]], str]) -> str:
    """Put a name for the parts of the day in place of each stretch of hours in a spaced text."""
    for stretch in _STRETCHES:
        text = stretch.sub(lambda match: f" {name(_parts_of(match.groupdict()))} ", text)
    return text


def parts_between(begin: float, end: float) -> frozenset[DayPart]:
    """Return the parts whose usual hours lie at least half between these (9.5 is 9 h 30).

    The part that is best covered when there is none.
    """
    shares = {
        part: (min(end, closes) - max(begin, opens)) / (closes - opens)
        for part, (opens, closes) in _USUAL_HOURS.items()
    }
    enough = frozenset(part for part, share in shares.items() if share >= 1 / 2)
    return enough or frozenset({max(shares, key=lambda part: shares[part])})


def _parts_of(said: dict[str, str | None]) -> frozenset[DayPart]:
    if at := said.get("at"):
        return parts_between(_hour(at), _hour(at) + 1)
    begin, end = said.get("begin"), said.get("end")
    return parts_between(_hour(begin) if begin else 0.0, _hour(end) if end else _MIDNIGHT)


def _hour(text: str) -> float:
    if text in _NAMED_HOURS:
        return _NAMED_HOURS[text]
    read = _PARTS.match(text)
    hour, sign, minutes = read.groups() if read else ("0", None, None)
    afternoon = sign == "pm" and int(hour) % 12 == int(hour)
    return int(hour) + 12 * afternoon + int(minutes or 0) / 60
