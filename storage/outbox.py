"""The outbox: claimed under a lease, sent outside any transaction, settled after."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.outbox import CHAT_REST, CLOCKS_APART, LONGEST_DELAY, Lane, OutboxMessage, SendState
from storage import dialects
from storage.dialects import Lock
from storage.lists import padded
from storage.tables import outbox
from storage.without_orm import AsyncConnection

COLUMNS = (
    "key",
    "kind",
    "lane",
    "chat_id",
    "payload",
    "state",
    "due_at",
    "expires_at",
    "attempts",
    "created_at",
)
"""What a statement that queues many messages must give, in this order."""

PENDING: sa.ColumnElement[str] = sa.literal_column(f"'{SendState.PENDING}'")
"""Literal, as the index over pending messages says it: so the index is found."""

_SENT = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("of"))
    .values(
        state=SendState.SENT,
        message_id=sa.bindparam("message_id"),
        settled_at=sa.bindparam("settled_at"),
        leased_until=sa.bindparam("rests_until"),
        reason=None,
    )
)


_THESE = outbox.c.id.in_(sa.bindparam("ids", expanding=True))
_CHANGE = sa.update(outbox).where(outbox.c.id == sa.bindparam("of"))
_CHANGE_THESE = sa.update(outbox).where(_THESE)
_NUMBERED = _CHANGE.where(outbox.c.message_id.is_(None))
_RENEW = _CHANGE_THESE.where(outbox.c.state == PENDING)
_LEASES = sa.select(outbox.c.id, outbox.c.leased_until).where(_THESE)
_FREE = (
    sa.update(outbox)
    .where(outbox.c.state == PENDING, outbox.c.leased_until.is_not(None))
    .values(leased_until=None)
)
_MESSAGE_ID = sa.select(outbox.c.message_id).where(outbox.c.id == sa.bindparam("of"))
_MESSAGE_ID_OF = sa.select(outbox.c.message_id).where(outbox.c.key == sa.bindparam("of"))
_WAITING = (
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(outbox.c.state == PENDING, outbox.c.due_at <= sa.bindparam("now"))
)


class Outbox:
    """The table of messages to send. `now` is product time; `wall` is real time, which no one moves."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, message: OutboxMessage, *, now: dt.datetime) -> None:
        """Queue a message; one with the same key is already there: nothing happens."""
        row = {
            "key": message.key,
            "kind": message.kind,
            "lane": int(message.lane),
            "chat_id": message.chat_id,
            "payload": json.dumps(dict(message.payload)),
            "state": SendState.PENDING,
            "due_at": message.due_at,
            "expires_at": message.expires_at,
            "attempts": 0,
            "created_at": now,
        }
        await self._connection.execute(dialects.insert_new(self._connection, outbox), row)

    async def message_id(self, outbox_id: int) -> int | None:
        """Return the id under which Telegram has this message, or None while it has not."""
        number: int | None = await self._connection.scalar(_MESSAGE_ID, {"of": outbox_id})
        return number

    async def message_id_of(self, key: str) -> int | None:
        """Return the id under which Telegram has the message of this key, or None."""
        number: int | None = await self._connection.scalar(_MESSAGE_ID_OF, {"of": key})
        return number

    async def claim(
        self,
        *,
        now: dt.datetime,
        wall: dt.datetime,
        lease: dt.timedelta,
        limit: int,
        except_chats: Collection[int] = (),
    ) -> Sequence[OutboxMessage]:
        """Take what is due, first lanes first; nobody else gets it before the lease ends."""
        await dialects.one_at_a_time(self._connection, Lock.CLAIMING)
        claimed = await self._connection.execute(
            _claim(on_postgresql=dialects.is_postgresql(self._connection)),
            {
                "now": now,
                "wall": wall,
                "farthest_lease": _farthest(wall, lease),
                "farthest_rest": wall + lease * CLOCKS_APART + CHAT_REST,
                "farthest_try": _farthest(wall, LONGEST_DELAY),
                "busy": padded(except_chats),
                "room": limit,
                "until": wall + lease,
            },
        )
        messages = [_to_domain(row) for row in claimed]
        return sorted(messages, key=lambda message: (message.lane, message.due_at, message.id))

    async def still_leased(self, claimed: Collection[OutboxMessage]) -> Collection[int]:
        """Return which of these nobody claimed, or settled, since; theirs until the end of the transaction.

        A lease says by its very end whose it is: whoever claims later has one that ends later.
        """
        # to a claim each would seem to be another's, and the next for its chat free to overtake it
        await dialects.share(self._connection, Lock.CLAIMING)
        ids = {"ids": padded([message.id for message in claimed])}
        rows = await self._connection.execute(dialects.in_hand(self._connection, _LEASES), ids)
        found = {row.id: row.leased_until for row in rows}
        return {message.id for message in claimed if found.get(message.id) == message.leased_until}

    async def renew(self, ids: Collection[int], *, until: dt.datetime) -> None:
        """Keep a claim that takes longer."""
        await self._connection.execute(_RENEW, {"ids": padded(ids), "leased_until": until})

    async def release(self, ids: Collection[int]) -> None:
        """Give back what was claimed and not sent; not an attempt."""
        await self._connection.execute(_CHANGE_THESE, {"ids": padded(ids), "leased_until": None})

    async def release_all(self, *, wall: dt.datetime, lease: dt.timedelta) -> int:
        """At the start of the only claimer: whatever is leased was its own; return how many.

        On PostgreSQL there may be others: what a killed one had claimed waits for its lease to end, unless
        the clock was set back since. Such a lease would seem to hold again as soon as it is near enough.
        """
        freed = _FREE
        if dialects.is_postgresql(self._connection):
            freed = _FREE.where(outbox.c.leased_until > _farthest(wall, lease))
        return (await self._connection.execute(freed)).rowcount

    async def mark_sent(
        self,
        message_ids: Mapping[int, int | None],
        *,
        now: dt.datetime,
        rests_until: dt.datetime | None = None,
    ) -> None:
        """Telegram has these, each under its number in the chat; None for an edit, which has none.

        Where others claim too, they leave these chats alone until then (real time).
        """
        if message_ids:
            rests = rests_until if dialects.is_postgresql(self._connection) else None
            rows = [
                {"of": number, "message_id": given, "settled_at": now, "rests_until": rests}
                for number, given in message_ids.items()
            ]
            await self._connection.execute(_SENT, rows)

    async def note_numbers(self, message_ids: Mapping[int, int | None]) -> None:
        """Telegram has these under these numbers in their chats; other workers have still to settle them."""
        if message_ids:
            rows = [{"of": number, "message_id": given} for number, given in message_ids.items()]
            await self._connection.execute(_NUMBERED, rows)

    async def mark_dropped(self, ids: Sequence[int], reason: str, *, now: dt.datetime) -> None:
        """It is no longer worth sending."""
        await self._settle(ids, SendState.DROPPED, now, reason=reason)

    async def mark_dead(self, outbox_id: int, reason: str, *, now: dt.datetime) -> None:
        """Refused, or tried too often: kept for a human, with the reason (see `dead_letters`)."""
        await self._settle([outbox_id], SendState.DEAD, now, reason=reason)

    async def retry(
        self, outbox_id: int, reason: str, *, next_try_at: dt.datetime, attempts: int | None = None
    ) -> None:
        """Try again later; counts as an attempt, or sets their number."""
        counted = outbox.c.attempts + 1 if attempts is None else attempts
        await self._connection.execute(
            _CHANGE.values(attempts=counted, leased_until=None, next_try_at=next_try_at, reason=reason),
            {"of": outbox_id},
        )

    async def postpone(self, outbox_id: int, due_at: dt.datetime) -> None:
        """Send it at another instant: it is night there."""
        await self._connection.execute(_CHANGE, {"of": outbox_id, "due_at": due_at, "leased_until": None})

    async def drop_for(self, chat_id: int, reason: str, *, now: dt.datetime) -> None:
        """Drop all that waits for one chat: it left. The keys are free again, should it come back."""
        waiting = sa.select(outbox.c.id).where(outbox.c.chat_id == chat_id, outbox.c.state == PENDING)
        await self._connection.execute(
            sa.update(outbox)
            .where(outbox.c.id.in_(waiting))
            .values(
                key=outbox.c.key + ":dropped:" + sa.cast(outbox.c.id, sa.String),
                state=SendState.DROPPED,
                reason=reason,
                settled_at=now,
                leased_until=None,
            )
        )

    async def waiting(self, *, now: dt.datetime) -> int:
        """Return how many are due and not sent."""
        return (await self._connection.execute(_WAITING, {"now": now})).scalar_one()

    async def purge(self, *, before: dt.datetime, limit: int) -> int:
        """Forget some of what was settled before this instant; return how many."""
        old = sa.select(outbox.c.id).where(outbox.c.settled_at < before).limit(limit)
        gone = await self._connection.execute(sa.delete(outbox).where(outbox.c.id.in_(old)))
        return gone.rowcount

    async def _settle(self, ids: Sequence[int], state: SendState, now: dt.datetime, **values: object) -> None:
        settled = {"ids": padded(ids), "state": state, "settled_at": now, "leased_until": None, **values}
        await self._connection.execute(_CHANGE_THESE, settled)


