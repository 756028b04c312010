"""Announcements: counted, sent or scheduled, put into the outbox by turns, stopped, reported."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import structlog

from domain.agencies import Act, Agency, Entry, Member
from domain.announcements import FURTHEST, SLICE, UNDER_WAY, Announcement, Audience, Figures, State
from domain.errors import UserError
from domain.outbox import Kind, Lane, OutboxMessage
from domain.schedule import FRENCH_ZONES
from domain.subscribers import after_the_night, is_quiet
from services import UnitOfWork

log = structlog.get_logger(__name__)

SHOWN = 5
TOLD_EVERY = dt.timedelta(seconds=10)
"""How often its writer sees how far an announcement is."""
TAPPED_TWICE = dt.timedelta(seconds=2)
REPORT_KEPT_FOR = dt.timedelta(hours=24)
BEGUN = "begun"
"""The message on how far it is; what comes after is put in its place."""
WITHDRAWN = "withdrawn by its writer"


async def count(uow: UnitOfWork, audience: Audience, *, now: dt.datetime) -> int:
    """Return how many people an announcement would reach now, `MOST_COUNTED` for more; may take a second."""
    return await uow.announcements.count(audience, joined_by=now)


async def tested(uow: UnitOfWork, member: Member, *, now: dt.datetime) -> None:
    """Note that a writer tried an announcement on themselves."""
    await uow.agencies.note(Entry(at=now, act=Act.TESTED, agency_id=member.agency.id, member_id=member.id))


async def send(
    uow: UnitOfWork,
    member: Member,
    text: str,
    audience: Audience,
    *,
    at: dt.datetime | None,
    now: dt.datetime,
) -> Announcement:
    """Keep it, to begin now or at an instant ahead (UTC); UserError for an instant out of bounds."""
    if at is not None and not now < at <= now + FURTHEST:
        raise UserError("moment_out_of_bounds")
    draft = Announcement(
        agency=member.agency,
        member_id=member.id,
        text=text,
        audience=audience,
        state=State.SCHEDULED,
        send_at=at or now,
        size=0,
    )
    draft = replace(draft, id=await uow.announcements.add(draft, now=now))
    if at is not None:
        await _note(uow, Act.SCHEDULED, draft, now=now)
    return draft


async def get_many(uow: UnitOfWork, numbers: Collection[int]) -> Mapping[int, Announcement]:
    """Return those of these announcements that there are, by number: few are under way at a time."""
    found = [await uow.announcements.get(number) for number in numbers]
    return {announcement.id: announcement for announcement in found if announcement}


async def require(uow: UnitOfWork, announcement_id: int) -> Announcement:
    """Return this announcement; LookupError when there is none."""
    announcement = await uow.announcements.get(announcement_id)
    if announcement is None:
        raise LookupError(announcement_id)
    return announcement


async def of_member(uow: UnitOfWork, member: Member, announcement_id: int) -> Announcement | None:
    """Return an announcement of this member's agency; None for any other."""
    found = await uow.announcements.get(announcement_id)
    return found if found and found.agency == member.agency else None


async def under_way_of(uow: UnitOfWork, member: Member) -> Sequence[int]:
    """Return the numbers of what a member scheduled, or is sending."""
    return await uow.announcements.under_way_of(member.id)


async def latest(uow: UnitOfWork, agency: Agency) -> Sequence[Announcement]:
    """Return an agency's last announcements, newest first."""
    return await uow.announcements.latest_of(agency.id, limit=SHOWN)


async def figures(uow: UnitOfWork, announcement_id: int) -> Figures:
    """Return what became of an announcement, so far."""
    return await uow.announcements.figures(announcement_id)


async def waits_for_morning(uow: UnitOfWork, announcement_id: int, *, now: dt.datetime) -> bool:
    """Say whether it is night for any of those left."""
    mornings = [after_the_night(now, zone) for zone in FRENCH_ZONES if is_quiet(now, zone)]
    return await uow.announcements.waits_for(announcement_id, mornings)


def has_just_begun(announcement: Announcement, *, now: dt.datetime) -> bool:
    """Say whether it left this very moment: "stop" is then the second tap of two, meant for "send"."""
    return dt.timedelta(0) <= now - announcement.send_at < TAPPED_TWICE


async def stop(uow: UnitOfWork, member: Member, announcement: Announcement, *, now: dt.datetime) -> None:
    """Send nothing more; what is claimed already may still arrive."""
    if announcement.state not in UNDER_WAY:
        return
    await uow.announcements.withdraw(announcement.id, WITHDRAWN, now=now)
    sent = (await uow.announcements.figures(announcement.id)).delivered
    await uow.agencies.note(
        Entry(
            at=now,
            act=Act.STOPPED,
            agency_id=announcement.agency.id,
            member_id=member.id,
            announcement_id=announcement.id,
            people=sent,
        )
    )


