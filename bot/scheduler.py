"""When → which service. Short, idempotent questions "what is due?"; due times live in our tables."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.background import Spawn
from bot.clock import wall

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Ask this, so often (real time), whatever the clock on the wall does."""

    name: str
    every: dt.timedelta
    act: Callable[[], Awaitable[object]]


@asynccontextmanager
async def ticking(ticks: Sequence[Tick], spawn: Spawn) -> AsyncIterator[None]:
    """Tick for as long as the block lasts, each question first asked at once.

    An interval in UTC: the library's daily triggers skip and double around clock
    changes. A late tick is still asked, and late ones count as one.
    """
    scheduler = AsyncIOScheduler(
        timezone=dt.UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for tick in ticks:
        scheduler.add_job(
            _asked,
            "interval",
            args=[tick],
            seconds=tick.every.total_seconds(),
            id=tick.name,
            next_run_time=wall(),
        )
    scheduler.start()
    watching = spawn(_watch(scheduler, ticks))
    try:
        yield
    finally:
        watching.cancel()
        scheduler.shutdown(wait=False)


async def _asked(tick: Tick) -> None:
    try:
        await tick.act()
    except Exception:
        # the next tick asks again: one failure must not end the series
        log.exception("a tick failed", tick=tick.name)


async def _watch(scheduler: AsyncIOScheduler, ticks: Sequence[Tick]) -> None:
    """Ask at once what the clock on the wall, set back, would put off: the library plans by it."""
    while True:
        await asyncio.sleep(min(tick.every for tick in ticks).total_seconds())
        now = wall()
        for tick in ticks:
            if scheduler.get_job(tick.name).next_run_time > now + tick.every:
                scheduler.modify_job(tick.name, next_run_time=now)
