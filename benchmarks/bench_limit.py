"""How fast many messages leave under a limit of 30 a second, where an answer takes 80 to 100 ms.

Ours is the real worker with the program's own rate and wording. The stand-in, in a process of its own,
answers 429 to whatever comes too fast: by a strict window over any one second, or by a token bucket. Peers,
on fewer messages before the same strict window: python-telegram-bot one by one with its AIORateLimiter; the
same with `gather`; aiogram's documented broadcast loop (send, sleep 0.05 s, wait out a 429), over our
transport.
Physical limit: the count divided by 30; 10,000 messages are 333 s. By default 1,000 messages (33 s), since
the time grows with their number alone; `--full` sends 10,000. The rate that the program begins with, 27,
creeps to 29 while clean.
Alone: `python -m benchmarks.bench_limit [--full] [--database-url URL]`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import telegram
from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, ExtBot

from benchmarks import harness, sending, telegram_server
from benchmarks.telegram_server import Rule

LIMIT, OURS = 30, 27
STRICT = Rule(rate=LIMIT, latency=(0.08, 0.1))
BUCKET = replace(STRICT, is_bucket=True)
MESSAGES, FULL = 1_000, 10_000
OF_PEERS, OF_PEERS_FULL = 200, 1_000
STEADY_AFTER = 300
GOAL_OF_FULL = {"strict window": 1.15, "bucket": 1.05}

Send = Callable[[int], Awaitable[object]]


async def main() -> None:
    """Send through ours and the peers."""
    options = harness.options(__doc__, harness.DATABASE_URL)
    database = await harness.server(options.database_url)
    report = harness.report(8, "Under a limit of 30 a second", __doc__, database)
    messages = FULL if options.full else MESSAGES
    rate = 0.0
    for name, rule in (("strict window", STRICT), ("bucket", BUCKET)):
        took, counted, _ = await ours(rule, messages, options.database_url)
        rate = rate or messages / took
        ideal = messages / LIMIT
        report.add(
            harness.Figure(
                what=f"{messages:,} messages, {name}: time over the ideal",
                ours=f"{took:.1f} s, busiest second {counted.busiest_s}",
                peer=f"ideal {ideal:.1f} s",
                values=[took / ideal],
                goal=harness.at_most(GOAL_OF_FULL[name]),
            )
        )
        report.add(
            harness.Figure(
                what=f"{messages:,} messages, {name}: refused or lost",
                ours=f"{counted.refused} × 429, {messages - counted.chats} lost",
                peer="none",
                values=[counted.refused + messages - counted.chats],
                goal=harness.at_most(0),
            )
        )
    _, forced, _ = await ours(replace(STRICT, refuse_at=100), 300, options.database_url)
    report.add(
        harness.Figure(
            what="after a forced 429: how many more, of 300 messages",
            ours=f"{forced.refused} × 429 in all, {300 - forced.chats} lost",
            peer="1 forced",
            values=[forced.refused - 1],
            goal=harness.at_most(1),
        )
    )
    few = OF_PEERS_FULL if options.full else OF_PEERS
    for name, run in (
        ("AIORateLimiter, one by one", one_by_one),
        ("AIORateLimiter, gather", gathered),
        ("aiogram's loop", aiogram_loop),
    ):
        took, refused, lost = await peer(run, few)
        report.add(
            harness.Figure(
                what=f"messages/s against {name}",
                ours=f"{rate:.1f}/s",
                peer=f"{(few - lost) / took:.1f}/s, {refused} × 429, {lost} lost of {few}",
                values=[rate * took / max(1, few - lost)],
                goal=harness.at_least(2.5),
            )
        )
    report.publish()


async def ours(rule: Rule, messages: int, url: str | None) -> tuple[float, telegram_server.Counted, float]:
    """Deliver so many; every one must be recorded as sent."""
    with harness.beside(telegram_server.serve, rule) as port:
        async with sending.opened(url) as data, sending.speaking(port) as (bot, pause):
            await sending.queue(data, messages)
            started = time.perf_counter()
            async with sending.working(data, bot, pause, rate=OURS) as limiter:
                await sending.emptied(data)
                took = time.perf_counter() - started
            assert dict(await sending.states(data)) == {"sent": messages}
            return took, await telegram_server.counted(port), limiter.rate


async def peer(run: Callable[[str, int], Awaitable[int]], messages: int) -> tuple[float, int, int]:
    """Return how long a peer took, how many 429 it drew, and how many messages never came."""
    with harness.beside(telegram_server.serve, STRICT) as port:
        started = time.perf_counter()
        await run(telegram_server.address(port), messages)
        took = time.perf_counter() - started
        counted = await telegram_server.counted(port)
        return took, counted.refused, messages - counted.chats


async def one_by_one(url: str, messages: int) -> int:
    """Send in a loop, as the library's examples do."""
    async with limited(url) as bot:
        for number in range(1, messages + 1):
            await bot.send_message(number, "Bonjour")
    return messages


async def gathered(url: str, messages: int) -> int:
    """Send all at once and leave the pace to the library."""
    async with limited(url) as bot:
        sends = (bot.send_message(number, "Bonjour") for number in range(1, messages + 1))
        answers = await asyncio.gather(*sends, return_exceptions=True)
    return sum(not isinstance(answer, BaseException) for answer in answers)


def limited(url: str) -> ExtBot[int]:
    """Return the library's bot with its own limiter and transport."""
    from telegram.request import HTTPXRequest  # noqa: PLC0415 -- of the peer alone

    return ExtBot(
        telegram_server.TOKEN,
        base_url=url,
        request=HTTPXRequest(connection_pool_size=256, pool_timeout=600),
        rate_limiter=AIORateLimiter(max_retries=5),
    )


async def aiogram_loop(url: str, messages: int) -> int:
    """Send as aiogram's broadcast example: one by one, 0.05 s apart, a 429 waited out."""
    port = int(url.partition("127.0.0.1:")[2].partition("/")[0])
    sent = 0
    async with sending.speaking(port) as (bot, _):
        for number in range(1, messages + 1):
            sent += await patiently(bot, number)
            await asyncio.sleep(0.05)
    return sent


async def patiently(bot: telegram.Bot, number: int) -> bool:
    """Send, and once more after a 429."""
    try:
        await bot.send_message(number, "Bonjour")
    except RetryAfter as error:
        await asyncio.sleep(float(error.retry_after))  # type: ignore[arg-type]
        return await patiently(bot, number)
    return True


if __name__ == "__main__":
    asyncio.run(main())
