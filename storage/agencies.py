"""Agencies, who writes for them, their invitations, and the journal of what was done."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.agencies import Agency, Entry, Member
from storage.tables import agencies, invitations, journal, members
from storage.without_orm import AsyncConnection


class Agencies:
    """The tables of agencies. The journal is only ever added to."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, name: str, *, now: dt.datetime) -> Agency:
        """Keep a new agency."""
        result = await self._connection.execute(sa.insert(agencies).values(name=name, created_at=now))
        (number,) = result.inserted_primary_key or (0,)
        return Agency(number, name)

    async def named(self, name: str) -> Agency | None:
        """Return the agency of this name, or None."""
        found = await self._connection.execute(sa.select(agencies).where(agencies.c.name == name))
        row = found.one_or_none()
        return Agency(row.id, row.name) if row else None

    async def all(self) -> Sequence[Agency]:
        """Return every agency, by name."""
        found = await self._connection.execute(sa.select(agencies).order_by(agencies.c.name))
        return [Agency(row.id, row.name) for row in found]

    async def invite(self, agency_id: int, secret_hash: str, *, expires_at: dt.datetime) -> None:
        """Keep an invitation."""
        await self._connection.execute(
            sa.insert(invitations).values(hash=secret_hash, agency_id=agency_id, expires_at=expires_at)
        )

    async def redeem(self, secret_hash: str, *, now: dt.datetime) -> int | None:
        """Use up an invitation and return its agency; None for the second of two, however close they come."""
        used = await self._connection.execute(
            sa.update(invitations)
            .where(
                invitations.c.hash == secret_hash,
                invitations.c.used_at.is_(None),
                invitations.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(invitations.c.agency_id)
        )
        number: int | None = used.scalar_one_or_none()
        return number

    async def purge_invitations(self, *, now: dt.datetime) -> None:
        """Forget those that are over; till then, a used one still tells who joined by it."""
        await self._connection.execute(sa.delete(invitations).where(invitations.c.expires_at <= now))

    async def join(self, subscriber_id: int, agency_id: int, *, now: dt.datetime) -> int:
        """Make someone who writes for nobody write for this agency; return their new number."""
        result = await self._connection.execute(
            sa.insert(members).values(subscriber_id=subscriber_id, agency_id=agency_id, joined_at=now)
        )
        (number,) = result.inserted_primary_key or (0,)
        return int(number)

    async def member_of(self, subscriber_id: int) -> Member | None:
        """Return whom a person writes for, now; None for nobody."""
        return await self._one(members.c.subscriber_id == subscriber_id)

    async def joined_by(self, secret_hash: str, subscriber_id: int) -> Member | None:
        """Return whom an invitation made a person write for; None when it was not theirs, or no longer holds.

        An invitation is used, and its member joins, at one instant.
        """
        used = sa.select(invitations.c.hash).where(
            invitations.c.hash == secret_hash,
            invitations.c.agency_id == members.c.agency_id,
            invitations.c.used_at == members.c.joined_at,
        )
        return await self._one(sa.and_(members.c.subscriber_id == subscriber_id, used.exists()))

    async def member(self, member_id: int) -> Member | None:
        """Return the member of this number, or None."""
        return await self._one(members.c.id == member_id)

    async def members(self) -> Sequence[tuple[Member, dt.datetime]]:
        """Return every member, and since when, by agency."""
        found = await self._connection.execute(_MEMBERS.order_by(agencies.c.name, members.c.id))
        return [(_to_member(row), row.joined_at) for row in found]

    async def remove(self, member_id: int) -> None:
        """Take someone's right to write away."""
        await self._connection.execute(sa.delete(members).where(members.c.id == member_id))

    async def note(self, entry: Entry) -> None:
        """Add a line to the journal."""
        await self._connection.execute(
            sa.insert(journal).values(
                at=entry.at,
                act=entry.act,
                agency_id=entry.agency_id,
                member_id=entry.member_id,
                announcement_id=entry.announcement_id,
                people=entry.people,
            )
        )

    async def journal(self, *, limit: int) -> Sequence[tuple[Entry, str]]:
        """Return the last lines of the journal, oldest first, each with the agency's name."""
        found = await self._connection.execute(
            sa.select(journal, agencies.c.name)
            .outerjoin(agencies, agencies.c.id == journal.c.agency_id)
            .order_by(journal.c.id.desc())
            .limit(limit)
        )
        return [(_to_entry(row), row.name or "") for row in reversed(found.all())]

    async def _one(self, condition: sa.ColumnElement[bool]) -> Member | None:
        row = (await self._connection.execute(_MEMBERS.where(condition))).one_or_none()
        return _to_member(row) if row else None


_MEMBERS = sa.select(members, agencies.c.name).join(agencies, agencies.c.id == members.c.agency_id)


def _to_member(row: sa.Row[Any]) -> Member:
    return Member(row.id, Agency(row.agency_id, row.name), row.subscriber_id)


def _to_entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        at=row.at,
        act=row.act,
        agency_id=row.agency_id,
        member_id=row.member_id,
        announcement_id=row.announcement_id,
        people=row.people,
    )
