"""Reminders: promises with an instant."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.outbox import Kind, Lane, SendState
from domain.reminders import Lead, Reminder
from domain.subscribers import IN_REACH
from storage import dialects
from storage.dialects import Lock
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.tables import job_events, outbox, reminders, subscribers
from storage.without_orm import AsyncConnection

_OWNED = reminders.c.subscriber_id == sa.bindparam("person")
_ABOUT = reminders.c.job_event_id == sa.bindparam("event")
_TO_COME = (
    sa.select(reminders)
    .join(job_events, job_events.c.id == reminders.c.job_event_id)
    .where(_OWNED, reminders.c.queued_at.is_(None), job_events.c.starts_at > sa.bindparam("now"))
    .order_by(reminders.c.due_at, reminders.c.job_event_id)
)
_OF_EVENT = sa.select(reminders).where(_OWNED, _ABOUT).order_by(reminders.c.lead)
_WAITING_FOR = (
    sa.select(reminders, subscribers.c.zone)
    .join(subscribers, subscribers.c.id == reminders.c.subscriber_id)
    .where(_ABOUT)
)
_NEXT_DUE = sa.select(sa.func.min(reminders.c.due_at)).where(reminders.c.queued_at.is_(None))
_IS_DUE = sa.and_(reminders.c.due_at <= sa.bindparam("now"), reminders.c.queued_at.is_(None))
_QUEUED = sa.update(reminders).where(_IS_DUE).values(queued_at=sa.bindparam("now"))


class Reminders:
    """The table of reminders."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, reminder: Reminder) -> None:
        """Promise; a promise already made moves to the new instant."""
        await dialects.share(self._connection, Lock.REMINDING)
        row = {
            "subscriber_id": reminder.subscriber_id,
            "job_event_id": reminder.job_event_id,
            "lead": reminder.lead,
            "due_at": reminder.due_at,
            "queued_at": None,
        }
        await dialects.save(self._connection, reminders, row)

    async def of_subscriber(self, subscriber_id: int, *, now: dt.datetime) -> Sequence[Reminder]:
        """Return what is still to come for a person, soonest first."""
        found = await self._connection.execute(_TO_COME, {"person": subscriber_id, "now": now})
        return [_to_domain(row) for row in found]

    async def of_event(self, subscriber_id: int, job_event_id: int) -> Sequence[Reminder]:
        """Return a person's reminders of one event, sent ones too."""
        about = {"person": subscriber_id, "event": job_event_id}
        found = await self._connection.execute(_OF_EVENT, about)
        return [_to_domain(row) for row in found]

    async def cancel(self, subscriber_id: int, job_event_id: int, lead: Lead | None = None) -> int:
        """Take back one reminder of an event, or (None) every one, queued ones too; return how many."""
        wanted = [reminders.c.subscriber_id == subscriber_id, reminders.c.job_event_id == job_event_id]
        if lead is not None:
            wanted.append(reminders.c.lead == lead)
        gone = await self._connection.execute(sa.delete(reminders).where(*wanted))
        return gone.rowcount

    async def cancel_all(self, subscriber_id: int) -> None:
        """Take back every reminder of a person."""
        await self._connection.execute(sa.delete(reminders).where(reminders.c.subscriber_id == subscriber_id))

    async def next_due(self) -> dt.datetime | None:
        """Return the instant of the next reminder of anyone, or None."""
        due: dt.datetime | None = await self._connection.scalar(_NEXT_DUE)
        return due

    async def queue_due(self, *, now: dt.datetime) -> int:
        """Put every reminder that is due into the outbox, once; return how many."""
        await dialects.one_at_a_time(self._connection, Lock.REMINDING)
        new = dialects.insert_new(self._connection, outbox)
        queued = await self._connection.execute(_queueing(new), {"now": now})
        await self._connection.execute(_QUEUED, {"now": now})
        return queued.rowcount

    async def waiting_for(self, job_event_id: int) -> Sequence[tuple[Reminder, str]]:
        """Return the promises about one event, each with its owner's zone."""
        found = await self._connection.execute(_WAITING_FOR, {"event": job_event_id})
        return [(_to_domain(row), row.zone) for row in found]

    async def move(self, job_event_id: int, lead: Lead, zone: str, due_at: dt.datetime) -> None:
        """Move one event's reminders, by lead and owner's zone, to another instant; sent ones wait again."""
        await dialects.share(self._connection, Lock.REMINDING)
        await self._connection.execute(
            sa.update(reminders)
            .where(*_of_lead(job_event_id, lead, zone))
            .values(due_at=due_at, queued_at=None)
        )

    async def spend(self, job_event_id: int, lead: Lead, zone: str, *, now: dt.datetime) -> None:
        """Do not send these, unless they move again; their owners still hear what becomes of the event."""
        await dialects.share(self._connection, Lock.REMINDING)
        await self._connection.execute(
            sa.update(reminders)
            .where(*_of_lead(job_event_id, lead, zone), reminders.c.queued_at.is_(None))
            .values(queued_at=now)
        )

    async def queue_changed(
        self,
        job_event_id: int,
        version: int,
        due: Mapping[str, dt.datetime],
        *,
        expires_at: dt.datetime,
        now: dt.datetime,
    ) -> int:
        """Queue one message for each person whom this event concerns, due by their zone; return how many."""
        number, instant = sa.cast(subscribers.c.id, sa.String), reminders.c.due_at.type
        by_zone = [(subscribers.c.zone == zone, sa.literal(due_at, instant)) for zone, due_at in due.items()]
        rows = sa.select(
            sa.literal(f"changed:{job_event_id}:{version}:") + number,
            sa.literal(Kind.EVENT_CHANGED.value),
            sa.literal(int(Lane.URGENT)),
            subscribers.c.id,
            sa.literal(f'{{"job_event_id":{job_event_id},"version":{version}}}'),
            sa.literal(SendState.PENDING.value),
            sa.case(*by_zone, else_=sa.literal(max(due.values()), instant)),
            sa.literal(expires_at, instant),
            sa.literal(0),
            sa.literal(now, instant),
        ).where(
            subscribers.c.standing.in_(IN_REACH),
            subscribers.c.id.in_(
                sa.select(reminders.c.subscriber_id).where(reminders.c.job_event_id == job_event_id)
            ),
        )
        return await self._queue(rows)

    async def _queue(self, rows: sa.Select[Any]) -> int:
        new = dialects.insert_new(self._connection, outbox).from_select(OUTBOX_COLUMNS, rows)
        return (await self._connection.execute(new)).rowcount


