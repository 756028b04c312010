"""Groups and channels: set up by who administers them, silent when rights are lost."""

import datetime as dt
from dataclasses import replace

from domain.alerts import Alert
from domain.groups import Group, Rights
from domain.outbox import Kind, Lane, OutboxMessage
from domain.subscribers import Language, Standing
from services import UnitOfWork, alerts, subscribers

OFFER, LOST = "offer", "lost"
"""What a notice says."""
NOTICE_KEPT_FOR = dt.timedelta(days=2)


async def get(uow: UnitOfWork, chat_id: int) -> Group | None:
    """Return this group, or None."""
    return await uow.groups.get(chat_id)


async def posted_in(uow: UnitOfWork, chat_id: int) -> Alert | None:
    """Return what is posted there at present; None when nothing is."""
    subscriber = await subscribers.get(uow, chat_id)
    return await alerts.of(uow, chat_id) if subscriber and subscriber.may_receive else None


async def set_up(
    uow: UnitOfWork,
    rights: Rights,
    wish: Alert,
    *,
    keeper_id: int,
    language: Language,
    zone: str | None,
    now: dt.datetime,
) -> None:
    """Post what fits this wish there from now on; what was wished before is replaced."""
    subscriber = await subscribers.welcome(uow, rights.chat_id, language=language, now=now)
    subscriber = await subscribers.resume(uow, await subscribers.speak(uow, subscriber, language))
    before = await alerts.of(uow, rights.chat_id)
    await alerts.save(uow, subscriber, replace(wish, id=before.id if before else 0), zone=zone)
    await uow.groups.save(Group(rights.chat_id, rights.title, keeper_id))


async def stop(uow: UnitOfWork, chat_id: int, *, now: dt.datetime) -> None:
    """Post nothing there any more."""
    await subscribers.stop(uow, await subscribers.require(uow, chat_id), now=now)


async def resume(uow: UnitOfWork, chat_id: int) -> None:
    """The bot may write there again."""
    subscriber = await subscribers.get(uow, chat_id)
    if subscriber is not None and subscriber.standing is Standing.UNREACHABLE:
        await subscribers.resume(uow, subscriber)


async def offer(uow: UnitOfWork, chat_id: int, person_id: int, *, now: dt.datetime) -> None:
    """Ask who took the bot in what to post there, if the bot may write to them."""
    await _tell(uow, chat_id, person_id, OFFER, now)


async def lose(uow: UnitOfWork, chat_id: int, *, is_final: bool, now: dt.datetime) -> None:
    """The bot may not write there any more: it is silent, and says so to who set it up."""
    group, subscriber = await uow.groups.get(chat_id), await subscribers.get(uow, chat_id)
    was_heard = subscriber is not None and subscriber.may_receive
    await subscribers.lose(uow, chat_id, is_final=is_final, now=now)
    if was_heard and group is not None and group.keeper_id is not None:
        await _tell(uow, chat_id, group.keeper_id, LOST, now)


async def _tell(uow: UnitOfWork, chat_id: int, person_id: int, what: str, now: dt.datetime) -> None:
    notice = OutboxMessage(
        key=f"group:{chat_id}:{what}:{now:%Y%m%d%H%M%S}",
        kind=Kind.GROUP_NOTICE,
        lane=Lane.URGENT,
        chat_id=person_id,
        payload={"group_id": chat_id, "what": what},
        due_at=now,
        expires_at=now + NOTICE_KEPT_FOR,
    )
    await uow.outbox.add(notice, now=now)