@lru_cache
def _claim(*, on_postgresql: bool) -> sa.Executable:
    """Take, of what is due `now`, as many as there is `room` for."""
    is_leased = _is_ahead(outbox.c.leased_until, _instant("farthest_lease"))
    is_to_wait = _is_ahead(outbox.c.next_try_at, _instant("farthest_try"))
    due = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.state == PENDING,
            # the list lets each lane be sought by its due instants instead of being read through
            outbox.c.lane.in_([int(lane) for lane in Lane]),
            outbox.c.due_at <= sa.bindparam("now"),
            outbox.c.chat_id.not_in(sa.bindparam("busy", expanding=True)),
            sa.or_(outbox.c.leased_until.is_(None), ~is_leased),
            sa.or_(outbox.c.next_try_at.is_(None), ~is_to_wait),
        )
        .order_by(outbox.c.lane, outbox.c.due_at, outbox.c.id)
        .limit(sa.bindparam("room", type_=sa.Integer))
    )
    if on_postgresql:
        due = due.where(~_is_anothers_chat()).with_for_update(skip_locked=True, of=outbox)
    # apart: as a plain subquery, PostgreSQL may ask it more than once, and lock more than the limit
    first = due.cte("first")
    return (
        sa.update(outbox)
        .where(outbox.c.id.in_(sa.select(first.c.id)))
        .values(leased_until=sa.bindparam("until"))
        .returning(outbox)
    )


