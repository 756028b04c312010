"""A day and an hour typed in words: "demain 9h", "lundi à 10 h 30", "le 12 juin, 14:00"."""

import datetime as dt
import re

from domain import typed_dates, typed_text
from domain.subscribers import at_local

USUAL_HOUR = dt.time(9)
"""When only a day is said."""
_USUAL_HOURS = (
    (re.compile(r"\b(?:soir|soiree|evening|tonight)\b"), dt.time(18)),
    (re.compile(r"\b(?:aprem|afternoon)\b"), dt.time(14)),
)
"""When a part of a day is said, and no hour."""
_REWORDED = ((re.compile(r"\bcette nuit\b"), "ce soir"), (re.compile(r"\bapres ?-? ?midi\b"), "aprem"))

_NAMED = {"midi": dt.time(12), "noon": dt.time(12)}
_HOUR = re.compile(
    r"\b(?:a |at |vers |des |around )?(?:(?P<named>midi|noon)|"
    r"(?P<hour>\d{1,2})\s?(?:(?P<half>am|pm)|(?:h|heures?|:)\s?(?P<minute>\d{2})?(?:\s?(?P<late>am|pm))?))"
    r"(?![\w/])"
)


def moment(text: str, today: dt.date, zone: str) -> dt.datetime | None:
    """Return the instant (UTC) that a wall clock in this zone shows then; None when no day or hour is said.

    A bare hour is today's, a bare day means 9 h, its evening 18 h. `today` is the date in that zone.
    """
    words = typed_text.spaced(text)
    for said, meant in _REWORDED:
        words = said.sub(meant, words)
    found = _HOUR.search(words)
    time = _time(found) if found else _usual_hour(words)
    rest = words[: found.start()] + " " + words[found.end() :] if found else words
    dates = typed_dates.date_range(rest, today) if rest.strip(" ,.;-") else (today, today)
    if dates is None or time is None or not (found or rest.strip()):
        return None
    first, last = dates
    # of several days none is meant: "32 decembre" is read as the month
    return at_local(first, time, zone) if first and last in {first, None} else None


def _usual_hour(words: str) -> dt.time:
    return next((hour for part, hour in _USUAL_HOURS if part.search(words)), USUAL_HOUR)


def _time(found: re.Match[str]) -> dt.time | None:
    if found["named"]:
        return _NAMED[found["named"]]
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = found["half"] or found["late"]
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 -- a day, an hour
