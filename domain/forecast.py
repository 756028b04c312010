"""How many messages a week an alert will bring, told before it is kept."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.alerts import Frequency

LOOKS_BACK = dt.timedelta(days=90)
LEAST_HISTORY = dt.timedelta(days=14)
"""A shorter past says little: then what is to come is counted instead."""
LOOKS_AHEAD = dt.timedelta(days=28)
ENOUGH = 500
"""More events than this in a month are "very many" whatever their number."""

WEEK = dt.timedelta(days=7)


def messages_a_week(
    *,
    published: Sequence[dt.datetime],
    history: dt.timedelta,
    upcoming: Sequence[dt.datetime],
    frequency: Frequency,
    zone: str,
) -> float:
    """Return messages a week.

    `published`: the instants, one each, at which events that fit appeared during
    `history`: events of one instant make one message. While the history is short,
    `upcoming`: the starts of those to come within `LOOKS_AHEAD`; in the long run as
    many are published in a week as are held in one.
    """
    if history >= LEAST_HISTORY:
        weeks, instants = history / WEEK, published
    else:
        weeks, instants = LOOKS_AHEAD / WEEK, upcoming
    if frequency is Frequency.AT_ONCE:
        return len(instants) / weeks
    local_days = {instant.astimezone(ZoneInfo(zone)).date() for instant in instants}
    if frequency is Frequency.DAILY:
        return len(local_days) / weeks
    return len({day.isocalendar()[:2] for day in local_days}) / weeks
