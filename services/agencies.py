"""Agencies and who writes for them. A right is read when it is used, never remembered."""

import datetime as dt
from collections.abc import Sequence

from domain import agencies
from domain.agencies import INVITATION_LASTS, MAX_NAME, Act, Agency, Entry, Member
from domain.announcements import cleaned
from domain.errors import UserError
from domain.subscribers import Subscriber
from services import UnitOfWork


async def add(uow: UnitOfWork, name: str, *, now: dt.datetime) -> Agency:
    """Keep a new agency; UserError when the name is taken, empty or too long."""
    name = " ".join(cleaned(name).split())
    if not 0 < len(name) <= MAX_NAME:
        raise UserError("agency_name_length", most=MAX_NAME)
    if await uow.agencies.named(name) is not None:
        raise UserError("agency_name_taken", name=name)
    agency = await uow.agencies.add(name, now=now)
    await uow.agencies.note(Entry(at=now, act=Act.ADDED, agency_id=agency.id))
    return agency


async def invite(uow: UnitOfWork, name: str, *, now: dt.datetime) -> str:
    """Return what the deep link of a new invitation carries; UserError when there is no such agency."""
    agency = await uow.agencies.named(" ".join(name.split()))
    if agency is None:
        raise UserError("unknown_agency", name=name)
    payload = agencies.new_payload()
    await uow.agencies.invite(agency.id, agencies.hashed(payload), expires_at=now + INVITATION_LASTS)
    await uow.agencies.note(Entry(at=now, act=Act.INVITED, agency_id=agency.id))
    return payload


async def redeem(uow: UnitOfWork, payload: str, *, now: dt.datetime) -> int | None:
    """Use up an invitation and return its agency; None when it does not hold, or no longer."""
    return await uow.agencies.redeem(agencies.hashed(payload), now=now)


async def joined_by(uow: UnitOfWork, payload: str, chat_id: int) -> Member | None:
    """Return whom this person writes for by this invitation; None when it made no writer of them."""
    return await uow.agencies.joined_by(agencies.hashed(payload), chat_id)


async def join(uow: UnitOfWork, subscriber: Subscriber, agency_id: int, *, now: dt.datetime) -> Member:
    """Make this person write for this agency, and for no other."""
    before = await uow.agencies.member_of(subscriber.id)
    if before is not None and before.agency.id == agency_id:
        return before
    if before is not None:
        await remove(uow, before.id, now=now)
    number = await uow.agencies.join(subscriber.id, agency_id, now=now)
    await uow.agencies.note(Entry(at=now, act=Act.JOINED, agency_id=agency_id, member_id=number))
    member = await uow.agencies.member(number)
    if member is None:
        raise LookupError(number)
    return member


async def member_of(uow: UnitOfWork, chat_id: int) -> Member | None:
    """Return whom this person writes for at this moment; None for nobody."""
    return await uow.agencies.member_of(chat_id)


async def remove(uow: UnitOfWork, member_id: int, *, now: dt.datetime) -> Member:
    """Take a member's right away, at once, and stop what they have under way; UserError for nobody."""
    member = await uow.agencies.member(member_id)
    if member is None:
        raise UserError("unknown_member", number=member_id)
    await uow.agencies.remove(member_id)
    for number in await uow.announcements.under_way_of(member_id):
        await uow.announcements.withdraw(number, "its writer was removed", now=now)
    await uow.agencies.note(Entry(at=now, act=Act.REMOVED, agency_id=member.agency.id, member_id=member_id))
    return member


async def listed(uow: UnitOfWork) -> Sequence[tuple[Agency, Sequence[tuple[Member, dt.datetime]]]]:
    """Return every agency with its members, and since when they are."""
    members = await uow.agencies.members()
    return [
        (agency, [(member, since) for member, since in members if member.agency == agency])
        for agency in await uow.agencies.all()
    ]


async def journal(uow: UnitOfWork, *, limit: int) -> Sequence[tuple[Entry, str]]:
    """Return what was last done, oldest first, each with the agency's name."""
    return await uow.agencies.journal(limit=limit)


async def purge(uow: UnitOfWork, *, now: dt.datetime) -> None:
    """Forget invitations that are over."""
    await uow.agencies.purge_invitations(now=now)
