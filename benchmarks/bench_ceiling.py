"""Messages a second with no limit: the whole path claim → render → send → record, and our transport alone.

Peers, in turn, before the same recording server in a process of its own: bare aiohttp posts;
python-telegram-bot over its default transport; both with 50 under way, as is our transport, which sends as
deliveries are sent. The whole path is the real worker, with the greatest concurrency that it allows itself,
the real wording of a match, and each outcome committed to the disk.
Physical limit: what one core can do. Bare posts are an HTTP request and answer and nothing else; a message
of ours is beside that its part of a claim, of a few reads and of a commit, and its words.
Alone: `python -m benchmarks.bench_ceiling [--database-url URL]`.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import aiohttp
import telegram
from telegram.request import HTTPXRequest

from benchmarks import harness, sending, telegram_server
from delivery import sender
from delivery.parts import Options
from delivery.sender import Composed
from storage import Database

UNDER_WAY = 50
MESSAGES = 5_000
ROUNDS = 3
NO_LIMIT = 1e6


async def main() -> None:
    """Measure in rounds and report."""
    options = harness.options(__doc__, harness.DATABASE_URL)
    database = await harness.server(options.database_url)
    report = harness.report(9, "Ceiling of sending", __doc__, database)
    bare, alone, default, whole = [], [], [], []
    with harness.beside(telegram_server.serve, telegram_server.Rule()) as port:
        for _ in range(ROUNDS):
            bare.append(await bare_posts(port))
            alone.append(await our_transport(port))
            default.append(await default_transport(port))
            await telegram_server.counted(port)
            async with sending.opened(options.database_url) as data:
                whole.append(await whole_path(port, data))
    for what, ours, peer, named, goal in (
        ("our transport alone, of bare posts", alone, bare, "bare", 0.4),
        ("whole path, of bare posts", whole, bare, "bare", 0.25),
        ("whole path, of the default transport alone", whole, default, "default", 3),
    ):
        report.add(
            harness.Figure(
                what=what,
                ours=f"{statistics.median(ours):,.0f}/s",
                peer=f"{named} {statistics.median(peer):,.0f}/s",
                values=[one / other for one, other in zip(ours, peer, strict=True)],
                goal=harness.at_least(goal),
            )
        )
    report.publish()


async def rate(send: Callable[[int], Awaitable[object]]) -> float:
    """Return how many sends a second end, with 50 under way."""
    left = iter(range(1, MESSAGES + 1))

    async def sender() -> None:
        for number in left:
            await send(number)

    await send(1)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as senders:
        for _ in range(UNDER_WAY):
            senders.create_task(sender())
    return MESSAGES / (time.perf_counter() - started)


async def bare_posts(port: int) -> float:
    """Post with nothing around."""
    url = f"{telegram_server.address(port)}{telegram_server.TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> None:
            payload = b'{"chat_id": "%d", "text": "Bonjour"}' % number
            async with session.post(url, data=payload) as response:
                await response.read()

        return await rate(send)


async def our_transport(port: int) -> float:
    """Send as deliveries are sent."""
    async with sending.speaking(port) as (bot, _):
        return await rate(lambda number: sender.send(bot, number, Composed(text="Bonjour")))


async def default_transport(port: int) -> float:
    """Send by the library's Bot over its own."""
    request = HTTPXRequest(pool_timeout=60)
    bot = telegram.Bot(telegram_server.TOKEN, base_url=telegram_server.address(port), request=request)
    async with request:
        return await rate(lambda number: bot.send_message(number, "Bonjour"))


async def whole_path(port: int, data: Database) -> float:
    """Deliver what waits in the outbox; every message must be recorded, and have come to the stand-in."""
    await sending.queue(data, MESSAGES)
    async with sending.speaking(port) as (bot, pause):
        started = time.perf_counter()
        async with sending.working(data, bot, pause, rate=NO_LIMIT, options=Options.at(1_000)):
            await sending.emptied(data)
            took = time.perf_counter() - started
    counted = await telegram_server.counted(port)
    assert (counted.accepted, counted.chats) == (MESSAGES, MESSAGES), counted
    assert set(await sending.states(data)) == {"sent"}
    return MESSAGES / took


if __name__ == "__main__":
    asyncio.run(main())
