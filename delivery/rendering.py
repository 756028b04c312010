"""From a row of the outbox to words: what is true now, in the receiver's language, by their clock.

A row says what to whom, never a text. By the time it is sent the event may be full, over
or gone, the person may have stopped, or sleep: then nothing is said, or something else,
or later.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence

from delivery import known, rendering_announcements, rendering_groups, rendering_matches
from delivery.desk import Desk
from delivery.sender import Composed
from domain import schedule
from domain.imports import Trouble
from domain.job_events import EventStatus, StoredEvent
from domain.outbox import Kind, OutboxMessage
from domain.subscribers import Language, is_quiet
from locales.translators import Translator
from messages import event_changes, operator_notices, reminders
from messages.screens import Screen
from services import UnitOfWork, matches
from services import reminders as promises
from services.deliveries import Dropped, Postponed

Result = Composed | Dropped | Postponed

_AT_A_STRETCH = 8
"""About a millisecond. A turn of the event loop for each took a tenth of all that sending a message costs."""


async def compose(
    messages: Sequence[OutboxMessage],
    uow: UnitOfWork,
    now: dt.datetime,
    translators: Mapping[Language, Translator],
) -> Sequence[Result]:
    """Word messages; `uow` is only read. A text is at most 4,096 characters, whatever stands in the rows."""
    facts, worded = await known.read(uow, messages, now), []
    for place, message in enumerate(messages, start=1):
        worded.append(await _BY_KIND[message.kind](Desk(message, facts, uow, now, translators)))
        if not place % _AT_A_STRETCH:
            await asyncio.sleep(0)  # wording is all work and no waiting: others have their turn
    return worded


async def _reminder(desk: Desk) -> Result:
    """Say what was promised, if it still is, and there is still something to go to."""
    reader = desk.reader_in_reach()
    if reader is None:
        return Dropped("the person left")
    stored = desk.event()
    if stored is None or not _is_ahead(stored, desk.now):
        return Dropped("the event has begun, or is cancelled")
    if not await _is_still_promised(desk, stored):
        return Dropped("taken back, or moved")
    later = _after_the_night(desk, reader.zone, stored)
    if later is not None:
        return Postponed(later)
    screen = reminders.message(reader, stored)
    card = await matches.card_of(desk.uow, desk.chat_id, stored.id)
    # a reminder that could not wait for the morning makes no sound
    return desk.composed(screen, silent=is_quiet(desk.now, reader.zone), reply_to=card)


async def _event_changed(desk: Desk) -> Result:
    """Say how the event stands now: a newer change says it once more, and better."""
    reader = desk.reader_in_reach()
    if reader is None:
        return Dropped("the person left")
    stored = desk.event()
    if stored is None or stored.event.starts_at <= desk.now:
        return Dropped("the event has begun, or is gone")
    promised = await promises.ahead(desk.uow, desk.chat_id, stored.id, now=desk.now)
    if promised and stored.version > desk.number("version"):
        return Dropped("it has changed again since")
    later = _after_the_night(desk, reader.zone, stored)
    if later is not None:
        return Postponed(later)
    card = await matches.card_of(desk.uow, desk.chat_id, stored.id)
    return desk.composed(event_changes.screen(reader, stored, promised), reply_to=card)


async def _operator_notice(desk: Desk) -> Result:
    """Say it in every language that we speak: operators chose none."""
    texts = [_notice(t, desk, desk.event()) for t in desk.translators.values()]
    said = [screen for screen in texts if screen is not None]
    if not said:
        return Dropped("the event is gone")
    return desk.composed(Screen("\n\n".join(screen.text for screen in said), said[0].keyboard))


def _notice(t: Translator, desk: Desk, stored: StoredEvent | None) -> Screen | None:
    if "trouble" in desk.message.payload:
        return operator_notices.source_trouble(t, desk.word("source"), Trouble(desk.word("trouble")))
    return operator_notices.reported(t, stored, desk.word("report")) if stored else None


async def _is_still_promised(desk: Desk, stored: StoredEvent) -> bool:
    """Say whether the promise stands, at the very instant for which this message was queued."""
    return await promises.is_promised(
        desk.uow, desk.chat_id, stored.id, desk.word("lead"), desk.instant("due")
    )


def _is_ahead(stored: StoredEvent, now: dt.datetime) -> bool:
    return stored.event.status is not EventStatus.CANCELLED and stored.event.starts_at > now


def _after_the_night(desk: Desk, zone: str, stored: StoredEvent) -> dt.datetime | None:
    """Return the morning, for what was due by day, comes late into the night, and can wait."""
    if is_quiet(desk.message.due_at, zone):
        return None
    told_at = schedule.change_told_at(desk.now, zone, stored.event.starts_at, is_urgent=False)
    return told_at if told_at > desk.now else None


_BY_KIND: Mapping[Kind, Callable[[Desk], Awaitable[Result]]] = {
    Kind.MATCHES: rendering_matches.matches,
    Kind.CARD_REFRESH: rendering_matches.refresh,
    Kind.REMINDER: _reminder,
    Kind.EVENT_CHANGED: _event_changed,
    Kind.ANNOUNCEMENT: rendering_announcements.announcement,
    Kind.ANNOUNCEMENT_PROGRESS: rendering_announcements.progress,
    Kind.GROUP_NOTICE: rendering_groups.notice,
    Kind.OPERATOR_NOTICE: _operator_notice,
}
