"""What was given up, for the operator to look at and to try again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dead_letters import DeadMessage, DeadUpdate
from services import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The latest of each, and how many there are in all."""

    messages: Sequence[DeadMessage]
    updates: Sequence[DeadUpdate]
    message_count: int
    update_count: int


async def found(uow: UnitOfWork, *, limit: int) -> Found:
    """Return what was given up, at most so many of each."""
    messages, updates = await uow.dead_letters.counted()
    return Found(
        messages=await uow.dead_letters.messages(limit=limit),
        updates=await uow.dead_letters.updates(limit=limit),
        message_count=messages,
        update_count=updates,
    )


async def retry(uow: UnitOfWork, outbox_id: int | None = None, *, now: dt.datetime) -> int:
    """Let a message, or all, be tried again unless it is too late for it; return how many will be."""
    return await uow.dead_letters.revive(outbox_id, now=now)
