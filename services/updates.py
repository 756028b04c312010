"""Updates from Telegram: kept as they came, applied once, answered at least once (see `storage/inbox.py`)."""

import datetime as dt
from collections.abc import Collection, Sequence

from services import ReceivedUpdate, UnitOfWork


async def keep(uow: UnitOfWork, updates: Sequence[ReceivedUpdate], *, now: dt.datetime) -> set[int]:
    """Keep updates as they came; return the numbers of those not seen before."""
    return set(await uow.inbox.store(updates, now=now))


async def left_over(uow: UnitOfWork) -> tuple[Sequence[ReceivedUpdate], Sequence[int]]:
    """At a start: what waits to be applied, in Telegram's order, and the chats that may lack an answer."""
    return await uow.inbox.received(), await uow.inbox.unanswered()


async def is_next(uow: UnitOfWork, update: ReceivedUpdate) -> bool:
    """Whether this is what its chat waits for, and is so until the commit: else another process had it."""
    return await uow.inbox.is_next(update)


async def mark_applied(uow: UnitOfWork, update_id: int) -> None:
    """In the transaction of its effects: they never come about again, and its text is gone."""
    await uow.inbox.mark_applied(update_id)


async def mark_answered(uow: UnitOfWork, update_ids: Collection[int]) -> None:
    """People have the answers to these; whose they were is forgotten."""
    await uow.inbox.mark_done(update_ids)


async def mark_all_answered(uow: UnitOfWork, chat_id: int) -> None:
    """The person has the present screen: whatever took effect in this chat is answered."""
    await uow.inbox.mark_chat_done(chat_id)


async def set_aside(uow: UnitOfWork, update_id: int, *, shape: str, reason: str) -> None:
    """Set aside what could not be handled; `shape`: its keys, and nothing that anyone wrote."""
    await uow.inbox.quarantine(update_id, body=shape, reason=reason)