@lru_cache
def _queueing(new: sa.Insert) -> sa.Insert:
    """Insert a message for each reminder that is due `now`, unless its event has begun."""
    now = sa.bindparam("now", type_=reminders.c.due_at.type)
    number = sa.cast(reminders.c.subscriber_id, sa.String)
    event = sa.cast(reminders.c.job_event_id, sa.String)
    lead = sa.cast(reminders.c.lead, sa.String)
    instant = sa.cast(sa.type_coerce(reminders.c.due_at, sa.BigInteger), sa.String)
    rows = (
        sa.select(
            "reminder:" + number + ":" + event + ":" + lead + ":" + instant,
            sa.literal(Kind.REMINDER.value),
            sa.literal(int(Lane.URGENT)),
            reminders.c.subscriber_id,
            sa.literal('{"job_event_id":')
            + event
            + sa.literal(',"lead":"')
            + lead
            + sa.literal('","due":')
            + instant
            + sa.literal("}"),
            sa.literal(SendState.PENDING.value),
            reminders.c.due_at,
            job_events.c.starts_at,
            sa.literal(0),
            now,
        )
        .join(job_events, job_events.c.id == reminders.c.job_event_id)
        .where(_IS_DUE, job_events.c.starts_at > now)
    )
    return new.from_select(OUTBOX_COLUMNS, rows)


def _of_lead(job_event_id: int, lead: Lead, zone: str) -> tuple[sa.ColumnElement[bool], ...]:
    owners = sa.select(subscribers.c.id).where(subscribers.c.zone == zone)
    return (
        reminders.c.job_event_id == job_event_id,
        reminders.c.lead == lead,
        reminders.c.subscriber_id.in_(owners),
    )


def _to_domain(row: sa.Row[Any]) -> Reminder:
    return Reminder(
        subscriber_id=row.subscriber_id, job_event_id=row.job_event_id, lead=row.lead, due_at=row.due_at
    )
