"""New events that fit: one card, or one paged message; and the same, brought up to date in place."""

import datetime as dt
from collections.abc import Sequence

from delivery.desk import ACTIVE, Desk
from delivery.sender import Composed
from domain import matching
from domain.job_events import StoredEvent
from domain.matching import Match
from domain.subscribers import after_the_night
from messages import cards, listings, lists
from messages.listings import PAGE, Page
from messages.readers import Reader
from messages.screens import Screen
from services import UnitOfWork
from services.deliveries import Dropped, OnSent, Postponed

Told = Sequence[tuple[int, Match]]


async def matches(desk: Desk) -> Composed | Dropped | Postponed:
    """Tell what waits to be told, all of it in one message, never at night."""
    reader = await desk.reader_in_reach(ACTIVE)
    if reader is None:
        return Dropped("the person paused, or left")
    by_day = after_the_night(desk.now, reader.zone)
    if by_day > desk.now:
        return Postponed(by_day)
    waiting = await desk.uow.matches.untold(desk.chat_id, now=desk.now)
    events = await _load(desk, waiting)
    told = [pair for pair in waiting if matching.is_open(events[pair[0]].event, now=desk.now)]
    if not told:
        return Dropped("nothing is left to tell")
    screen = _screen(reader, told, events, desk.message.id)
    return desk.composed(screen, on_sent=_remembering(desk, [number for number, _ in told]))


async def refresh(desk: Desk) -> Composed | Dropped:
    """Show a message already sent as its events stand now."""
    reader = await desk.reader_in_reach()
    outbox_id = desk.number("outbox_id")
    shown = await desk.uow.outbox.message_id(outbox_id)
    told = await desk.uow.matches.told_in(desk.chat_id, outbox_id)
    if reader is None or shown is None or not told:
        return Dropped("there is nothing to bring up to date")
    screen = _screen(reader, told, await _load(desk, told), outbox_id)
    return desk.composed(screen, edit=shown)


async def _load(desk: Desk, told: Told) -> dict[int, StoredEvent]:
    found = await desk.uow.job_events.get_many([number for number, _ in told])
    return {stored.id: stored for stored in found}


def _screen(reader: Reader, told: Told, events: dict[int, StoredEvent], outbox_id: int) -> Screen:
    first, match = told[0]
    if len(told) == 1:
        return cards.card(reader, events[first], match, origin="")
    page = Page(
        view=lists.digest(outbox_id),
        number=0,
        events=[events[number] for number, _ in told[:PAGE]],
        has_next=len(told) > PAGE,
    )
    return listings.screen(reader, page, listings.new_events(reader.t, len(told)))


def _remembering(desk: Desk, ids: Sequence[int]) -> OnSent:
    async def on_sent(uow: UnitOfWork, _message_id: int | None, now: dt.datetime) -> None:
        await uow.matches.mark_told(desk.chat_id, ids, outbox_id=desk.message.id, now=now)

    return on_sent