async def look_ahead(uow: UnitOfWork, *, now: dt.datetime) -> Mapping[int, int] | None:
    """Count whom those are for that begin now, by number; None when `advance` has nothing to do.

    It may take seconds: asked where nobody waits to write.
    """
    due = await uow.announcements.due(now=now)
    if not due:
        return None
    return {
        each.id: await uow.announcements.count(each.audience, joined_by=each.send_at)
        for each in due
        if each.state is State.SCHEDULED
    }


async def advance(uow: UnitOfWork, sizes: Mapping[int, int], *, failing: set[int], now: dt.datetime) -> bool:
    """Begin what is due and counted, go on with what is under way, close what is done.

    Return whether any message was put out. One that fails holds up no other, is tried again each time, and
    is told of once: `failing` are the numbers of those told of, and is kept up to date here.
    """
    has_queued = False
    for announcement in await uow.announcements.due(now=now):
        try:
            async with uow.savepoint():
                has_queued |= await _advance(uow, announcement, sizes.get(announcement.id), now)
            failing.discard(announcement.id)
        except Exception:
            if announcement.id not in failing:
                log.exception("an announcement can't go on", announcement=announcement.id)
            failing.add(announcement.id)
    return has_queued


async def _advance(uow: UnitOfWork, announcement: Announcement, size: int | None, now: dt.datetime) -> bool:
    member = await uow.agencies.member(announcement.member_id)
    if announcement.state is State.SCHEDULED:
        return size is not None and await _begin(uow, announcement, member, size=size, now=now)
    number, has_more = announcement.id, False
    waiting = await uow.announcements.waiting(number)
    if announcement.state is State.SENDING and waiting <= SLICE // 2:
        has_more = await _queue_slice(uow, announcement, now)
        waiting = await uow.announcements.waiting(number)
    if waiting or has_more:
        return await _tell_how_far(uow, number, member, now) or waiting > 0
    done = await uow.announcements.figures(number)
    is_stopped = announcement.state is State.STOPPED
    await uow.announcements.close(number, State.STOPPED if is_stopped else State.DONE, done)
    if not is_stopped:  # the journal has had its last word on a stopped one
        await _note(uow, Act.FINISHED, announcement, people=done.delivered, now=now)
    return await _tell(uow, number, member, "done", now=now)


async def _begin(
    uow: UnitOfWork, announcement: Announcement, member: Member | None, *, size: int, now: dt.datetime
) -> bool:
    """Put out the first slice, unless its writer lost the right meanwhile; return whether it began."""
    number = announcement.id
    if member is None or member.agency != announcement.agency:
        await uow.announcements.withdraw(number, "its writer may no longer write", now=now)
        await _note(uow, Act.STOPPED, announcement, people=0, now=now)
        return False
    if not await uow.announcements.begin(number, size=size):
        return False
    await _note(uow, Act.SENT, announcement, people=size, now=now)
    await _tell(uow, number, member, BEGUN, now=now)
    await _queue_slice(uow, announcement, now)
    return True


async def _queue_slice(uow: UnitOfWork, announcement: Announcement, now: dt.datetime) -> bool:
    due = {zone: after_the_night(now, zone) for zone in FRENCH_ZONES}
    return await uow.announcements.queue_slice(announcement, due, limit=SLICE, now=now)


async def _tell_how_far(uow: UnitOfWork, number: int, member: Member | None, now: dt.datetime) -> bool:
    told, told_at = await uow.announcements.last_told(number)
    if told_at is not None and now < told_at + TOLD_EVERY:
        return False
    settled = (await uow.announcements.figures(number)).settled
    await uow.announcements.mark_told(number, settled, now=now)
    return settled != told and await _tell(uow, number, member, f"{settled}", now=now)


async def _tell(uow: UnitOfWork, number: int, member: Member | None, step: str, *, now: dt.datetime) -> bool:
    """Queue a message to its writer on how far it is; the later ones change the first."""
    if member is None:
        return False
    await uow.outbox.add(
        OutboxMessage(
            key=_progress_key(number, step),
            kind=Kind.ANNOUNCEMENT_PROGRESS,
            lane=Lane.URGENT,
            chat_id=member.chat_id,
            payload={"announcement_id": number, "step": step},
            due_at=now,
            expires_at=now + REPORT_KEPT_FOR,
        ),
        now=now,
    )
    return True


async def progress_message(uow: UnitOfWork, announcement_id: int) -> int | None:
    """Return the message, by its number in the chat, that shows the writer how far it is."""
    return await uow.outbox.message_id_of(_progress_key(announcement_id, BEGUN))


def _progress_key(number: int, step: str) -> str:
    return f"progress:{number}:{step}"


async def _note(
    uow: UnitOfWork, act: Act, announcement: Announcement, *, people: int | None = None, now: dt.datetime
) -> None:
    await uow.agencies.note(
        Entry(
            at=now,
            act=act,
            agency_id=announcement.agency.id,
            member_id=announcement.member_id,
            announcement_id=announcement.id,
            people=people,
        )
    )
