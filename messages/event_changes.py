"""To those who asked to be reminded: what became of the event, in plain words, and three ways out."""

from collections.abc import Sequence

from domain.job_events import EventStatus, StoredEvent
from domain.reminders import Reminder
from messages import cards, event_lines, reminders
from messages.readers import Reader
from messages.screens import Screen, rows, safe


def screen(reader: Reader, stored: StoredEvent, promised: Sequence[Reminder]) -> Screen:
    """Tell the present state; `promised`: the person's reminders still to come."""
    t, event = reader.t, stored.event
    said = {
        EventStatus.CANCELLED: t.gettext("Cancelled by the organiser. You need not go."),
        EventStatus.FULL: t.gettext("This event is now full. If you have a place, it is still yours."),
        EventStatus.UNLISTED: t.gettext(
            "This event is no longer on the site. Ask the organiser before you go."
        ),
        EventStatus.SCHEDULED: t.gettext(
            "This event has changed, or takes place after all. Here is what is known now."
        ),
    }[event.status]
    heading = t.gettext("Change: {title}").format(title=safe(event_lines.title(t, event)))
    is_on = event.status is not EventStatus.CANCELLED
    where = safe(event_lines.address(event)) or event_lines.where(reader, event)
    lines = [
        f"<b>{heading}</b>",
        said,
        event_lines.when(reader, event),
        where,
        *([_promise(reader, promised)] if is_on else []),
    ]
    acts = reminders.acts(t, stored) if is_on else [cards.site_row(t, event)]
    return Screen("\n".join(lines), rows(*acts, *cards.ways_on(t, stored.id)))


def _promise(reader: Reader, promised: Sequence[Reminder]) -> str:
    t = reader.t
    moments = [reminders.moment(reader, reminder.due_at) for reminder in promised]
    if not moments:
        return t.gettext("It is too late for another reminder.")
    return t.gettext("Your reminder: {moments}.").format(moments=t.gettext(" and ").join(moments))
