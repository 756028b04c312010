"""Matches: what each person is to be told of, was told of, and does not want."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.alerts import Frequency
from domain.job_events import JobEvent
from domain.matching import Match, SectorFit
from domain.outbox import Kind, Lane, SendState
from domain.subscribers import IN_REACH
from storage import dialects, matching
from storage.dialects import Lock
from storage.lists import padded
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.outbox import PENDING
from storage.tables import job_events, matches, outbox, subscribers, tellings
from storage.without_orm import AsyncConnection

KEPT_FOR = dt.timedelta(days=2)
"""A message about matches is worth sending so long after it was due."""

_TOLD = (
    sa.update(matches)
    .where(matches.c.subscriber_id == sa.bindparam("person"), matches.c.job_event_id == sa.bindparam("event"))
    .values(told_at=sa.bindparam("told_at"), outbox_id=sa.bindparam("outbox_id"))
)

_OWNED = matches.c.subscriber_id == sa.bindparam("person")
_ABOUT = matches.c.job_event_id == sa.bindparam("event")
# what waits for a person is found by the instants of the messages that were to tell it; of one that was
# dropped, too, being too late: the next message tells it
_IS_TO_TELL = sa.and_(outbox.c.kind == Kind.MATCHES, outbox.c.state != SendState.SENT)
_INSTANTS = (
    sa.select(outbox.c.chat_id, outbox.c.due_at)
    .where(
        outbox.c.chat_id.in_(sa.bindparam("ids", expanding=True)),
        _IS_TO_TELL,
        outbox.c.due_at <= sa.bindparam("now"),
    )
    # two may tell at one instant, when the second came as the first was under way
    .distinct()
    .subquery()
)
_TOLD_IN = (
    sa.select(matches.c.job_event_id, matches.c.on_site, matches.c.sector_fit)
    .join(job_events, job_events.c.id == matches.c.job_event_id)
    .where(_OWNED, matches.c.outbox_id == sa.bindparam("message"), matches.c.dismissed_at.is_(None))
    .order_by(job_events.c.starts_at, job_events.c.id)
)
_CARD = sa.select(outbox.c.message_id).join(matches, matches.c.outbox_id == outbox.c.id).where(_OWNED, _ABOUT)
_CHANGE = sa.update(matches).where(_OWNED, _ABOUT)
_FORGET_UNTOLD = sa.delete(matches).where(
    _OWNED,
    matches.c.told_at.is_(None),
    matches.c.job_event_id.in_(
        sa.select(tellings.c.job_event_id)
        .join(outbox, outbox.c.due_at == tellings.c.due_at)
        .where(outbox.c.chat_id == sa.bindparam("person"), _IS_TO_TELL)
    ),
)
_POSTPONED = sa.select(outbox).where(outbox.c.id == sa.bindparam("message")).subquery()
_POSTPONE = (
    sa.update(matches)
    .where(
        matches.c.subscriber_id == sa.select(_POSTPONED.c.chat_id).scalar_subquery(),
        matches.c.due_at == sa.select(_POSTPONED.c.due_at).scalar_subquery(),
        matches.c.told_at.is_(None),
        matches.c.job_event_id.in_(
            sa.select(tellings.c.job_event_id).join(_POSTPONED, _POSTPONED.c.due_at == tellings.c.due_at)
        ),
    )
    .values(due_at=sa.bindparam("until"))
)
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
    """The table of matches."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold_wishes(self) -> None:
        """Let no wish change, and nobody leave, until the end of the transaction.

        Before any row that they lock too: else each waits for the other.
        """
        await dialects.one_at_a_time(self._connection, Lock.MATCHING)

    async def hold_matching(self) -> None:
        """Let nobody hold an event against all alerts until the end of the transaction; before, as above."""
        await dialects.share(self._connection, Lock.MATCHING)

    async def queue_for(
        self,
        job_event_id: int,
        event: JobEvent,
        due: Mapping[tuple[str, Frequency], dt.datetime],
        *,
        now: dt.datetime,
    ) -> int:
        """Hold an open event against all alerts; queue one message a person and instant; count the matches.

        `due`: when to tell, by zone of the person and frequency of the alert.
        """
        await self.hold_wishes()
        await dialects.seek(self._connection)
        new = dialects.insert_new(self._connection, matches)
        added = await self._connection.execute(*matching.queueing(new, job_event_id, event, due))
        if added.rowcount:
            instants = [{"due_at": instant, "job_event_id": job_event_id} for instant in set(due.values())]
            await self._connection.execute(dialects.insert_new(self._connection, tellings), instants)
            if dialects.may_race(self._connection):
                await self._connection.execute(_hold_messages(job_event_id))
            queueing = _messages(dialects.insert_new(self._connection, outbox))
            cause = f"{Kind.MATCHES.value}:{job_event_id}"
            about = {"event_number": job_event_id, "event_cause": cause, "moment": now}
            await self._connection.execute(queueing, about)
        return added.rowcount

    async def zones(self) -> Sequence[str]:
        """Return the zones in which anybody lives."""
        found = await self._connection.execute(sa.select(subscribers.c.zone).distinct())
        return found.scalars().all()

    async def hasten(self, due_at: dt.datetime, *, now: dt.datetime) -> None:
        """Tell now what was to gather until `due_at`: the sweep is over."""
        gathered = sa.and_(
            outbox.c.state == PENDING,
            outbox.c.lane == int(Lane.ALERTS),
            outbox.c.kind == Kind.MATCHES,
            outbox.c.due_at == due_at,
        )
        told = sa.select(tellings.c.job_event_id).where(tellings.c.due_at == due_at)
        await dialects.seek(self._connection)
        await self._connection.execute(
            sa.update(matches)
            .where(
                matches.c.job_event_id.in_(told),
                matches.c.told_at.is_(None),
                matches.c.lane == int(Lane.ALERTS),
                matches.c.due_at == due_at,
            )
            .values(due_at=now)
        )
        await self._connection.execute(sa.update(outbox).where(gathered).values(due_at=now))
        await self._tell_also(sa.literal(due_at, tellings.c.due_at.type), now)

    async def postpone(self, outbox_id: int, due_at: dt.datetime) -> None:
        """Tell at another instant what this message was to tell; before the message is postponed."""
        await self._connection.execute(_POSTPONE, {"message": outbox_id, "until": due_at})
        # after the matches: none may move to an instant that does not lead to its event
        message = sa.select(_POSTPONED.c.due_at).scalar_subquery()
        await self._tell_also(message, due_at, message=outbox_id)

    async def _tell_also(
        self, instant: sa.ColumnElement[dt.datetime], also: dt.datetime, **about: int
    ) -> None:
        """Let the events that are told at one instant be told at another, too."""
        moved = sa.select(sa.literal(also, tellings.c.due_at.type), tellings.c.job_event_id).where(
            tellings.c.due_at == instant
        )
        new = dialects.insert_new(self._connection, tellings)
        await self._connection.execute(new.from_select(["due_at", "job_event_id"], moved), about)

    async def untold(self, ids: Collection[int], *, now: dt.datetime) -> Sequence[tuple[int, int, Match]]:
        """Return what is due to be told to these people: person, event (soonest first), and why it fits."""
        untold = _untold(on_postgresql=dialects.is_postgresql(self._connection))
        found = await self._connection.execute(untold, {"ids": padded(ids), "now": now})
        return [(row.subscriber_id, row.job_event_id, _to_domain(row)) for row in found]

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

    async def forget_untold(self, subscriber_id: int) -> None:
        """Drop what waits to be told: the person stopped, paused, or changed the wish."""
        await self.hold_matching()
        await self._connection.execute(_FORGET_UNTOLD, {"person": subscriber_id})

    async def forget_untold_of(self, job_event_id: int) -> None:
        """Drop what waits to be told of one event: it changed, and is held against all alerts anew."""
        await self._connection.execute(
            sa.delete(matches).where(matches.c.job_event_id == job_event_id, matches.c.told_at.is_(None))
        )

    async def queue_refreshes(
        self, job_event_id: int, version: int, *, expires_at: dt.datetime, now: dt.datetime
    ) -> int:
        """Queue one refresh for each message in a chat that told this event; return how many."""
        new = dialects.insert_new(self._connection, outbox)
        about = {"event": job_event_id, "version": f":{job_event_id}:{version}"}
        instants = {"now": now, "expires_at": expires_at}
        return (await self._connection.execute(_refreshing(new), {**about, **instants})).rowcount


