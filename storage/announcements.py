"""Announcements: kept, put into the outbox slice by slice, stopped, counted."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.agencies import Agency
from domain.announcements import KEPT_FOR, MOST_COUNTED, UNDER_WAY, Announcement, Audience, Figures, State
from domain.outbox import UNREACHABLE, Kind, Lane, SendState
from storage import audiences, dialects
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.tables import agencies, alerts, announcements, outbox
from storage.without_orm import AsyncConnection

REACH = 500_000
"""How many alerts a slice looks through at most: it must not hold up who writes."""


class Announcements:
    """The table of announcements, and their copies in the outbox."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, audience: Audience, *, joined_by: dt.datetime) -> int:
        """Return how many people an announcement would be sent to now; `MOST_COUNTED` for more.

        It may take a second or two: ask where nobody waits to write.
        """
        found = audiences.wanting(audience).subquery()
        fitting = audiences.fitting(found, joined_by=joined_by).subquery()
        people = sa.select(fitting.c.subscriber_id).distinct().limit(MOST_COUNTED).subquery()
        counted = await self._connection.execute(sa.select(sa.func.count()).select_from(people))
        return counted.scalar_one()

    async def add(self, announcement: Announcement, *, now: dt.datetime) -> int:
        """Keep a new announcement; return its number."""
        result = await self._connection.execute(
            sa.insert(announcements).values(
                agency_id=announcement.agency.id,
                member_id=announcement.member_id,
                text=announcement.text,
                audience=json.dumps(announcement.audience.written(), ensure_ascii=False),
                state=announcement.state,
                send_at=announcement.send_at,
                size=announcement.size,
                cursor=0,
                told=0,
                created_at=now,
            )
        )
        (number,) = result.inserted_primary_key or (0,)
        return int(number)

    async def get(self, announcement_id: int) -> Announcement | None:
        """Return this announcement, or None."""
        found = await self._connection.execute(_ANNOUNCEMENTS.where(announcements.c.id == announcement_id))
        row = found.one_or_none()
        return _to_domain(row) if row else None

    async def latest_of(self, agency_id: int, *, limit: int) -> Sequence[Announcement]:
        """Return an agency's last announcements, newest first."""
        found = await self._connection.execute(
            _ANNOUNCEMENTS.where(announcements.c.agency_id == agency_id)
            .order_by(announcements.c.id.desc())
            .limit(limit)
        )
        return [_to_domain(row) for row in found]

    async def due(self, *, now: dt.datetime) -> Sequence[Announcement]:
        """Return what is to be begun by now, what is under way, and what was stopped and is not counted."""
        is_on = sa.and_(
            announcements.c.state.in_([State.SCHEDULED, State.SENDING]), announcements.c.send_at <= now
        )
        is_stopping = sa.and_(announcements.c.state == State.STOPPED, announcements.c.delivered.is_(None))
        found = await self._connection.execute(
            _ANNOUNCEMENTS.where(sa.or_(is_on, is_stopping)).order_by(announcements.c.id)
        )
        return [_to_domain(row) for row in found]

    async def under_way_of(self, member_id: int) -> Sequence[int]:
        """Return the numbers of what a member scheduled, or is sending."""
        found = await self._connection.execute(
            sa.select(announcements.c.id).where(
                announcements.c.member_id == member_id, announcements.c.state.in_(UNDER_WAY)
            )
        )
        return found.scalars().all()

    async def begin(self, announcement_id: int, *, size: int) -> bool:
        """Note that it goes out, to so many; False when it does already, or was stopped meanwhile."""
        begun = await self._connection.execute(
            sa.update(announcements)
            .where(announcements.c.id == announcement_id, announcements.c.state == State.SCHEDULED)
            .values(state=State.SENDING, size=size)
        )
        return begun.rowcount > 0

    async def queue_slice(
        self,
        announcement: Announcement,
        due: Mapping[str, dt.datetime],
        *,
        limit: int,
        now: dt.datetime,
    ) -> bool:
        """Put the owners of the next so many alerts into the outbox, each once; return whether more come.

        `due`: when to tell, by the person's zone. Who left since the last slice is not told.
        """
        found = await self._connection.execute(
            sa.select(announcements.c.cursor).where(announcements.c.id == announcement.id)
        )
        cursor: int | None = found.scalar_one()
        if cursor is None:
            return False
        last = await self._last_alert()
        upto = min(cursor + REACH, last)
        between = _between(announcement.audience, cursor, upto)
        ahead = between.order_by(between.selected_columns.alert_id).limit(limit).subquery()
        taken = await self._connection.execute(sa.select(sa.func.max(ahead.c.alert_id), sa.func.count()))
        furthest, count = taken.one()
        if count == limit:
            upto = furthest
        if count:
            new = dialects.insert_new(self._connection, outbox)
            rows = _copies(announcement, (cursor, upto), due, now)
            await self._connection.execute(new.from_select([*OUTBOX_COLUMNS, "announcement_id"], rows))
        await self._change(announcement.id, cursor=upto if upto < last else None)
        return upto < last

    async def _last_alert(self) -> int:
        found = await self._connection.execute(sa.select(sa.func.max(alerts.c.id)))
        return found.scalar_one() or 0

    async def waiting(self, announcement_id: int) -> int:
        """Return how many of its copies wait in the outbox."""
        found = await self._connection.execute(
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(outbox.c.announcement_id == announcement_id, outbox.c.state == SendState.PENDING)
        )
        return found.scalar_one()

    async def waits_for(self, announcement_id: int, instants: Collection[dt.datetime]) -> bool:
        """Say whether any of its copies waits in the outbox for one of these instants."""
        found = await self._connection.execute(
            sa.select(outbox.c.id)
            .where(
                outbox.c.announcement_id == announcement_id,
                outbox.c.state == SendState.PENDING,
                outbox.c.due_at.in_(instants),
            )
            .limit(1)
        )
        return found.first() is not None

    async def figures(self, announcement_id: int) -> Figures:
        """Return what became of it so far; once over, what was counted then."""
        kept = (
            await self._connection.execute(
                sa.select(announcements).where(announcements.c.id == announcement_id)
            )
        ).one()
        if kept.delivered is not None:
            return Figures(kept.size, kept.delivered, kept.unreachable, kept.failed)
        # each read off the index alone, but for what was dropped: a million rows take no time
        found = await self._connection.execute(
            sa.select(
                _many(announcement_id, SendState.SENT),
                _many(announcement_id, SendState.DROPPED, outbox.c.reason.startswith(UNREACHABLE)),
                _many(announcement_id, SendState.DEAD),
                _many(announcement_id, SendState.PENDING),
            )
        )
        return Figures(kept.size, *found.one())

    async def close(self, announcement_id: int, state: State, figures: Figures) -> None:
        """Note that it is over, and what became of it."""
        await self._change(
            announcement_id,
            state=state,
            cursor=None,
            delivered=figures.delivered,
            unreachable=figures.unreachable,
            failed=figures.failed,
        )

    async def withdraw(self, announcement_id: int, reason: str, *, now: dt.datetime) -> None:
        """Send nothing more of it, but for what is on its way."""
        await self._change(announcement_id, state=State.STOPPED, cursor=None)
        await self._connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.announcement_id == announcement_id,
                outbox.c.state == SendState.PENDING,
                outbox.c.leased_until.is_(None),
            )
            .values(state=SendState.DROPPED, reason=reason, settled_at=now)
        )

    async def last_told(self, announcement_id: int) -> tuple[int, dt.datetime | None]:
        """Return how far it was when its writer was last told, and when."""
        found = await self._connection.execute(
            sa.select(announcements.c.told, announcements.c.told_at).where(
                announcements.c.id == announcement_id
            )
        )
        row = found.one()
        return row.told, row.told_at

    async def mark_told(self, announcement_id: int, told: int, *, now: dt.datetime) -> None:
        """Note how far its writer knows it to be."""
        await self._change(announcement_id, told=told, told_at=now)

    async def _change(self, announcement_id: int, **values: Any) -> None:
        await self._connection.execute(
            sa.update(announcements).where(announcements.c.id == announcement_id).values(**values)
        )


