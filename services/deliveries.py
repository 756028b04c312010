"""What the delivery worker asks of the outbox: a claim, more time, and what became of each message."""

import datetime as dt
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from domain import outcomes
from domain.outbox import (
    CHAT_REST,
    MAX_ATTEMPTS,
    UNKNOWN_POLICY,
    UNREACHABLE,
    Kind,
    OnUnknown,
    OutboxMessage,
    retry_delay,
)
from services import UnitOfWork

_TOOK = (outcomes.Accepted, outcomes.Unchanged)
_LEFT = (outcomes.ChatGone, outcomes.Migrated)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing is left to say."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not now: it is night there."""

    until: dt.datetime
    """UTC, product time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """We could not word it, or make a call of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Whatever became of it here, another worker claimed it since: theirs is the result."""

    gone: outcomes.ChatGone | None = None
    """That nobody is there is so for all of them: they need not try, too."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Telegram took it here, late: another worker claimed it since, and it may be to tell more by now."""

    message_id: int | None


Result = outcomes.Outcome | Dropped | Postponed | Failed | Taken | Overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a claimed message, still to be recorded."""

    message: OutboxMessage
    result: Result
    told: Sequence[int] = ()
    """The events that it tells of, if it was sent."""
    chance: float = 0.5
    """0 to 1: spreads the retries of messages that failed together."""
    is_reachable: bool = True
    """Telegram took other messages lately: when this one fails on, the fault is its own."""
    is_late: bool = False
    """The lease may be over: another worker may have claimed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What else must happen, in the same transaction."""

    on_chat_gone: Callable[[UnitOfWork, int, outcomes.ChatGone, dt.datetime], Awaitable[object]]
    """(unit of work, chat, outcome, now): nothing more is sent there."""
    on_migrated: Callable[[UnitOfWork, int, int], Awaitable[object]]
    """(unit of work, old id, new id): rewrites the id everywhere, the outbox included."""


async def free_all(uow: UnitOfWork, *, wall: dt.datetime, lease: dt.timedelta) -> int:
    """At the start of a worker: free what a killed one had claimed, if that is sure; return how many."""
    return await uow.outbox.release_all(wall=wall, lease=lease)


async def claim(
    uow: UnitOfWork,
    *,
    now: dt.datetime,
    wall: dt.datetime,
    lease: dt.timedelta,
    limit: int,
    except_chats: Collection[int],
) -> Sequence[OutboxMessage]:
    """Take what is due, urgent lanes first, at most one message a chat and none of these chats."""
    claimed = await uow.outbox.claim(now=now, wall=wall, lease=lease, limit=limit, except_chats=except_chats)
    first: dict[int, OutboxMessage] = {}
    for message in claimed:
        first.setdefault(message.chat_id, message)
    kept = list(first.values())
    if len(kept) < len(claimed):
        ids = {message.id for message in kept}
        await uow.outbox.release([message.id for message in claimed if message.id not in ids])
    return kept


async def keep(
    uow: UnitOfWork, claimed: Collection[OutboxMessage], *, until: dt.datetime
) -> Sequence[OutboxMessage]:
    """Stay in possession of what takes longer; return what nobody else has taken. `until` is real time."""
    ours = await uow.outbox.still_leased(claimed)
    await uow.outbox.renew(ours, until=until)
    return [replace(message, leased_until=until) for message in claimed if message.id in ours]


async def give_back(uow: UnitOfWork, claimed: Collection[OutboxMessage]) -> None:
    """Let go of what was claimed and is not known to be sent; not an attempt."""
    await uow.outbox.release(await uow.outbox.still_leased(claimed))


async def message_id(uow: UnitOfWork, outbox_id: int) -> int | None:
    """Return the number of a message in its chat; None while it was not sent."""
    return await uow.outbox.message_id(outbox_id)


async def settle(
    uow: UnitOfWork,
    settlements: Sequence[Settlement],
    consequences: Consequences,
    *,
    now: dt.datetime,
    wall: dt.datetime,
) -> Sequence[str]:
    """Record what became of messages, at most one a chat; return it in one word each, for the counters.

    `now` is product time, `wall` real time. What Telegram took is recorded in any case, all else of what
    is still ours. Only a failing database raises: a consequence that fails is
    logged and undone alone, so that no one message holds up the record of the others. What most messages
    come to is written for all of them at once.
    """
    if any(isinstance(one.result, Postponed) for one in settlements):
        await uow.match_queue.hold_wishes()
    elif any(isinstance(one.result, _LEFT) for one in settlements):
        await uow.match_queue.hold_matching()
    settlements = await _judged(uow, settlements)
    await _settle_alike(uow, settlements, now, wall)
    return [await _settle(uow, one, consequences, now=now, wall=wall) for one in settlements]


async def _judged(uow: UnitOfWork, settlements: Sequence[Settlement]) -> Sequence[Settlement]:
    """Leave to other workers what they claimed since, unless Telegram took it from us, or nobody is there."""
    in_doubt = [one.message for one in settlements if _is_in_doubt(one)]
    if not in_doubt:
        return settlements
    ours = await uow.outbox.still_leased(in_doubt)
    taken = {message.id for message in in_doubt if message.id not in ours}
    return [
        replace(one, result=_of_others(one.result)) if one.message.id in taken else one for one in settlements
    ]


def _is_in_doubt(one: Settlement) -> bool:
    # what was sent is settled, whoever has it, unless it may be to tell more than it did
    return not isinstance(one.result, _TOOK) or (one.is_late and one.message.kind is Kind.MATCHES)


def _of_others(result: Result) -> Taken | Overtaken:
    match result:
        case outcomes.Accepted(message_id):
            return Overtaken(message_id)
        case outcomes.ChatGone():
            return Taken(result)
    return Taken()


async def _settle_alike(
    uow: UnitOfWork, settlements: Sequence[Settlement], now: dt.datetime, wall: dt.datetime
) -> None:
    sent: dict[int, int | None] = {}
    numbers: dict[int, int | None] = {}
    told: list[tuple[int, int, int]] = []
    released: list[int] = []
    dropped: dict[str, list[int]] = {}
    for settlement in settlements:
        message = settlement.message
        match settlement.result:
            case outcomes.Accepted() | outcomes.Unchanged() as taken:
                sent[message.id] = taken.message_id if isinstance(taken, outcomes.Accepted) else None
                told.extend((message.chat_id, number, message.id) for number in settlement.told)
            case Overtaken(message_id):
                numbers[message.id] = message_id
                told.extend((message.chat_id, number, message.id) for number in settlement.told)
            case outcomes.Paused() | outcomes.BotRefused():
                released.append(message.id)
            case Dropped(reason):
                dropped.setdefault(reason, []).append(message.id)
    await uow.outbox.mark_sent(sent, now=now, rests_until=wall + CHAT_REST)
    await uow.outbox.note_numbers(numbers)
    await uow.matches.mark_told(told, now=now)
    if released:
        await uow.outbox.release(released)
    for reason, ids in dropped.items():
        await uow.outbox.mark_dropped(ids, reason, now=now)


async def _settle(  # noqa: PLR0911 -- each outcome returns its word
    uow: UnitOfWork,
    settlement: Settlement,
    consequences: Consequences,
    *,
    now: dt.datetime,
    wall: dt.datetime,
) -> str:
    message = settlement.message
    match settlement.result:
        case outcomes.Accepted() | Overtaken():
            return "sent"
        case outcomes.Unchanged():
            return "unchanged"
        case outcomes.Paused() | outcomes.BotRefused():
            return "released"
        case Dropped():
            return "dropped"
        case Taken(gone):
            if gone:
                await _apart(uow, message, consequences.on_chat_gone, message.chat_id, gone, now)
            return "taken"
        case Postponed(until):
            return await _postpone(uow, message, until)
        case outcomes.Refused(reason):
            return await _bury(uow, message, reason, now)
        case outcomes.ChatGone() as gone:
            await uow.outbox.mark_dropped([message.id], f"{UNREACHABLE}: {gone.reason}", now=now)
            await _apart(uow, message, consequences.on_chat_gone, message.chat_id, gone, now)
            return "gone"
        case outcomes.Migrated(chat_id):
            # at once, under the new id; an attempt, so that two ids that name each other come to an end
            told = f"moved to {chat_id}"
            if message.attempts + 1 >= MAX_ATTEMPTS:
                return await _bury(uow, message, told, now)
            await uow.outbox.retry(message.id, told, next_try_at=wall)
            await _apart(uow, message, consequences.on_migrated, message.chat_id, chat_id)
            return "migrated"
    return await _retry(uow, settlement, settlement.result, now=now, wall=wall)


async def _postpone(uow: UnitOfWork, message: OutboxMessage, until: dt.datetime) -> str:
    if message.kind is Kind.MATCHES:
        await uow.match_queue.postpone(message.id, until)
    await uow.outbox.postpone(message.id, until)
    return "postponed"


async def _retry(
    uow: UnitOfWork,
    settlement: Settlement,
    result: outcomes.NotSent | outcomes.Unknown | Failed,
    *,
    now: dt.datetime,
    wall: dt.datetime,
) -> str:
    message = settlement.message
    is_unknown = isinstance(result, outcomes.Unknown)
    once = is_unknown and UNKNOWN_POLICY[message.kind] is OnUnknown.RESEND_ONCE
    tried = MAX_ATTEMPTS - 1 if once and message.attempts + 1 < MAX_ATTEMPTS else message.attempts + 1
    # while Telegram is down for all, no message is to blame: only its age ends it
    may_die = settlement.is_reachable or isinstance(result, Failed) or once
    if tried >= MAX_ATTEMPTS and may_die:
        return await _bury(uow, message, result.reason, now)
    delay = retry_delay(message.attempts + 1) * (0.75 + settlement.chance / 2)
    reason = f"may have been sent: {result.reason}" if is_unknown else result.reason
    await uow.outbox.retry(message.id, reason, next_try_at=wall + delay, attempts=tried)
    return "retried"


async def _bury(uow: UnitOfWork, message: OutboxMessage, reason: str, now: dt.datetime) -> str:
    # the reason stays in its row: Telegram's may quote the text
    log.error(
        "a message is given up; see `python -m bot deadletters`", message=message.id, kind=message.kind.value
    )
    await uow.outbox.mark_dead(message.id, reason, now=now)
    return "dead"


async def _apart(
    uow: UnitOfWork, message: OutboxMessage, consequence: Callable[..., Awaitable[object]], *told: object
) -> None:
    try:
        async with uow.savepoint():
            await consequence(uow, *told)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the message itself is settled
        log.error("the consequence of a message failed", message=message.id, error=named(error))  # noqa: TRY400 -- see named


def named(error: BaseException) -> str:
    """Say what was raised and where; its own words may quote a person, so they stay out of the log."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place
