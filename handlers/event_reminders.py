"""Remind me: when, both if one likes; and no longer."""

from domain.job_events import StoredEvent
from handlers import event_cards, my_reminders
from handlers.turn import Turn
from messages import event_lines, lists
from messages import reminders as say
from messages.buttons import AskReminder, CancelReminders, Look, SetReminder
from messages.readers import Reader
from services import reminders


async def on_ask(turn: Turn, button: AskReminder) -> None:
    """When?"""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None and not await _is_too_late(turn, stored, button.origin):
        await _show_question(turn, await event_cards.reader(turn), stored, button.origin)


async def on_set(turn: Turn, button: SetReminder) -> None:
    """Tick or untick; the person is kept from now on, if they were not."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None or await _is_too_late(turn, stored, button.origin):
        return
    subscriber = await turn.welcome()
    person = await event_cards.reader(turn)
    answer = await reminders.choose(
        turn.uow, subscriber, stored, button.lead, is_wanted=bool(button.is_wanted), now=turn.now
    )
    turn.toast(_said(person, answer))
    await _show_question(turn, person, stored, button.origin)


async def on_cancel(turn: Turn, button: CancelReminders) -> None:
    """No longer: the list again for one who tidies it, else the ways on."""
    await reminders.cancel(turn.uow, turn.chat_id, button.job_event_id)
    back = lists.back_to(button.origin)
    if isinstance(back, Look) and back.view == lists.REMINDERS:
        turn.toast(say.taken_back(turn.translator))
        await my_reminders.show_page(turn, back.page)
        return
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        turn.show(say.cancelled(await event_cards.reader(turn), stored, origin=button.origin))


async def _is_too_late(turn: Turn, stored: StoredEvent, origin: str) -> bool:
    """Show the card of an event that has begun, is over or cancelled: what became of it, and the ways on."""
    if event_lines.is_ahead(await event_cards.reader(turn), stored.event):
        return False
    await event_cards.show(turn, stored, origin=origin)
    return True


async def _show_question(turn: Turn, person: Reader, stored: StoredEvent, origin: str) -> None:
    ticked = await reminders.ticked(turn.uow, turn.chat_id, stored.id, now=turn.now)
    possible = reminders.possible(stored, turn.zone, now=turn.now)
    turn.show(say.ask(person, stored, possible, ticked, origin=origin))


def _said(person: Reader, answer: reminders.Answer) -> str:
    match answer:
        case reminders.Promised(due_at):
            return say.set_for(person, due_at)
        case reminders.TakenBack():
            return say.taken_back(person.t)
        case reminders.TooLate(other):
            return say.too_late(person.t, other)
