"""When: reminders and digests, never at night, right across clock changes."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from domain.alerts import Frequency
from domain.availability import DAYS
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
FRENCH_ZONES = (
    "Europe/Paris",
    "America/Cayenne",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Miquelon",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Gambier",
    "Pacific/Marquesas",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
)
"""Where people live, overseas included."""

GATHERING = dt.timedelta(seconds=60)
"""How long what is told "at once" gathers, so that several matches become one message."""


def reminder_due_at(event: JobEvent, lead: Lead, zone: str, *, now: dt.datetime) -> dt.datetime | None:
    """When to remind (UTC), or None once the moment has passed.

    `zone` is the subscriber's: so are the day before, its hour, and the night. (The day
    before on the event's calendar may end, half the globe away, after the event began.)
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
    if weekly:
        day += dt.timedelta(days=(WEEKLY_ON - day.weekday()) % DAYS)
    due = at_local(day, DAILY_AT, zone)
    return due if due > now else at_local(day + dt.timedelta(days=DAYS if weekly else 1), DAILY_AT, zone)


def telling_times(
    now: dt.datetime, gathering_until: dt.datetime, zones: Iterable[str], *, is_sector_known: bool
) -> dict[tuple[str, Frequency], dt.datetime]:
    """When to tell a new event (UTC), by the person's zone and the alert's frequency."""
    return {
        (zone, frequency): told_at(now, gathering_until, zone, frequency, is_sector_known=is_sector_known)
        for zone in zones
        for frequency in Frequency
    }


def told_at(
    now: dt.datetime,
    gathering_until: dt.datetime,
    zone: str,
    frequency: Frequency,
    *,
    is_sector_known: bool,
) -> dt.datetime:
    """When to tell a new event (UTC).

    What is told at once gathers first. Nobody is woken, or disturbed, for an event
    whose sector is unknown: it goes with the next daily digest.
    """
    if frequency is Frequency.WEEKLY:
        return next_digest_at(now, zone, weekly=True)
    if frequency is Frequency.DAILY or not is_sector_known:
        return next_digest_at(now, zone, weekly=False)
    return after_the_night(gathering_until, zone)


def gathering_until(now: dt.datetime, under_way: dt.datetime | None) -> dt.datetime:
    """Return until when matches gather: the instant under way, or a new one when it has passed."""
    return under_way if under_way and under_way > now else now + GATHERING


def may_hasten(now: dt.datetime, gathering_until: dt.datetime, zones: Iterable[str]) -> bool:
    """Say whether what gathers until then may go now: it is still there, and no night ends in between."""
    return now < gathering_until and all(
        is_quiet(now, zone) == is_quiet(gathering_until, zone) for zone in zones
    )


def change_told_at(now: dt.datetime, zone: str, starts_at: dt.datetime, *, is_urgent: bool) -> dt.datetime:
    """When to tell of a change (UTC): now, or after the night unless that comes too late or it is urgent.

    `starts_at`: the soonest instant at which anybody may turn up.
    """
    morning = after_the_night(now, zone)
    return now if is_urgent or starts_at - morning < LEAST_NOTICE else morning


def _wanted_at(event: JobEvent, lead: Lead, zone: str) -> dt.datetime:
    if lead is Lead.TWO_HOURS:
        return event.starts_at - HOURS_BEFORE
    day = event.starts_at.astimezone(ZoneInfo(zone)).date()
    return at_local(day - dt.timedelta(days=1), DAY_BEFORE_AT, zone)


def _evening_before(wanted: dt.datetime, zone: str) -> dt.date:
    """Return the date of the evening in which the night around this instant began."""
    local = wanted.astimezone(ZoneInfo(zone))
    return local.date() - dt.timedelta(days=1) if local.time() < QUIET_UNTIL else local.date()
