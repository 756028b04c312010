"""Matches: what each person was told of, saw, and does not want; what waits is in `match_queue`."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.matching import Match, SectorFit
from domain.outbox import Kind, Lane, SendState
from domain.subscribers import IN_REACH
from storage import dialects
from storage.lists import padded
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.tables import job_events, matches, outbox, subscribers
from storage.without_orm import AsyncConnection

_OWNED = matches.c.subscriber_id == sa.bindparam("person")
_ABOUT = matches.c.job_event_id == sa.bindparam("event")
_TOLD = (
    sa.update(matches)
    .where(_OWNED, _ABOUT)
    .values(told_at=sa.bindparam("told_at"), outbox_id=sa.bindparam("outbox_id"))
)
_TOLD_IN = (
    sa.select(matches.c.job_event_id, matches.c.on_site, matches.c.sector_fit)
    .join(job_events, job_events.c.id == matches.c.job_event_id)
    .where(_OWNED, matches.c.outbox_id == sa.bindparam("message"), matches.c.dismissed_at.is_(None))
    .order_by(job_events.c.starts_at, job_events.c.id)
)
_CARD = sa.select(outbox.c.message_id).join(matches, matches.c.outbox_id == outbox.c.id).where(_OWNED, _ABOUT)
_CHANGE = sa.update(matches).where(_OWNED, _ABOUT)
_SEEN = (
    sa.update(matches)
    .where(
        _OWNED,
        matches.c.job_event_id.in_(sa.bindparam("ids", expanding=True)),
        matches.c.told_at.is_(None),
    )
    .values(told_at=sa.bindparam("now"))
)


class Matches:
    """What became of the matches."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def told_in(self, subscriber_id: int, outbox_id: int) -> Sequence[tuple[int, Match]]:
        """Return what one message told a person: event ids, soonest first, but for what they refused."""
        about = {"person": subscriber_id, "message": outbox_id}
        found = await self._connection.execute(_TOLD_IN, about)
        return [(row.job_event_id, _to_domain(row)) for row in found]

    async def mark_told(self, told: Sequence[tuple[int, int, int]], *, now: dt.datetime) -> None:
        """Remember what was told: (subscriber, event, the message in the outbox that told it)."""
        if told:
            rows = [
                {"person": person, "event": event, "outbox_id": outbox_id, "told_at": now}
                for person, event, outbox_id in told
            ]
            await self._connection.execute(_TOLD, rows)

    async def mark_shown(self, subscriber_id: int, ids: Sequence[int], *, now: dt.datetime) -> None:
        """Remember that a person saw these events when looking: they are not pushed any more."""
        about = {"person": subscriber_id, "ids": padded(ids), "now": now}
        new = dialects.insert_new(self._connection, matches)
        await self._connection.execute(_seeing(new), about)
        await self._connection.execute(_SEEN, about)

    async def dismiss(
        self, subscriber_id: int, job_event_id: int, reason: str | None, *, now: dt.datetime
    ) -> None:
        """Remember that a person does not want this event, and why if they said."""
        await self.mark_shown(subscriber_id, [job_event_id], now=now)
        about = {"person": subscriber_id, "event": job_event_id}
        await self._connection.execute(_CHANGE, {**about, "dismissed_at": now, "dismissal": reason})

    async def undismiss(self, subscriber_id: int, job_event_id: int) -> None:
        """Forget that a person did not want this event."""
        about = {"person": subscriber_id, "event": job_event_id}
        await self._connection.execute(_CHANGE, {**about, "dismissed_at": None, "dismissal": None})

    async def card_of(self, subscriber_id: int, job_event_id: int) -> int | None:
        """Return the message, by its number in the chat, that told a person of this event."""
        about = {"person": subscriber_id, "event": job_event_id}
        number: int | None = await self._connection.scalar(_CARD, about)
        return number

    async def queue_refreshes(
        self, job_event_id: int, version: int, *, expires_at: dt.datetime, now: dt.datetime
    ) -> int:
        """Queue one refresh for each message in a chat that told this event; return how many."""
        new = dialects.insert_new(self._connection, outbox)
        about = {"event": job_event_id, "version": f":{job_event_id}:{version}"}
        instants = {"now": now, "expires_at": expires_at}
        return (await self._connection.execute(_refreshing(new), {**about, **instants})).rowcount


@lru_cache
def _seeing(new: sa.Insert) -> sa.Insert:
    """Insert that a person saw these events."""
    now = sa.bindparam("now", type_=matches.c.due_at.type)
    rows = sa.select(
        sa.bindparam("person", type_=sa.BigInteger),
        job_events.c.id,
        sa.false(),
        sa.literal(SectorFit.ANY.value),
        now,
        now,
    ).where(job_events.c.id.in_(sa.bindparam("ids", expanding=True)))
    columns = ["subscriber_id", "job_event_id", "on_site", "sector_fit", "due_at", "told_at"]
    return new.from_select(columns, rows)


@lru_cache
def _refreshing(new: sa.Insert) -> sa.Insert:
    """Insert a refresh for each message in a chat that told an event."""
    now = sa.bindparam("now", type_=matches.c.due_at.type)
    message = sa.cast(matches.c.outbox_id, sa.String)
    rows = (
        sa.select(
            "refresh:" + message + sa.bindparam("version", type_=sa.String),
            sa.literal(Kind.CARD_REFRESH.value),
            sa.literal(int(Lane.QUIET)),
            matches.c.subscriber_id,
            sa.literal('{"outbox_id":') + message + sa.literal("}"),
            sa.literal(SendState.PENDING.value),
            now,
            sa.bindparam("expires_at", type_=matches.c.due_at.type),
            sa.literal(0),
            now,
        )
        .join(outbox, outbox.c.id == matches.c.outbox_id)
        .join(subscribers, subscribers.c.id == matches.c.subscriber_id)
        .where(
            _ABOUT,
            matches.c.dismissed_at.is_(None),
            outbox.c.message_id.is_not(None),
            subscribers.c.standing.in_(IN_REACH),
        )
    )
    return new.from_select(OUTBOX_COLUMNS, rows)


def _to_domain(row: sa.Row[*tuple[Any, ...]]) -> Match:
    return Match(on_site=row.on_site, sector_fit=row.sector_fit)
