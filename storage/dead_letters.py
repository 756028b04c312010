"""What was given up, in the outbox and in the inbox: the operator asks rarely, no index serves it."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from domain.dead_letters import DeadMessage, DeadUpdate
from domain.outbox import Kind, Lane, SendState
from storage.inbox import QUARANTINED
from storage.tables import inbox, outbox
from storage.without_orm import AsyncConnection

_IS_DEAD = outbox.c.state == SendState.DEAD
_IS_SET_ASIDE = inbox.c.state == QUARANTINED


class DeadLetters:
    """The rows of both tables that nothing will come for by itself."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def messages(self, *, limit: int) -> Sequence[DeadMessage]:
        """Return what was given up last."""
        found = await self._connection.execute(
            sa.select(outbox)
            .where(_IS_DEAD)
            .order_by(outbox.c.settled_at.desc(), outbox.c.id.desc())
            .limit(limit)
        )
        return [
            DeadMessage(
                id=row.id,
                kind=Kind(row.kind),
                lane=Lane(row.lane),
                due_at=row.due_at,
                expires_at=row.expires_at,
                settled_at=row.settled_at,
                attempts=row.attempts + 1,  # the row counts those that were followed by another
                reason=row.reason,
            )
            for row in found
        ]

    async def updates(self, *, limit: int) -> Sequence[DeadUpdate]:
        """Return what was set aside last."""
        found = await self._connection.execute(
            sa.select(inbox.c.update_id, inbox.c.received_at, inbox.c.reason)
            .where(_IS_SET_ASIDE)
            .order_by(inbox.c.received_at.desc(), inbox.c.update_id.desc())
            .limit(limit)
        )
        return [DeadUpdate(id=row.update_id, received_at=row.received_at, reason=row.reason) for row in found]

    async def counted(self) -> tuple[int, int]:
        """Return how many messages and how many updates there are."""
        messages = sa.select(sa.func.count()).select_from(outbox).where(_IS_DEAD)
        updates = sa.select(sa.func.count()).select_from(inbox).where(_IS_SET_ASIDE)
        found = await self._connection.execute(
            sa.select(messages.scalar_subquery(), updates.scalar_subquery())
        )
        (both,) = found
        return both[0], both[1]

    async def revive(self, outbox_id: int | None = None, *, now: dt.datetime) -> int:
        """Let this message, or all, be sent as if never tried; what is too late stays. Return how many."""
        chosen = [_IS_DEAD, outbox.c.expires_at > now]
        if outbox_id is not None:
            chosen.append(outbox.c.id == outbox_id)
        revived = await self._connection.execute(
            sa.update(outbox)
            .where(*chosen)
            .values(state=SendState.PENDING, attempts=0, next_try_at=None, settled_at=None, reason=None)
        )
        return revived.rowcount
