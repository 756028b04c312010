"""Subscribers: rows in and out."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from domain.subscribers import Standing, Subscriber
from storage import dialects
from storage.alerts import Alerts
from storage.dialects import Lock
from storage.lists import padded
from storage.tables import alert_cells, group_posts, job_events, matches, metadata, outbox, subscribers
from storage.without_orm import AsyncConnection

_OF = sa.select(subscribers).where(subscribers.c.id == sa.bindparam("of"))
_THESE = sa.select(subscribers).where(subscribers.c.id.in_(sa.bindparam("ids", expanding=True)))
_CHANGE = sa.update(subscribers).where(subscribers.c.id == sa.bindparam("of"))


class Subscribers:
    """The table of subscribers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, subscriber_id: int) -> Subscriber | None:
        """Return this subscriber, or None; in a transaction that writes, theirs alone until its end."""
        found = await self._connection.execute(dialects.in_hand(self._connection, _OF), {"of": subscriber_id})
        row = found.one_or_none()
        return _to_domain(row) if row else None

    async def get_many(self, ids: Collection[int]) -> Sequence[Subscriber]:
        """Return those of these that there are."""
        found = await self._connection.execute(_THESE, {"ids": padded(ids)})
        return [_to_domain(row) for row in found]

    async def zones(self) -> Sequence[str]:
        """Return the zones in which anybody lives."""
        found = await self._connection.execute(sa.select(subscribers.c.zone).distinct())
        return found.scalars().all()

    async def add(self, subscriber: Subscriber) -> None:
        """Keep a new subscriber; one already there stays as it is."""
        new = dialects.insert_new(self._connection, subscribers)
        await self._connection.execute(new, _to_row(subscriber))

    async def save(self, subscriber: Subscriber) -> None:
        """Write all that may change."""
        await self._connection.execute(_CHANGE, {"of": subscriber.id, **_to_row(subscriber)})
        await Alerts(self._connection).follow([subscriber.id])

    async def resume_due(self, *, now: dt.datetime, limit: int) -> int:
        """End some of the pauses that are over; return how many."""
        is_over = subscribers.c.standing == Standing.PAUSED, subscribers.c.resumes_at <= now
        resumed = await self._connection.execute(
            sa.update(subscribers)
            # once more: on PostgreSQL they may have changed while it waited for them
            .where(subscribers.c.id.in_(sa.select(subscribers.c.id).where(*is_over).limit(limit)), *is_over)
            .values(standing=Standing.ACTIVE, resumes_at=None)
            .returning(subscribers.c.id)
        )
        ids = resumed.scalars().all()
        await Alerts(self._connection).follow(ids)
        return len(ids)

    async def to_erase(self, *, now: dt.datetime, limit: int) -> Sequence[int]:
        """Return those whose data must go now."""
        found = await self._connection.execute(
            sa.select(subscribers.c.id).where(subscribers.c.erase_at <= now).limit(limit)
        )
        return found.scalars().all()

    async def erase(self, *ids: int) -> None:
        """Delete these people and all that hangs on them, the queues included."""
        await dialects.share(self._connection, Lock.MATCHING)
        for queue in (outbox, group_posts):
            await self._connection.execute(sa.delete(queue).where(queue.c.chat_id.in_(padded(ids))))
        await self._forget(*ids)

    async def _forget(self, *ids: int) -> None:
        # people first: whoever has them in hand ends before, and adds nothing after
        await self._connection.execute(sa.delete(subscribers).where(subscribers.c.id.in_(padded(ids))))
        await self._connection.execute(sa.delete(matches).where(*_matched(*ids)))

    async def export(self, subscriber_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return every row that hangs on a person, by table, as JSON values.

        The tables are read off the schema: one added tomorrow is in the export too.
        """
        kept = {}
        for table in metadata.sorted_tables:
            if owner_of(table) is not None:
                about = [column == subscriber_id for column in leading_to_people(table)]
                is_theirs = sa.and_(*_matched(subscriber_id)) if table is matches else sa.or_(*about)
                found = await self._connection.execute(sa.select(table).where(is_theirs))
                kept[table.name] = [_as_json(row) for row in found.mappings()]
        return kept

    async def migrate(self, old_id: int, new_id: int) -> None:
        """Give a chat its new id, everywhere; heard twice, it is done once."""
        if old_id != new_id and await self.get(old_id) is not None:
            await dialects.share(self._connection, Lock.MATCHING)
            await self._forget(new_id)
            for table, are_theirs, owner in (
                (subscribers, [subscribers.c.id == old_id], subscribers.c.id),
                (matches, _matched(old_id), matches.c.subscriber_id),
            ):
                await self._connection.execute(sa.update(table).where(*are_theirs).values({owner: new_id}))
            await Alerts(self._connection).follow([new_id])
        for queue in (outbox, group_posts):
            await self._connection.execute(
                sa.update(queue).where(queue.c.chat_id == old_id).values(chat_id=new_id)
            )


def _matched(*ids: int) -> list[sa.ColumnElement[bool]]:
    """Say that a match is one of these people's: asked of each event, for no index has all of a person's."""
    return [
        matches.c.job_event_id.in_(sa.select(job_events.c.id)),
        matches.c.subscriber_id.in_(padded(ids)),
    ]


def owner_of(table: sa.Table) -> sa.ColumnElement[int] | None:
    """Return the column that says whose a row is; None for a table about nobody."""
    if table is alert_cells:
        return None  # worked out from the alerts, with which it goes
    for name in ("subscriber_id", "chat_id"):
        if name in table.c:
            return table.c[name]
    return subscribers.c.id if table is subscribers else None


def leading_to_people(table: sa.Table) -> list[sa.ColumnElement[int]]:
    """Return every column that says of whom a row tells: its owner, and who else is named."""
    owner = owner_of(table)
    named = [column for column in table.c if column.references(subscribers.c.id) and column is not owner]
    return [] if owner is None else [owner, *named]


def _as_json(row: sa.RowMapping) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.datetime | dt.date) else value
        for name, value in row.items()
    }


def _to_row(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "id": subscriber.id,
        "language": subscriber.language,
        "zone": subscriber.zone,
        "standing": subscriber.standing,
        "resumes_at": subscriber.resumes_at,
        "erase_at": subscriber.erase_at,
        "created_at": subscriber.created_at,
    }


def _to_domain(row: sa.Row[Any]) -> Subscriber:
    return Subscriber(
        id=row.id,
        language=row.language,
        zone=row.zone,
        standing=row.standing,
        resumes_at=row.resumes_at,
        erase_at=row.erase_at,
        created_at=row.created_at,
    )
