"""Announcements: kept, put into the outbox slice by slice, stopped, counted."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agencies import Agency
from domain.announcements import KEPT_FOR, UNDER_WAY, Announcement, Audience, Figures, State
from domain.outbox import UNREACHABLE, Kind, Lane, SendState
from storage import audiences, dialects
from storage.outbox import COLUMNS as OUTBOX_COLUMNS
from storage.tables import agencies, announcements, outbox


class Announcements:
    """The table of announcements, and their copies in the outbox."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, audience: Audience) -> int:
        """Return how many people an announcement would be sent to now."""
        people = sa.select(audiences.fitting(audience).subquery().c.subscriber_id).distinct().subquery()
        found = await self._connection.execute(sa.select(sa.func.count()).select_from(people))
        return found.scalar_one()

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
        announcement_id: int,
        audience: Audience,
        due: Mapping[str, dt.datetime],
        *,
        limit: int,
        now: dt.datetime,
    ) -> bool:
        """Put the next so many alerts' owners into the outbox, each once; return whether there may be more.

        `due`: when to tell, by the person's zone. Who came or left since the last slice is told, or not,
        as they are now.
        """
        found = await self._connection.execute(
            sa.select(announcements.c.cursor).where(announcements.c.id == announcement_id)
        )
        cursor: int | None = found.scalar_one()
        if cursor is None:
            return False
        fitting = audiences.fitting(audience).subquery()
        ahead = (
            sa.select(fitting.c.alert_id)
            .where(fitting.c.alert_id > cursor)
            .order_by(fitting.c.alert_id)
            .limit(limit)
            .subquery()
        )
        taken = await self._connection.execute(sa.select(sa.func.max(ahead.c.alert_id), sa.func.count()))
        upto, count = taken.one()
        if count:
            new = dialects.insert_new(self._connection, outbox)
            rows = _copies(announcement_id, audience, (cursor, upto), due, now)
            await self._connection.execute(new.from_select([*OUTBOX_COLUMNS, "announcement_id"], rows))
        await self._change(announcement_id, cursor=upto if count == limit else None)
        return bool(count == limit)

    async def waiting(self, announcement_id: int) -> int:
        """Return how many of its copies wait in the outbox."""
        found = await self._connection.execute(
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(outbox.c.announcement_id == announcement_id, outbox.c.state == SendState.PENDING)
        )
        return found.scalar_one()

    async def figures(self, announcement_id: int) -> Figures:
        """Return what became of it so far; once over, what was counted then."""
        kept = (
            await self._connection.execute(
                sa.select(announcements).where(announcements.c.id == announcement_id)
            )
        ).one()
        if kept.delivered is not None:
            return Figures(kept.size, kept.delivered, kept.unreachable, kept.failed)
        found = await self._connection.execute(
            sa.select(
                _many(outbox.c.state == SendState.SENT),
                _many(sa.and_(outbox.c.state == SendState.DROPPED, outbox.c.reason.startswith(UNREACHABLE))),
                _many(outbox.c.state == SendState.DEAD),
                _many(outbox.c.state == SendState.PENDING),
            ).where(outbox.c.announcement_id == announcement_id)
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


def _copies(
    announcement_id: int,
    audience: Audience,
    between: tuple[int, int],
    due: Mapping[str, dt.datetime],
    now: dt.datetime,
) -> sa.Select[Any]:
    """Insert one message a person whose alert lies after the first number, up to the second."""
    fitting = audiences.fitting(audience).subquery()
    instant = outbox.c.due_at.type
    due_at: sa.ColumnElement[dt.datetime] = sa.case(
        *((fitting.c.zone == zone, sa.literal(moment, instant)) for zone, moment in due.items()),
        else_=sa.literal(max(due.values()), instant),
    )
    microseconds = KEPT_FOR // dt.timedelta(microseconds=1)
    return sa.select(
        sa.literal(f"announcement:{announcement_id}:") + sa.cast(fitting.c.subscriber_id, sa.String),
        sa.literal(Kind.ANNOUNCEMENT.value),
        sa.literal(int(Lane.ANNOUNCEMENTS)),
        fitting.c.subscriber_id,
        sa.literal(json.dumps({"announcement_id": announcement_id})),
        sa.literal(SendState.PENDING.value),
        due_at,
        sa.type_coerce(due_at, sa.BigInteger) + microseconds,
        sa.literal(0),
        sa.literal(now, instant),
        sa.literal(announcement_id, sa.BigInteger),
    ).where(fitting.c.alert_id > between[0], fitting.c.alert_id <= between[1])


def _many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


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
