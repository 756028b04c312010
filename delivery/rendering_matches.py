"""New events that fit: one card, or one paged message; and the same, brought up to date in place."""

from collections.abc import Sequence

from delivery.desk import ACTIVE, Desk
from delivery.sender import Composed
from domain.subscribers import after_the_night
from messages import cards, groups, listings, lists
from messages.listings import PAGE, Page
from messages.readers import Reader
from messages.screens import Screen
from services import deliveries
from services import matches as telling
from services.deliveries import Dropped, Postponed
from services.matches import Told


async def matches(desk: Desk) -> Composed | Dropped | Postponed:
    """Tell what waits to be told, all of it in one message, never at night."""
    reader = desk.reader_in_reach(ACTIVE)
    if reader is None:
        return Dropped("the person paused, or left")
    by_day = after_the_night(desk.now, reader.zone)
    if by_day > desk.now:
        return Postponed(by_day)
    told = desk.known.told[desk.chat_id]
    if not told:
        return Dropped("nothing is left to tell")
    numbers = [stored.id for stored, _ in told]
    return desk.composed(_screen(reader, told, desk, desk.message.id), told=numbers)


async def refresh(desk: Desk) -> Composed | Dropped:
    """Show a message already sent as its events stand now."""
    reader = desk.reader_in_reach()
    outbox_id = desk.number("outbox_id")
    shown = await deliveries.message_id(desk.uow, outbox_id)
    told = await telling.told_in(desk.uow, desk.chat_id, outbox_id)
    if reader is None or shown is None or not told:
        return Dropped("there is nothing to bring up to date")
    return desk.composed(_screen(reader, told, desk, outbox_id), edit=shown)


def _screen(reader: Reader, told: Sequence[Told], desk: Desk, outbox_id: int) -> Screen:
    if desk.chat_id < 0:  # a group: no button there is anybody's own
        return groups.digest(reader, [stored for stored, _ in told])
    if len(told) == 1:
        ((stored, match),) = told
        return cards.card(reader, stored, match, origin="")
    page = Page(
        view=lists.digest(outbox_id),
        number=0,
        events=[stored for stored, _ in told[:PAGE]],
        has_next=len(told) > PAGE,
    )
    return listings.screen(reader, page, listings.new_events(reader.t, len(told)))
