"""How many messages a week an alert will bring, told before it is kept."""

import datetime as dt
from collections.abc import Iterator, Sequence

from domain import schedule
from domain.alerts import Frequency

LOOKS_BACK = dt.timedelta(days=90)
LEAST_HISTORY = dt.timedelta(days=14)
"""A shorter past says little: then what is to come is counted instead."""
LOOKS_AHEAD = dt.timedelta(days=28)
ENOUGH = 500
"""More events than this in a month are "very many" whatever their number."""

WEEK = dt.timedelta(days=7)
_DIGESTS_A_WEEK = {Frequency.DAILY: 7.0, Frequency.WEEKLY: 1.0}

Publication = tuple[dt.datetime, bool]
"""When an event that fits was published (UTC), and whether its sector is known."""


def messages_a_week(
    *,
    published: Sequence[Publication],
    history: dt.timedelta,
    upcoming: Sequence[Publication],
    frequency: Frequency,
    zone: str,
) -> float:
    """Return messages a week.

    `published`: what appeared during `history`. While that is short, `upcoming`: the
    same of what starts within `LOOKS_AHEAD`, by its start; in the long run as much is
    published in a week as is held in one.
    """
    if history >= LEAST_HISTORY:
        weeks, publications = history / WEEK, published
    else:
        weeks, publications = LOOKS_AHEAD / WEEK, upcoming
    messages = len(set(_tellings(publications, frequency, zone)))
    # two weeks touch three Mondays: that makes no three digests in two weeks
    return min(messages / weeks, _DIGESTS_A_WEEK.get(frequency, float("inf")))


def _tellings(publications: Sequence[Publication], frequency: Frequency, zone: str) -> Iterator[dt.datetime]:
    """When each would be told: what gathers, and what a night keeps, goes in one message."""
    until: dt.datetime | None = None
    for instant, is_sector_known in sorted(publications):
        until = schedule.gathering_until(instant, until)
        yield schedule.told_at(instant, until, zone, frequency, is_sector_known=is_sector_known)
