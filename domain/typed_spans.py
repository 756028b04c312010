"""What a person may mean by a date: a fixed one, or one that comes back (each week, month, year).

A date that comes back becomes a real one only beside another day: "le 9" in "du 9 au 15 juin" is the
last ninth before the fifteenth of June, alone it is the next one.
"""

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

Dates = tuple[dt.date, dt.date | None]
"""First and last day, both included; None: no end."""

_DAY = dt.timedelta(days=1)
_A_LEAP_CYCLE = range(-8, 9)
"""Years on both sides among which 29 February is found."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """These days and no others."""

    first: dt.date
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day of the week; Monday is 0."""

    weekday: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """A day of the month, from 1."""

    day: int


@dataclass(frozen=True, slots=True)
class Yearly:
    """From one day of a month to another of the same month (31: to its end)."""

    month: int
    first_day: int
    last_day: int


Span = Fixed | Weekly | Monthly | Yearly


def on_or_after(span: Span, day: dt.date) -> Dates:
    """Return the first occurrence that is not over on this day; a fixed one is what it is."""
    if isinstance(span, Fixed):
        return span.first, span.last
    found = _occurrences(span, day)
    return next((dates for dates in found if dates[1] >= day), found[-1])


def on_or_before(span: Monthly | Yearly, day: dt.date) -> Dates:
    """Return the last occurrence that has begun on this day."""
    found = _occurrences(span, day)
    return next((dates for dates in reversed(found) if dates[0] <= day), found[0])


def week_of(day: dt.date) -> Fixed:
    """Return the Monday to Sunday around this day."""
    monday = day - day.weekday() * _DAY
    return Fixed(monday, monday + 6 * _DAY)


def is_possible(day: int, month: int) -> bool:
    """Say whether a calendar may show this day."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1]  # noqa: PLR2004 -- twelve months


def _occurrences(span: Weekly | Monthly | Yearly, around: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Those near a day, in order."""
    if isinstance(span, Weekly):
        offset = span.weekday - around.weekday()
        days = [around + (offset + 7 * week) * _DAY for week in (-1, 0, 1)]
        return [(day, day) for day in days]
    if isinstance(span, Monthly):
        return _existing(lambda step: _in_month(around, step, span.day, span.day), range(-2, 4))
    return _existing(
        lambda step: _clipped(around.year + step, span.month, span.first_day, span.last_day), _A_LEAP_CYCLE
    )


def _existing(
    occurrence: Callable[[int], tuple[dt.date, dt.date] | None], steps: range
) -> list[tuple[dt.date, dt.date]]:
    return [dates for step in steps if (dates := occurrence(step))]


def _in_month(around: dt.date, step: int, first: int, last: int) -> tuple[dt.date, dt.date] | None:
    years, month = divmod(around.month - 1 + step, 12)
    return _clipped(around.year + years, month + 1, first, last)


def _clipped(year: int, month: int, first: int, last: int) -> tuple[dt.date, dt.date] | None:
    """The days of a month, None when it has no such first day (30 February)."""
    length = calendar.monthrange(year, month)[1]
    if first > length:
        return None
    return dt.date(year, month, first), dt.date(year, month, min(last, length))
