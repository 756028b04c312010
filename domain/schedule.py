"""When: reminders and digests, never at night, right across clock changes."""

import datetime as dt
from zoneinfo import ZoneInfo

from domain.job_events import JobEvent
from domain.reminders import Lead
from domain.subscribers import QUIET_UNTIL, after_the_night, at_local, is_quiet

DAY_BEFORE_AT = dt.time(17, 0)
HOURS_BEFORE = dt.timedelta(hours=2)
EVENING_BEFORE_AT = dt.time(19, 0)
LEAST_NOTICE = dt.timedelta(minutes=45)
"""A reminder that the night puts off until 8 h must leave at least this."""

DAILY_AT = dt.time(9, 0)
WEEKLY_ON = 0
"""Monday."""
GATHERING = dt.timedelta(seconds=60)
"""How long what is told "at once" gathers, so that several matches become one message."""


def reminder_due_at(event: JobEvent, lead: Lead, zone: str, *, now: dt.datetime) -> dt.datetime | None:
    """When to remind (UTC), or None once the moment has passed.

    `zone` is the subscriber's. The day before is counted on the event's own
    calendar; the hour, and the night, are the subscriber's.
    """
    due = by_day(_wanted_at(event, lead, zone), event.starts_at, zone)
    return due if due > now else None


def by_day(wanted: dt.datetime, starts_at: dt.datetime, zone: str) -> dt.datetime:
    """Move an instant out of the night: to 8 h if 45 minutes remain, else to 19 h the evening before."""
    if not is_quiet(wanted, zone):
        return wanted
    morning = after_the_night(wanted, zone)
    if starts_at - morning >= LEAST_NOTICE:
        return morning
    return at_local(_evening_before(wanted, zone), EVENING_BEFORE_AT, zone)


def next_digest_at(now: dt.datetime, zone: str, *, weekly: bool) -> dt.datetime:
    """Return the next 9 h in this zone after now, on a Monday when weekly (UTC)."""
    day = now.astimezone(ZoneInfo(zone)).date()
    while (due := at_local(day, DAILY_AT, zone)) <= now or (weekly and day.weekday() != WEEKLY_ON):
        day += dt.timedelta(days=1)
    return due


def _wanted_at(event: JobEvent, lead: Lead, zone: str) -> dt.datetime:
    if lead is Lead.TWO_HOURS:
        return event.starts_at - HOURS_BEFORE
    return at_local(event.local_start.date() - dt.timedelta(days=1), DAY_BEFORE_AT, zone)


def _evening_before(wanted: dt.datetime, zone: str) -> dt.date:
    """Return the date of the evening in which the night around this instant began."""
    local = wanted.astimezone(ZoneInfo(zone))
    return local.date() - dt.timedelta(days=1) if local.time() < QUIET_UNTIL else local.date()
