"""Errors in events that people report: passed on to those who run the bot."""

import datetime as dt
from collections.abc import Sequence

from domain.job_events import StoredEvent
from domain.outbox import Kind, Lane, OutboxMessage
from services import UnitOfWork

KEPT_FOR = dt.timedelta(days=7)


async def report(
    uow: UnitOfWork, stored: StoredEvent, reason: str, operator_chat_ids: Sequence[int], *, now: dt.datetime
) -> None:
    """Tell each operator once of each kind of error in each state of an event.

    Who reports is written nowhere: a hundred people who find the same error make one notice.
    """
    for chat_id in operator_chat_ids:
        await uow.outbox.add(
            OutboxMessage(
                key=f"report:{stored.id}:{stored.version}:{reason}:{chat_id}",
                kind=Kind.OPERATOR_NOTICE,
                lane=Lane.QUIET,
                chat_id=chat_id,
                payload={"job_event_id": stored.id, "report": reason},
                due_at=now,
                expires_at=now + KEPT_FOR,
            ),
            now=now,
        )
