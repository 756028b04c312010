"""When → which service. Short, idempotent questions "what is due?"; due times live in our tables."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Ask this, so often (real time)."""

    name: str
    every: dt.timedelta
    act: Callable[[], Awaitable[object]]


async def ticking(tick: Tick) -> None:
    """Ask at once, and again and again, until cancelled; a late question is asked once.

    Nothing here reads the clock on the wall: set back by an hour, it must not silence us for an hour.
    """
    while True:
        try:
            await tick.act()
        except Exception:
            # the next tick asks again: one failure must not end the series
            log.exception("a tick failed", tick=tick.name)
        await asyncio.sleep(tick.every.total_seconds())
