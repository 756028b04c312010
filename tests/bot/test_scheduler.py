"""Ticks go on, whatever fails and whatever the clock on the wall does."""

import asyncio
import datetime as dt
from contextlib import asynccontextmanager

import time_machine

from bot import background, scheduler
from bot.scheduler import Tick

SOON = dt.timedelta(seconds=0.05)
NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


@asynccontextmanager
async def ticking(act, every=SOON):
    async with background.nursery() as spawn:
        spawn(scheduler.ticking(Tick("test", every, act)))
        yield


async def more(asked, count=2):
    """Wait until it was asked so many times more."""
    wanted = len(asked) + count
    async with asyncio.timeout(5):
        while len(asked) < wanted:  # noqa: ASYNC110 -- the library wakes nobody when it ticks
            await asyncio.sleep(0.01)


async def test_a_question_is_asked_at_once_and_then_again_and_again():
    asked = []

    async def ask():
        asked.append(1)

    async with ticking(ask, every=dt.timedelta(hours=1)):
        await more(asked, 1)
    async with ticking(ask):
        await more(asked, 3)


async def test_a_question_that_fails_is_asked_again():
    asked = []

    async def fail():
        asked.append(1)
        raise RuntimeError("down")

    async with ticking(fail):
        await more(asked, 3)


async def test_a_clock_set_back_or_forward_stops_no_tick():
    asked = []

    async def ask():
        asked.append(1)

    with time_machine.travel(NOON, tick=True) as wall:
        async with ticking(ask):
            await more(asked)
            for hours in (-1, 5, -24):
                wall.shift(dt.timedelta(hours=hours))
                await more(asked)
