"""What each person is to be told of, was told of, has seen, and does not want."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from domain import matching
from domain.job_events import StoredEvent
from domain.matching import Match
from services import UnitOfWork

Told = tuple[StoredEvent, Match]
"""An event as it stands now, and why it fits."""


async def to_tell(
    uow: UnitOfWork, subscriber_ids: Collection[int], *, now: dt.datetime, told_by: Collection[int] = ()
) -> Mapping[int, Sequence[Told]]:
    """Return what each of these is to be told by now and may still come to, soonest first.

    `told_by`: messages that are being worded; what they were to tell is due, whatever the clock says.
    """
    found = await uow.match_queue.untold(subscriber_ids, now=now, told_by=told_by)
    events = await _events(uow, {number for _, number, _ in found})
    told: dict[int, list[Told]] = {subscriber_id: [] for subscriber_id in subscriber_ids}
    for subscriber_id, number, match in found:
        if matching.is_open(events[number].event, now=now):
            told[subscriber_id].append((events[number], match))
    return told


async def told_in(uow: UnitOfWork, subscriber_id: int, outbox_id: int) -> Sequence[Told]:
    """Return what one message told a person, soonest first, but for what they refused since."""
    return await _loaded(uow, await uow.matches.told_in(subscriber_id, outbox_id))


async def mark_seen(
    uow: UnitOfWork, subscriber_id: int, events: Sequence[StoredEvent], *, now: dt.datetime
) -> None:
    """Remember that a person saw these events when looking: they are not pushed any more."""
    await uow.matches.mark_shown(subscriber_id, _ids(events), now=now)


async def dismiss(
    uow: UnitOfWork, subscriber_id: int, job_event_id: int, reason: str | None, *, now: dt.datetime
) -> None:
    """Show this event to this person no more; `reason`: why, if they said."""
    await uow.matches.dismiss(subscriber_id, job_event_id, reason, now=now)


async def undismiss(uow: UnitOfWork, subscriber_id: int, job_event_id: int) -> None:
    """Show it again."""
    await uow.matches.undismiss(subscriber_id, job_event_id)


async def card_of(uow: UnitOfWork, subscriber_id: int, job_event_id: int) -> int | None:
    """Return the message, by its number in the chat, that told a person of this event."""
    return await uow.matches.card_of(subscriber_id, job_event_id)


async def _loaded(uow: UnitOfWork, found: Sequence[tuple[int, Match]]) -> Sequence[Told]:
    events = await _events(uow, {number for number, _ in found})
    return [(events[number], match) for number, match in found]


async def _events(uow: UnitOfWork, numbers: Collection[int]) -> Mapping[int, StoredEvent]:
    return {stored.id: stored for stored in await uow.job_events.get_many(numbers)}


def _ids(events: Sequence[StoredEvent]) -> list[int]:
    return [stored.id for stored in events]
