"""The inbox: updates as they came, kept before Telegram is told that we have them.

received → applied (its effects are committed, its body is gone) → done (the person
has the answer). After a crash, what is applied is answered again with the present
screen; what is received is handled as if it came now.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from storage import dialects
from storage.lists import padded
from storage.tables import OPEN, inbox
from storage.without_orm import AsyncConnection

RECEIVED, APPLIED, DONE, QUARANTINED = "received", "applied", "done", "quarantined"
NOBODY = 0
"""The queue of what is done: whose it was is forgotten."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update that waits."""

    update_id: int
    queue: int
    """Whose turn it is: the chat's id."""
    body: str
    """JSON as it came."""


def _is(state: str) -> sa.ColumnElement[bool]:
    """Say that an update is in one of the open states."""
    return sa.and_(sa.text(OPEN), inbox.c.state == state)


_CHANGE = sa.update(inbox).where(inbox.c.update_id == sa.bindparam("of"))
_CHANGE_THESE = sa.update(inbox).where(inbox.c.update_id.in_(sa.bindparam("these", expanding=True)))
_CHANGE_APPLIED = sa.update(inbox).where(inbox.c.queue == sa.bindparam("of"), _is(APPLIED))
_WAITING = sa.select(sa.func.count()).select_from(inbox).where(_is(RECEIVED))
_FIRST = (
    sa.select(inbox.c.update_id)
    .where(inbox.c.queue == sa.bindparam("queue"), _is(RECEIVED))
    .order_by(inbox.c.update_id)
    .limit(1)
    .with_for_update()
)


@lru_cache
def _storing(new: sa.Insert) -> sa.Executable:
    return new.returning(inbox.c.update_id)


class Inbox:
    """The table of updates."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def store(self, updates: Sequence[ReceivedUpdate], *, now: dt.datetime) -> Sequence[int]:
        """Keep updates; return the ids of those not seen before."""
        if not updates:
            return []
        rows = [
            {
                "update_id": update.update_id,
                "queue": update.queue,
                "body": update.body,
                "state": RECEIVED,
                "received_at": now,
            }
            for update in updates
        ]
        new = _storing(dialects.insert_new(self._connection, inbox))
        found: Sequence[int] = (await self._connection.execute(new, rows)).scalars().all()
        return found

    async def received(self) -> Sequence[ReceivedUpdate]:
        """Return what waits to be handled, in Telegram's order."""
        found = await self._connection.execute(
            sa.select(inbox.c.update_id, inbox.c.queue, inbox.c.body).where(_is(RECEIVED))
        )
        # sorted here: asked for an order by number, the database reads all that was ever received
        return [ReceivedUpdate(row.update_id, row.queue, row.body) for row in sorted(found)]

    async def unanswered(self) -> Sequence[int]:
        """Return the chats whose last update took effect but may have had no answer."""
        found = await self._connection.execute(sa.select(inbox.c.queue).where(_is(APPLIED)).distinct())
        return found.scalars().all()

    async def is_next(self, update: ReceivedUpdate) -> bool:
        """Say whether this is the first that waits in its chat, and hold it until the end of the transaction.

        Where there is one process, it is.
        """
        if not dialects.may_race(self._connection):
            return True
        return await self._connection.scalar(_FIRST, {"queue": update.queue}) == update.update_id

    async def mark_applied(self, update_id: int) -> None:
        """In the transaction of its effects: it is never handled again, and its text is gone."""
        await self._set(update_id, state=APPLIED, body=None)

    async def mark_done(self, update_ids: Collection[int]) -> None:
        """People have the answers to these; whose they were is forgotten."""
        done = {"state": DONE, "body": None, "queue": NOBODY}
        await self._connection.execute(_CHANGE_THESE, {"these": padded(update_ids), **done})

    async def mark_chat_done(self, queue: int) -> None:
        """The person has the present screen: whatever was applied is answered."""
        done = {"state": DONE, "body": None, "queue": NOBODY}
        await self._connection.execute(_CHANGE_APPLIED, {"of": queue, **done})

    async def quarantine(self, update_id: int, *, body: str, reason: str) -> None:
        """Set aside what could not be handled, its personal text stripped by the caller."""
        await self._set(update_id, state=QUARANTINED, body=body, reason=reason, queue=NOBODY)

    async def waiting(self) -> int:
        """Return how many wait to be handled."""
        return (await self._connection.execute(_WAITING)).scalar_one()

    async def purge(self, *, before: dt.datetime, limit: int) -> int:
        """Forget some of what is settled and came before this instant; return how much."""
        old = (
            sa.select(inbox.c.update_id)
            .where(inbox.c.state.in_([DONE, QUARANTINED]), inbox.c.received_at < before)
            .limit(limit)
        )
        gone = await self._connection.execute(sa.delete(inbox).where(inbox.c.update_id.in_(old)))
        return gone.rowcount

    async def _set(self, update_id: int, **values: object) -> None:
        await self._connection.execute(_CHANGE, {"of": update_id, **values})
