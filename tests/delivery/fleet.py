"""A worker as a process of its own, one of several on one PostgreSQL database."""

import asyncio
import signal
import sys
import time

import telegram

from bot.clock import wall
from delivery import parts, transport
from delivery.pause import Pause
from delivery.shared_limiter import SharedLimiter
from delivery.worker import Worker
from services.deliveries import Consequences
from storage import database
from tests.delivery.rig import NOON, lose, words

LOOK_S, STILL_S = 0.005, 0.01
TOKEN = "123456:stand-in-token-of-thirty-five-chars"


def silent(_name, _labels):
    """Nobody counts here."""


async def watch(stood):
    """Tell of each time at which this process stood still, by the clock that all processes share."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(LOOK_S)
        if (late := time.monotonic() - before - LOOK_S) > STILL_S:
            stood(late)


def tell(late):
    print("stood", late, flush=True)  # noqa: T201 -- told to the test


async def work(url, address, rate):
    pause = Pause()
    ours = transport.Transport(transport.Options(), pause=pause, count=silent)
    async with database.opened(url) as data, ours:
        made = Worker(
            parts.Parts(
                unit_of_work=data.unit_of_work,
                bot=telegram.Bot(TOKEN, base_url=f"{address}/bot", request=ours, get_updates_request=ours),
                pause=pause,
                limiter=SharedLimiter(rate, pause, data),
                compose=words,
                consequences=Consequences(on_chat_gone=lose, on_migrated=lose),
                clock=lambda: NOON,
                wall=wall,
                count=silent,
            ),
            parts.Options.at(rate),
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, made.stop)
        print("works", flush=True)  # noqa: T201 -- told to the test
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(watch(tell))
            await made.run()
            watching.cancel()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], float(sys.argv[3])))
