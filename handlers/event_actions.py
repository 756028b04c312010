"""What one does with an event from its card: not for me, more, why, calendar, map, report.

A keyboard is never taken away: by the time of a tap the event may be over, full or
gone, and the button may be forged. The event is loaded again, and everything that is
written is written for the chat that tapped.
"""

from domain.job_events import Mode
from handlers import event_cards, event_reminders, stale
from handlers.routing import Buttons
from handlers.turn import SendFile, SendPlace, Turn
from messages import calendar_file, cards, dismissals, event_lines, reports, why
from messages.buttons import (
    AskReminder,
    AskWhy,
    CancelReminders,
    Dismiss,
    DismissFor,
    More,
    Report,
    ReportAs,
    SendCalendar,
    SendMap,
    SetReminder,
    Undismiss,
)
from services import matches
from services import reports as reporting

MAX_ADDRESS = 200


async def on_dismiss(turn: Turn, button: Dismiss) -> None:
    """Not for me: noted at once, and why?"""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None:
        return
    if turn.subscriber is not None:
        await matches.dismiss(turn.uow, turn.chat_id, stored.id, None, now=turn.now)
    turn.show(dismissals.why(await event_cards.reader(turn), stored, origin=button.origin))


async def on_dismiss_for(turn: Turn, button: DismissFor) -> None:
    """Not for me, because: the change that would fix it."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None:
        return
    reason = button.reason if button.reason in dismissals.REASONS else dismissals.OTHER
    if turn.subscriber is not None:
        await matches.dismiss(turn.uow, turn.chat_id, stored.id, reason, now=turn.now)
    turn.show(dismissals.settled(await event_cards.reader(turn), stored, reason, origin=button.origin))


async def on_undismiss(turn: Turn, button: Undismiss) -> None:
    """For me after all."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        await matches.undismiss(turn.uow, turn.chat_id, stored.id)
        await event_cards.show(turn, stored, origin=button.origin)


async def on_more(turn: Turn, button: More) -> None:
    """Everything about an event."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        person, name = await event_cards.reader(turn), turn.world.own_name()
        turn.show(cards.details(person, stored, origin=button.origin, bot_username=name))


async def on_why(turn: Turn, button: AskWhy) -> None:
    """Why this event, or why it would not be sent now."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        person = await event_cards.reader(turn)
        turn.show(why.screen(person, stored.event, job_event_id=stored.id, origin=button.origin))


async def on_calendar(turn: Turn, button: SendCalendar) -> None:
    """The file for the calendar."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None:
        return
    t = turn.translator
    content = calendar_file.build(t, stored, bot_username=turn.world.own_name(), stamp=turn.now)
    turn.answers.append(SendFile(calendar_file.name(stored), content, calendar_file.caption(t, stored)))


async def on_map(turn: Turn, button: SendMap) -> None:
    """The place on a map."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None:
        return
    event, t = stored.event, turn.translator
    if event.point is None or Mode.ON_SITE not in event.mode:
        await stale.show_present(turn)
        return
    turn.answers.append(
        SendPlace(
            title=event_lines.title(t, event),
            address=event_lines.address(event)[:MAX_ADDRESS] or event_lines.kind(t, event),
            latitude=event.point.latitude,
            longitude=event.point.longitude,
        )
    )


async def on_report(turn: Turn, button: Report) -> None:
    """What is wrong?"""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        turn.show(reports.ask(await event_cards.reader(turn), stored, origin=button.origin))


async def on_report_as(turn: Turn, button: ReportAs) -> None:
    """This is wrong: passed on, without who says so."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is None:
        return
    reason = button.reason if button.reason in reports.REASONS else reports.OTHER
    operators = turn.world.operator_chats
    await reporting.report(turn.uow, stored, reason, operators, now=turn.now)
    person = await event_cards.reader(turn)
    turn.show(reports.thanks(person, stored, origin=button.origin, is_passed_on=bool(operators)))


BUTTONS: Buttons = {
    AskReminder: event_reminders.on_ask,
    SetReminder: event_reminders.on_set,
    CancelReminders: event_reminders.on_cancel,
    Dismiss: on_dismiss,
    DismissFor: on_dismiss_for,
    Undismiss: on_undismiss,
    More: on_more,
    AskWhy: on_why,
    SendCalendar: on_calendar,
    SendMap: on_map,
    Report: on_report,
    ReportAs: on_report_as,
}
