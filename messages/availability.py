"""Days, parts of the day, and a whole week in few words."""

import datetime as dt

from domain.availability import DAYS, WHOLE_WEEK, Availability, DayPart, cells
from locales import formats
from locales.translators import Translator

WEEKDAYS = range(5)


def day_name(t: Translator, weekday: int) -> str:
    """Return the name of a day; Monday is 0."""
    return (
        t.gettext("Monday"),
        t.gettext("Tuesday"),
        t.gettext("Wednesday"),
        t.gettext("Thursday"),
        t.gettext("Friday"),
        t.gettext("Saturday"),
        t.gettext("Sunday"),
    )[weekday]


def part_name(t: Translator, part: DayPart) -> str:
    """Return the name of a part of the day."""
    return (t.gettext("morning"), t.gettext("afternoon"), t.gettext("evening"))[part]


def week(t: Translator, half_days: int) -> str:
    """Say a week's grid in few words: "mornings", "Monday to Friday, afternoons"…"""
    if half_days == WHOLE_WEEK:
        return t.gettext("any day, any time")
    groups: list[tuple[list[int], int]] = []
    for weekday in range(DAYS):
        parts = half_days >> (weekday * 3) & 0b111
        if groups and groups[-1][1] == parts and groups[-1][0][-1] == weekday - 1:
            groups[-1][0].append(weekday)
        else:
            groups.append(([weekday], parts))
    return ", ".join(_group(t, days, parts) for days, parts in groups if parts)


def _group(t: Translator, days: list[int], parts: int) -> str:
    chosen = [part for part in DayPart if parts >> part & 1]
    if len(days) == DAYS:
        return _every(t, chosen)
    span = _span(t, days)
    if len(chosen) == len(DayPart):
        return span
    when = t.gettext(" and ").join(part_name(t, part) for part in chosen)
    # Translators: days, then parts of the day: "Monday to Friday: morning and evening"
    return t.gettext("{days}: {parts}").format(days=span, parts=when)


def _every(t: Translator, chosen: list[DayPart]) -> str:
    names = (t.gettext("mornings"), t.gettext("afternoons"), t.gettext("evenings"))
    return t.gettext(" and ").join(names[part] for part in chosen)


def _span(t: Translator, days: list[int]) -> str:
    first, last = day_name(t, days[0]), day_name(t, days[-1])
    if len(days) == 1:
        return first
    if len(days) == 2:  # noqa: PLR2004 -- two days are "and", more are "to"
        return first + t.gettext(" and ") + last
    return t.gettext("{first} to {last}").format(first=first, last=last)


def summary(t: Translator, availability: Availability, *, today: dt.date) -> str:
    """Say when someone is free, dates included."""
    grid = week(t, availability.half_days)
    dates = formats.period(availability.not_before, availability.not_after, t.language, today=today)
    return f"{grid}, {dates}" if dates else grid


def column(part: DayPart) -> int:
    """Return the cells of one part of every day."""
    return cells(range(DAYS), [part])


def row(weekday: int) -> int:
    """Return the cells of one day."""
    return cells([weekday], DayPart)
