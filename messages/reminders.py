"""Reminders: asked for, listed, sent, taken back."""

import datetime as dt
from collections.abc import Mapping

from telegram import InlineKeyboardButton

from domain.job_events import EventStatus, Mode, StoredEvent
from domain.reminders import Lead
from locales import formats
from locales.translators import Translator
from messages import cards, event_lines, lists
from messages.buttons import (
    AskReminder,
    Browse,
    CancelReminders,
    Look,
    More,
    SendCalendar,
    SendMap,
    SetReminder,
    ShowCard,
)
from messages.readers import Reader
from messages.screens import Screen, rows, safe, tap, ticked


def ask(
    reader: Reader,
    stored: StoredEvent,
    possible: Mapping[Lead, dt.datetime | None],
    chosen: frozenset[Lead],
    *,
    origin: str,
) -> Screen:
    """When to be reminded? `possible`: the instant of each lead, None where it is too late."""
    t, number = reader.t, stored.id
    lines = [event_lines.when(reader, stored.event), ""]
    open_leads = [lead for lead, due_at in possible.items() if due_at is not None]
    if len(open_leads) == len(Lead):
        lines.append(t.gettext("When shall I remind you? You can tick both."))
    lines += [_lead_line(reader, lead, due_at) for lead, due_at in possible.items()]
    buttons = [
        [
            tap(
                ticked(name(t, lead), on=lead in chosen),
                SetReminder(number, lead, int(lead not in chosen), origin),
            )
        ]
        for lead in open_leads
    ]
    calendar = [] if open_leads else [tap(t.gettext("Add to my calendar"), SendCalendar(number))]
    back = [tap(t.gettext("Back to the event"), ShowCard(number, origin))]
    return Screen(
        event_lines.under_title(reader, stored.event, "\n".join(lines)), rows(*buttons, calendar, back)
    )


def name(t: Translator, lead: Lead) -> str:
    """Name a lead."""
    return {Lead.DAY_BEFORE: t.gettext("The day before"), Lead.TWO_HOURS: t.gettext("Two hours before")}[lead]


def set_for(reader: Reader, due_at: dt.datetime) -> str:
    """Confirm a reminder, in a word over the chat."""
    return reader.t.gettext("Noted: I remind you on {moment}.").format(moment=moment(reader, due_at))


def taken_back(t: Translator) -> str:
    """Confirm that a reminder was taken back, in a word over the chat."""
    return t.gettext("This reminder is cancelled.")


def too_late(t: Translator, other: Lead | None) -> str:
    """Say that the moment has passed, and what is left, in a word over the chat."""
    if other is Lead.TWO_HOURS:
        return t.gettext("It is too late for the day before. Choose two hours before.")
    if other is Lead.DAY_BEFORE:
        return t.gettext("It is too late for two hours before. Choose the day before.")
    return t.gettext("It is too late for a reminder. Put the event in your calendar.")


def message(reader: Reader, stored: StoredEvent) -> Screen:
    """The reminder itself: when, where, what to think of."""
    t, event = reader.t, stored.event
    standing = event_lines.standing(reader, event)
    heading = t.gettext("Reminder: {title}").format(title=safe(event_lines.title(t, event)))
    lines = [
        f"<b>{heading}</b>",
        *([f"<b>{standing}</b>"] if standing else []),
        event_lines.when(reader, event, is_near=True),
        *_how_to_come(t, stored),
        event_lines.freshness(reader, stored),
    ]
    return Screen("\n".join(line for line in lines if line), rows(*acts(t, stored)))


def acts(t: Translator, stored: StoredEvent) -> list[list[InlineKeyboardButton]]:
    """Return what one does with an event one means to go to."""
    number = stored.id
    has_map = stored.event.point is not None and Mode.ON_SITE in stored.event.mode
    return [
        cards.site_row(t, stored.event),
        [
            tap(t.gettext("Add to my calendar"), SendCalendar(number)),
            *([tap(t.gettext("See on a map"), SendMap(number))] if has_map else []),
        ],
        [
            tap(t.gettext("I cannot come any more"), CancelReminders(number, "")),
            tap(t.gettext("More…"), More(number, "")),
        ],
    ]


def cancelled(reader: Reader, stored: StoredEvent, *, origin: str) -> Screen:
    """No more reminder of this event; the seat, if any, is the organiser's to free."""
    t, event = reader.t, stored.event
    text, page, again = t.gettext("Noted: no more reminders of this event."), cards.site_row(t, event), []
    if event_lines.is_ahead(reader, event):
        again = [tap(t.gettext("Remind me all the same"), AskReminder(stored.id, origin))]
        if page:
            text += "\n" + t.gettext(
                "If you had registered, free your place on the site: someone waits for it."
            )
    return Screen(
        event_lines.under_title(reader, event, text),
        rows(
            page,
            [tap(t.gettext("Same sector, near there"), Look(lists.like(stored.id), 0))],
            again,
            cards.back_row(t, origin) or [tap(t.gettext("My next events"), Browse(0))],
        ),
    )


def _how_to_come(t: Translator, stored: StoredEvent) -> list[str]:
    event = stored.event
    lines = []
    if Mode.ON_SITE in event.mode:
        lines += [safe(event_lines.address(event)), t.gettext("Come ten minutes early. A CV always helps.")]
    if Mode.ONLINE in event.mode:
        lines.append(t.gettext("Online: the link is on the site, or in the organiser’s message."))
    if event.status is EventStatus.FULL:
        lines.append(t.gettext("If you have a place, it is still yours."))
    return lines


def _lead_line(reader: Reader, lead: Lead, due_at: dt.datetime | None) -> str:
    t = reader.t
    if due_at is None:
        return t.gettext("{lead}: too late.").format(lead=name(t, lead))
    return t.gettext("{lead}: {moment}").format(lead=name(t, lead), moment=moment(reader, due_at))


def moment(reader: Reader, instant: dt.datetime) -> str:
    """Say "mercredi 11 juin, 17 h" on the reader’s clock."""
    local, language = reader.local(instant), reader.t.language
    day = formats.date(local.date(), language, today=reader.today)
    return f"{day}, {formats.hour(local.time(), language)}"
