"""People come, pause, stop, are erased."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from domain.errors import UserError
from domain.outbox import UNREACHABLE
from domain.subscribers import KEPT_AFTER_STOP, PAUSE_LENGTH, Language, Standing, Subscriber
from services import UnitOfWork

ERASED_AT_ONCE = 200
"""How many people whose time has come are erased in one transaction: others wait for it."""
RESUMED_AT_ONCE = 500
"""How many pauses that are over end in one statement."""


async def welcome(uow: UnitOfWork, chat_id: int, *, language: Language, now: dt.datetime) -> Subscriber:
    """Return the subscriber of this chat, new if need be; one who could not be reached can be again."""
    known = await uow.subscribers.get(chat_id)
    if known is None:
        return await admit(uow, chat_id, language=language, now=now)
    if known.standing is not Standing.UNREACHABLE:
        return known
    if known.resumes_at is not None and known.resumes_at > now:
        return await _save(uow, replace(known, standing=Standing.PAUSED, erase_at=None))
    return await resume(uow, known)


async def admit(uow: UnitOfWork, chat_id: int, *, language: Language, now: dt.datetime) -> Subscriber:
    """Keep someone new; return them."""
    subscriber = Subscriber(id=chat_id, language=language, created_at=now)
    await uow.subscribers.add(subscriber)
    return subscriber


async def get(uow: UnitOfWork, chat_id: int) -> Subscriber | None:
    """Return the subscriber of this chat, if there is one."""
    return await uow.subscribers.get(chat_id)


async def get_many(uow: UnitOfWork, chat_ids: Collection[int]) -> Mapping[int, Subscriber]:
    """Return the subscribers of these chats, by chat."""
    return {subscriber.id: subscriber for subscriber in await uow.subscribers.get_many(chat_ids)}


async def require(uow: UnitOfWork, chat_id: int) -> Subscriber:
    """Return the subscriber of this chat; UserError("unknown_subscriber") when there is none."""
    subscriber = await uow.subscribers.get(chat_id)
    if subscriber is None:
        raise UserError("unknown_subscriber")
    return subscriber


async def speak(uow: UnitOfWork, subscriber: Subscriber, language: Language) -> Subscriber:
    """Change the language."""
    return await _save(uow, replace(subscriber, language=language))


async def settle_in(uow: UnitOfWork, subscriber: Subscriber, zone: str) -> Subscriber:
    """Change the zone in which hours are shown and nights are kept."""
    return subscriber if subscriber.zone == zone else await _save(uow, replace(subscriber, zone=zone))


async def pause(uow: UnitOfWork, subscriber: Subscriber, *, now: dt.datetime) -> Subscriber:
    """Write nothing for a month; what waited to be told is dropped, reminders asked for stay."""
    await uow.match_queue.forget_untold(subscriber.id)
    return await _save(
        uow,
        replace(subscriber, standing=Standing.PAUSED, resumes_at=now + PAUSE_LENGTH, erase_at=None),
    )


async def resume(uow: UnitOfWork, subscriber: Subscriber) -> Subscriber:
    """Write again; what was published meanwhile is not sent after the fact."""
    return await _save(uow, replace(subscriber, standing=Standing.ACTIVE, resumes_at=None, erase_at=None))


async def stop(uow: UnitOfWork, subscriber: Subscriber, *, now: dt.datetime) -> Subscriber:
    """Write nothing any more; the choices are kept for a month, then erased."""
    await _silence(uow, subscriber.id, "stopped", now)
    return await _save(
        uow,
        replace(subscriber, standing=Standing.STOPPED, resumes_at=None, erase_at=now + KEPT_AFTER_STOP),
    )


async def lose(uow: UnitOfWork, chat_id: int, *, is_final: bool, now: dt.datetime) -> None:
    """Note that a chat can't be reached: blocked, and erased in a month; or gone, and erased by `tidy`.

    Nothing puts off what a stop, or an earlier block, began; a pause is found again on return.
    """
    subscriber = await uow.subscribers.get(chat_id)
    await _silence(uow, chat_id, UNREACHABLE, now)
    if subscriber is None:
        return
    # one erasure rewrites the whole file: those that a broadcast finds gone are erased together
    erase_at = now if is_final else subscriber.erase_at or now + KEPT_AFTER_STOP
    if erase_at != subscriber.erase_at:
        await _save(uow, replace(subscriber, standing=Standing.UNREACHABLE, erase_at=erase_at))


async def erase(uow: UnitOfWork, *chat_ids: int) -> None:
    """Erase everything about these people, queue included; nothing stays in any file."""
    await uow.subscribers.erase(*chat_ids)
    uow.leave_no_trace()


async def migrate(uow: UnitOfWork, old_id: int, new_id: int) -> None:
    """Follow a group that became a supergroup."""
    await uow.subscribers.migrate(old_id, new_id)


async def tidy(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """End the pauses that are over and erase those whose time has come; return how many went."""
    while await uow.subscribers.resume_due(now=now, limit=RESUMED_AT_ONCE):
        pass
    leaving = await uow.subscribers.to_erase(now=now, limit=ERASED_AT_ONCE)
    if leaving:
        await erase(uow, *leaving)
    return len(leaving)


async def _silence(uow: UnitOfWork, chat_id: int, reason: str, now: dt.datetime) -> None:
    await uow.match_queue.forget_untold(chat_id)
    await uow.reminders.cancel_all(chat_id)
    await uow.outbox.drop_for(chat_id, reason, now=now)


async def _save(uow: UnitOfWork, subscriber: Subscriber) -> Subscriber:
    await uow.subscribers.save(subscriber)
    return subscriber
