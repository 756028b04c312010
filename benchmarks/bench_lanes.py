"""Reminders that come due each second while a broadcast goes out to as many people as fit in the time.

Measured: the real worker at the program's own rate, before a stand-in with a strict one-second window of 30
and 80 to 100 ms answers. The broadcast waits in the lane of digests, 100,000 messages with `--full`, 2,000
else: more than can be sent while the benchmark runs, so it is never short. A reminder is queued each
second, as the scheduler's tick queues them, in the urgent lane; late is what passes until the stand-in has
it.
Peer, in the same run: the same worker with no reminder, for the goodput of the broadcast. Both are the
messages of `sending.queue`, worded as matches; the lane alone makes a reminder.
Physical limit: 30 a second, of which a reminder takes one; what is in hand, 30 messages, goes first.
Alone: `python -m benchmarks.bench_lanes [--full] [--database-url URL]`.
"""

import asyncio
import time

import sqlalchemy as sa

from benchmarks import crowd, harness, sending, telegram_server
from benchmarks.bench_limit import OURS, STRICT
from domain.outbox import Lane
from storage import Database
from storage.tables import outbox

BROADCAST, FULL = 2_000, 100_000
SECONDS = 40
OTHER = sending.TOLD_AT.replace(year=sending.TOLD_AT.year + 1)
"""Due so far off that it waits until it is called."""


async def main() -> None:
    """Send with reminders and without."""
    options = harness.options(__doc__, harness.DATABASE_URL)
    database = await harness.server(options.database_url)
    report = harness.report(11, "Reminders during a broadcast", __doc__, database)
    people = FULL if options.full else BROADCAST
    alone, _ = await broadcast(people, 0, options.database_url)
    beside, late = await broadcast(people, SECONDS - 5, options.database_url)
    for part, bound in ((0.95, 10), (0.99, 30)):
        report.add(
            harness.Figure(
                what=f"a reminder each second during a broadcast to {people:,}: late p{part * 100:.0f}, s",
                ours=f"worst {max(late):.1f} s of {len(late)}",
                peer="due instant",
                values=[harness.percentile(late, part)],
                goal=harness.at_most(bound),
            )
        )
    report.add(
        harness.Figure(
            what="goodput of the broadcast, of one without reminders less what these take",
            ours=f"{beside / SECONDS:.1f}/s",
            peer=f"{alone / SECONDS:.1f}/s less {len(late) / SECONDS:.1f}/s",
            values=[beside / (alone - len(late))],
            goal=harness.at_least(0.9),
        )
    )
    report.publish()


async def broadcast(people: int, reminded: int, url: str | None) -> tuple[int, list[float]]:
    """Return how many messages of the broadcast came in the time, and how late each reminder was."""
    with harness.beside(telegram_server.serve, STRICT) as port:
        async with sending.opened(url) as data, sending.speaking(port) as (bot, pause):
            await sending.queue(data, people)
            await arrange(data, reminded)
            due: dict[int, float] = {}
            async with sending.working(data, bot, pause, rate=OURS):
                began = time.monotonic()
                for number in range(1, SECONDS + 1):
                    await asyncio.sleep(max(0.0, began + number - time.monotonic()))
                    if number <= reminded:
                        due[number] = time.monotonic()
                        await call(data, number)
                came = dict(await telegram_server.times(port))
    late = [came.get(number, time.monotonic()) - at for number, at in due.items()]
    return len(came) - len(due), late


async def arrange(data: Database, reminded: int) -> None:
    """Make reminders of the first few, not due yet; all else is the broadcast."""
    is_reminder = outbox.c.chat_id <= reminded
    async with data.unit_of_work() as uow:
        connection = uow._connection  # noqa: SLF001 -- to arrange what waits
        await connection.execute(sa.update(outbox).values(lane=int(Lane.DIGESTS)).where(~is_reminder))
        await connection.execute(
            sa.update(outbox).values(lane=int(Lane.URGENT), due_at=OTHER, expires_at=OTHER).where(is_reminder)
        )


async def call(data: Database, number: int) -> None:
    """A reminder comes due."""
    async with data.unit_of_work() as uow:
        # to the instant of what it is to tell
        due = sa.update(outbox).values(due_at=crowd.NOW).where(outbox.c.chat_id == number)
        await uow._connection.execute(due)  # noqa: SLF001 -- as the tick's own statement would


if __name__ == "__main__":
    asyncio.run(main())