_ANNOUNCEMENTS = sa.select(announcements, agencies.c.name).join(
    agencies, agencies.c.id == announcements.c.agency_id
)


def _between(audience: Audience, after: int, upto: int) -> sa.Select[tuple[int]]:
    found = audiences.wanting(audience).subquery()
    number = found.c.alert_id
    return sa.select(number).where(number > after, number <= upto)


def _copies(
    announcement: Announcement,
    between: tuple[int, int],
    due: Mapping[str, dt.datetime],
    now: dt.datetime,
) -> sa.Select[Any]:
    """Insert one message a person whose alert lies after the first number, up to the second."""
    found = _between(announcement.audience, *between).subquery()
    fitting = audiences.fitting(found, joined_by=announcement.send_at).subquery()
    instant = outbox.c.due_at.type
    due_at: sa.ColumnElement[dt.datetime] = sa.case(
        *((fitting.c.zone == zone, sa.literal(moment, instant)) for zone, moment in due.items()),
        else_=sa.literal(max(due.values()), instant),
    )
    microseconds = KEPT_FOR // dt.timedelta(microseconds=1)
    return sa.select(
        sa.literal(f"announcement:{announcement.id}:") + sa.cast(fitting.c.subscriber_id, sa.String),
        sa.literal(Kind.ANNOUNCEMENT.value),
        sa.literal(int(Lane.ANNOUNCEMENTS)),
        fitting.c.subscriber_id,
        sa.literal(json.dumps({"announcement_id": announcement.id})),
        sa.literal(SendState.PENDING.value),
        due_at,
        sa.type_coerce(due_at, sa.BigInteger) + microseconds,
        sa.literal(0),
        sa.literal(now, instant),
        sa.literal(announcement.id, sa.BigInteger),
        # said again: SQLite takes an ON CONFLICT without a WHERE before it for a join
    ).where(fitting.c.alert_id <= between[1])


def _many(
    announcement_id: int, state: SendState, *conditions: sa.ColumnElement[bool]
) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.announcement_id == announcement_id, outbox.c.state == state, *conditions)
        .scalar_subquery()
    )


def _to_domain(row: sa.Row[Any]) -> Announcement:
    return Announcement(
        id=row.id,
        agency=Agency(row.agency_id, row.name),
        member_id=row.member_id,
        text=row.text,
        audience=Audience.read(json.loads(row.audience)),
        state=row.state,
        send_at=row.send_at,
        size=row.size,
    )