def _is_anothers_chat() -> sa.ColumnElement[bool]:
    """Say that a message of the same chat is on its way, or was sent a moment ago."""
    other = outbox.alias()
    # as a case, so that it is never sought by state, among all that waits
    farthest = sa.case(
        (other.c.state == PENDING, _instant("farthest_lease")),
        else_=_instant("farthest_rest"),
    )
    return sa.exists().where(other.c.chat_id == outbox.c.chat_id, _is_ahead(other.c.leased_until, farthest))


def _instant(name: str) -> sa.BindParameter[dt.datetime]:
    return sa.bindparam(name, type_=outbox.c.leased_until.type)


def _is_ahead(
    until: sa.ColumnElement[dt.datetime], farthest: sa.ColumnElement[dt.datetime]
) -> sa.ColumnElement[bool]:
    """Say that an instant of real time is still to come: after `wall`, not after the `farthest`."""
    return sa.and_(until > _instant("wall"), until <= farthest)


def _farthest(wall: dt.datetime, longest: dt.timedelta) -> dt.datetime:
    """Return the last instant that is to come: one further off was written before the clock was set back."""
    return wall + longest * (1 + CLOCKS_APART)


def _to_domain(row: sa.Row[Any]) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        key=row.key,
        kind=row.kind,
        lane=Lane(row.lane),
        chat_id=row.chat_id,
        payload=json.loads(row.payload),
        due_at=row.due_at,
        expires_at=row.expires_at,
        attempts=row.attempts,
        leased_until=row.leased_until,
    )