@lru_cache
def _untold(*, on_postgresql: bool) -> sa.Select[Any]:
    """Select what is due to be told to people, soonest first."""
    told_of = matches.c.subscriber_id, matches.c.job_event_id, matches.c.on_site, matches.c.sector_fit
    waiting = (
        sa.select(*told_of)
        .join(tellings, tellings.c.job_event_id == matches.c.job_event_id)
        .where(
            tellings.c.due_at == _INSTANTS.c.due_at,
            matches.c.subscriber_id == _INSTANTS.c.chat_id,
            matches.c.due_at == _INSTANTS.c.due_at,
            matches.c.told_at.is_(None),
        )
    )
    rows = waiting
    if on_postgresql:
        # instant by instant: a plain join may be asked from the other end, all that was ever told
        apart = waiting.correlate(_INSTANTS).offset(0).lateral("waiting")
        rows = sa.select(apart).select_from(_INSTANTS.join(apart, sa.true()))
    found = rows.subquery("found")
    return (
        sa.select(found)
        .join(job_events, job_events.c.id == found.c.job_event_id)
        .order_by(job_events.c.starts_at, job_events.c.id)
    )


def _will_tell() -> sa.ColumnElement[bool]:
    """Say that a message waits for the owner and the instant of a match, and was not claimed."""
    # written so that it is sought by chat alone: PostgreSQL, before it has counted a table that just filled,
    # would seek by state or instant, which all that waits may share
    state = sa.type_coerce(outbox.c.state, sa.String) + ""
    instant = sa.type_coerce(outbox.c.due_at, sa.BigInteger) + 0
    # one that is claimed may be worded already, without this event
    return sa.and_(
        outbox.c.chat_id == matches.c.subscriber_id,
        outbox.c.kind == Kind.MATCHES,
        outbox.c.lane == matches.c.lane,
        state == SendState.PENDING.value,
        outbox.c.leased_until.is_(None),
        instant == sa.type_coerce(matches.c.due_at, sa.BigInteger),
    )


