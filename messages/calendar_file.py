"""An event as a calendar file: one that any telephone opens."""

import datetime as dt

from domain.job_events import EventStatus, StoredEvent
from locales.translators import Translator
from messages import event_lines, shortening

PRODUCT = "-//rendez-vous-emploi//Telegram//FR"
MAX_DESCRIPTION = 1_500
REMINDS = dt.timedelta(hours=-2)


def name(stored: StoredEvent) -> str:
    """Return the file's name."""
    return f"{stored.event.local_start.date().isoformat()}.ics"


def caption(t: Translator, stored: StoredEvent) -> str:
    """Say what the file is; not HTML."""
    title = event_lines.title(t, stored.event)
    return t.gettext("Open this file to put “{title}” in your calendar.").format(title=title)


def build(t: Translator, stored: StoredEvent, *, bot_username: str, stamp: dt.datetime) -> bytes:
    """Return the file; a later one of the same event takes its place in the calendar. `stamp`: UTC.

    The hours are written in UTC: every calendar shows them on its owner's clock.
    """
    import icalendar  # noqa: PLC0415 -- 60 ms of every start, for a file that few ask for

    event, page = stored.event, event_lines.site(stored.event)
    title = event_lines.title(t, event)
    entry = icalendar.Event.new(
        uid=f"job-event-{stored.id}@{bot_username.lower()}",
        sequence=stored.version,
        stamp=stamp.replace(microsecond=0),
        start=event.starts_at.replace(microsecond=0),
        end=event.ends_at.replace(microsecond=0),
        summary=title,
        description=_written(shortening.paragraphs(event.description, MAX_DESCRIPTION)) or None,
        location=_written(event_lines.address(event)) or None,
        url=page or None,
        status=icalendar.STATUS.CANCELLED if event.status is EventStatus.CANCELLED else None,
    )
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", REMINDS)
    entry.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _written(text: str) -> str:
    """Keep what a calendar can hold: no control characters but the end of a line."""
    return "".join(mark for mark in text if mark == "\n" or mark.isprintable())
