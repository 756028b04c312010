"""How much waits, for those who watch."""

import datetime as dt
from dataclasses import dataclass

from services import UnitOfWork


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows that wait by now."""

    updates: int
    messages: int


async def waiting(uow: UnitOfWork, *, now: dt.datetime) -> Waiting:
    """Count the updates not yet handled, and the messages due and not yet sent."""
    return Waiting(await uow.inbox.waiting(), await uow.outbox.waiting(now=now))
