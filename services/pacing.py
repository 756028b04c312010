"""What processes that send at the same time ask of their database: whose turn it is, for all of them."""

import datetime as dt

from domain.pace import CHAT_INTERVAL_S, GROUP_WINDOW_S, Slots
from services import UnitOfWork

GROUP_WINDOW = dt.timedelta(seconds=GROUP_WINDOW_S + CHAT_INTERVAL_S)
"""A message is counted a moment before it leaves."""


async def take(uow: UnitOfWork, count: int, *, rate: float, accepted: int) -> Slots:
    """Take the next slots for messages, at this rate or what 429s left of it.

    `accepted`: how many messages Telegram took since the last question; the pace creeps up by them.
    """
    return await uow.pace.take(count, rate=rate, accepted=accepted)


async def paused_for(uow: UnitOfWork) -> float:
    """Return for how many seconds nothing may leave."""
    return await uow.pace.paused_for()


async def pause(uow: UnitOfWork, seconds: float) -> None:
    """Telegram answered 429: let no process send for so long."""
    await uow.pace.pause(seconds)


async def slow_down(uow: UnitOfWork, *, rate: float) -> None:
    """Telegram refused what was sent unasked: the pace was too fast."""
    await uow.pace.slow_down(rate=rate)


async def post(uow: UnitOfWork, chat_id: int) -> float:
    """Take one of a group's places of the minute; return the seconds until there is one, 0 when taken."""
    return await uow.group_posts.add(chat_id, window=GROUP_WINDOW)
