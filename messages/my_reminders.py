"""My reminders: what is still to come, and how to take it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from domain.job_events import StoredEvent
from domain.reminders import Reminder
from locales.translators import Translator
from messages import event_lines, listings, lists, menus, reminders
from messages.buttons import Begin, Browse, CancelReminders, Open, ShowCard
from messages.readers import Reader
from messages.screens import PRIMARY, Screen, rows, safe, tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """An event, and when its reminders come."""

    stored: StoredEvent
    reminders: Sequence[Reminder]


def screen(reader: Reader, promised: Sequence[Promised], *, page: int, has_next: bool) -> Screen:
    """List what is still to come."""
    t = reader.t
    if not promised:
        return _none(reader)
    first = page * listings.PAGE + 1
    blocks = [_promise(reader, number, each) for number, each in enumerate(promised, first)]
    origin = lists.Place(lists.REMINDERS, page).origin
    buttons = [
        row for number, each in enumerate(promised, first) for row in _promise_rows(t, number, each, origin)
    ]
    turns = listings.turns(t, lists.REMINDERS, page, has_next=has_next)
    return Screen(
        "\n\n".join(["<b>" + t.gettext("My reminders") + "</b>", *blocks]),
        rows(*buttons, turns, [tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def _none(reader: Reader) -> Screen:
    t = reader.t
    text = t.gettext("You have no reminders. Touch “Remind me” under an event, and I think of it for you.")
    begin = [] if reader.alert else [tap(t.gettext("Start"), Begin(), style=PRIMARY)]
    return Screen(
        "<b>" + t.gettext("My reminders") + f"</b>\n{text}",
        rows([tap(t.gettext("See events"), Browse(0))], begin, [tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def _promise(reader: Reader, number: int, promised: Promised) -> str:
    event = promised.stored.event
    standing = event_lines.standing(reader, event)
    lines = [
        f"{number}. <b>{safe(event_lines.title(reader.t, event, listings.MAX_TITLE))}</b>",
        *([f"<b>{standing}</b>"] if standing else []),
        event_lines.when(reader, event),
        *(
            reader.t.gettext("Reminder: {moment}").format(moment=reminders.moment(reader, reminder.due_at))
            for reminder in promised.reminders
        ),
    ]
    return "\n".join(lines)


def _promise_rows(
    t: Translator, number: int, promised: Promised, origin: str
) -> list[list[InlineKeyboardButton]]:
    stored = promised.stored
    cancel = t.gettext("Cancel {number}").format(number=number)
    return [
        [tap(listings.label(t, number, stored), ShowCard(stored.id, origin))],
        [tap(cancel, CancelReminders(stored.id, origin))],
    ]
