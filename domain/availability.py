"""When: a week of mornings, afternoons and evenings, and the dates between which they count."""

import datetime as dt
import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.errors import UserError

NOON_BREAK = dt.time(12, 30)
EVENING = dt.time(18, 0)
LEAST_OVERLAP = dt.timedelta(minutes=30)
"""An event touches a part of the day when it covers more than this of it."""

DAYS = 7
WHOLE_WEEK = (1 << 21) - 1


class DayPart(enum.IntEnum):
    """A part of the day, in the event's own zone."""

    MORNING = 0
    """Until 12 h 30."""
    AFTERNOON = 1
    """Until 18 h."""
    EVENING = 2


_STARTS = {DayPart.MORNING: dt.time.min, DayPart.AFTERNOON: NOON_BREAK, DayPart.EVENING: EVENING}


def bit(weekday: int, part: DayPart) -> int:
    """One cell of the grid; Monday is 0."""
    return 1 << (weekday * 3 + part)


def cells(weekdays: Iterable[int], parts: Iterable[DayPart]) -> int:
    """A mask of these parts of these days."""
    parts = tuple(parts)
    mask = 0
    for weekday in weekdays:
        for part in parts:
            mask |= bit(weekday, part)
    return mask


@dataclass(frozen=True, slots=True)
class Availability:
    """The half-days on which a person is free, and from which date until which (both included)."""

    half_days: int = WHOLE_WEEK
    """21 bits: see `bit`."""
    not_before: dt.date | None = None
    not_after: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse a grid with nothing in it, and dates the wrong way round."""
        if not 0 < self.half_days <= WHOLE_WEEK:
            raise UserError("availability_empty")
        if self.not_before and self.not_after and self.not_after < self.not_before:
            raise UserError("dates_reversed", not_before=self.not_before, not_after=self.not_after)

    def is_free(self, weekday: int, part: DayPart) -> bool:
        """Say whether this part of this day is ticked; Monday is 0."""
        return bool(self.half_days & bit(weekday, part))

    def covers_date(self, day: dt.date) -> bool:
        """Say whether the date lies between the two dates, where they are set."""
        return (self.not_before is None or day >= self.not_before) and (
            self.not_after is None or day <= self.not_after
        )


def half_days_covered(starts: dt.datetime, ends: dt.datetime) -> int:
    """Return the parts of the week that an event covers by more than half an hour.

    Both instants bear the event's own zone, wall-clock time counts. An event too
    short for any part counts for the part it starts in.
    """
    mask = 0
    for day, part, begins, finishes in _parts_between(starts, ends):
        begin, finish = max(begins, starts.replace(tzinfo=None)), min(finishes, ends.replace(tzinfo=None))
        if finish - begin > LEAST_OVERLAP:
            mask |= bit(day.weekday(), part)
    return mask or bit(starts.weekday(), part_of(starts.time()))


def part_of(time: dt.time) -> DayPart:
    """Return the part of the day that a wall-clock time belongs to."""
    if time < NOON_BREAK:
        return DayPart.MORNING
    return DayPart.AFTERNOON if time < EVENING else DayPart.EVENING


def _parts_between(
    starts: dt.datetime, ends: dt.datetime
) -> Iterator[tuple[dt.date, DayPart, dt.datetime, dt.datetime]]:
    """Each part of each day (at most a week) from start to end, with its own bounds."""
    day = starts.date()
    for _ in range(DAYS + 1):
        if day > ends.date():
            return
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min)
        borders = [dt.datetime.combine(day, start) for start in _STARTS.values()] + [midnight]
        for part in DayPart:
            yield day, part, borders[part], borders[part + 1]
        day += dt.timedelta(days=1)