def _is_untold(job_event_id: int | sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    return sa.and_(matches.c.job_event_id == job_event_id, matches.c.told_at.is_(None))


def _hold_messages(job_event_id: int) -> sa.Select[Any]:
    """Let nobody claim the messages that will tell of this event, before it can be read."""
    # match by match: a plain join may be asked from the other end, all that waits against all that fits
    waiting = (
        sa.select(outbox.c.id)
        .where(_will_tell())
        .correlate(matches)
        .with_for_update(read=True, of=outbox)
        .lateral("waiting")
    )
    held = sa.select(waiting.c.id).select_from(matches.join(waiting, sa.true()))
    return sa.select(sa.func.count()).select_from(held.where(_is_untold(job_event_id)).subquery())


@lru_cache  # building it took longer than running it
def _messages(new: sa.Insert) -> sa.Insert:
    """Insert a message a person and instant of an event's untold matches, unless one waits to tell them."""
    due_at = matches.c.due_at
    number = sa.cast(matches.c.subscriber_id, sa.String)
    instant = sa.cast(sa.type_coerce(due_at, sa.BigInteger), sa.String)
    microseconds = KEPT_FOR // dt.timedelta(microseconds=1)
    # counted match by match, so that no plan can make a join of it: see above
    waiting = sa.select(sa.func.count()).select_from(outbox).where(_will_tell()).scalar_subquery()
    rows = sa.select(
        # the event first: the keys of its messages lie side by side, not each on a page of its own
        sa.bindparam("event_cause", type_=sa.String) + ":" + instant + ":" + number,
        sa.literal(Kind.MATCHES.value),
        matches.c.lane,
        matches.c.subscriber_id,
        sa.literal("{}"),
        sa.literal(SendState.PENDING.value),
        due_at,
        sa.type_coerce(due_at, sa.BigInteger) + microseconds,
        sa.literal(0),
        sa.bindparam("moment", type_=due_at.type),
    ).where(_is_untold(sa.bindparam("event_number", type_=sa.BigInteger)), waiting == 0)
    return new.from_select(OUTBOX_COLUMNS, rows)


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
