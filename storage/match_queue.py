"""The queue of matches: what each person is to be told of, and the messages that will tell it.

A match that waits is found by the instant of its message: whatever moves the one moves the other.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain.alerts import Frequency
from domain.job_events import JobEvent
from domain.matching import Match
from domain.outbox import Kind, Lane, SendState
from storage import dialects, matching
from storage.dialects import Lock
from storage.lists import padded
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.outbox import PENDING
from storage.tables import job_events, matches, outbox, tellings
from storage.without_orm import AsyncConnection

KEPT_FOR = dt.timedelta(days=2)
"""A message about matches is worth sending so long after it was due."""

# what waits for a person is found by the instants of the messages that were to tell it; of one that was
# dropped, too, being too late: the next message tells it
_IS_TO_TELL = sa.and_(outbox.c.kind == Kind.MATCHES, outbox.c.state != SendState.SENT)
_INSTANTS = (
    sa.select(outbox.c.chat_id, outbox.c.due_at)
    .where(
        outbox.c.chat_id.in_(sa.bindparam("ids", expanding=True)),
        _IS_TO_TELL,
        # what a message was claimed for, it tells: the clock may have been put back since
        sa.or_(
            outbox.c.due_at <= sa.bindparam("now"),
            outbox.c.id.in_(sa.bindparam("messages", expanding=True)),
        ),
    )
    # two may tell at one instant, when the second came as the first was under way
    .distinct()
    .subquery()
)
_FORGET_UNTOLD = sa.delete(matches).where(
    matches.c.subscriber_id == sa.bindparam("person"),
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


class MatchQueue:
    """The untold among the matches, the messages about them, and the thread between both."""

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

    async def untold(
        self, ids: Collection[int], *, now: dt.datetime, told_by: Collection[int] = ()
    ) -> Sequence[tuple[int, int, Match]]:
        """Return what is due to be told to these people: person, event (soonest first), and why it fits.

        `told_by`: messages that are being worded; what they were to tell is due, whatever the clock says.
        """
        untold = _untold(on_postgresql=dialects.is_postgresql(self._connection))
        about = {"ids": padded(ids), "now": now, "messages": padded(told_by)}
        found = await self._connection.execute(untold, about)
        return [
            (row.subscriber_id, row.job_event_id, Match(on_site=row.on_site, sector_fit=row.sector_fit))
            for row in found
        ]

    async def forget_untold(self, subscriber_id: int) -> None:
        """Drop what waits to be told: the person stopped, paused, or changed the wish."""
        await self.hold_matching()
        await self._connection.execute(_FORGET_UNTOLD, {"person": subscriber_id})

    async def forget_untold_of(self, job_event_id: int) -> None:
        """Drop what waits to be told of one event: it changed, and is held against all alerts anew."""
        await self._connection.execute(
            sa.delete(matches).where(matches.c.job_event_id == job_event_id, matches.c.told_at.is_(None))
        )


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
