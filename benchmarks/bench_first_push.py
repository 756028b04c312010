"""From the publication of 100 new events to the first message: 13,000 to read, a million alerts to match.

The partner API of the sweep, with its ten calls a second, gives the same events as before and 100 more; the
import matches them against the alerts (100,000, a million with `--full`) while the real worker, at the
program's own rate, delivers to a stand-in for Telegram with a strict one-second window. The clock is real:
matches gather for a minute, or until the sweep ends, so the first message can leave at the earlier of both.
Physical limit: the calls at ten a second.
Alone: `python -m benchmarks.bench_first_push [--full]`.
"""

import asyncio
import datetime as dt
import time

import sqlalchemy as sa
from yarl import URL

from benchmarks import bench_sweep, crowd, harness, sending, telegram_server
from benchmarks.bench_limit import OURS, STRICT
from domain.schedule import GATHERING
from sources import fetch
from storage import Database
from storage.tables import outbox

ALERTS, FULL = 100_000, 1_000_000
PATIENCE_S, LOOK_S = 90.0, 0.05


async def main() -> None:
    """Sweep once for the baseline, publish, sweep again while the worker works."""
    options = harness.options(__doc__)
    report = harness.report(12, "From publication to the first message", __doc__)
    count = FULL if options.full else ALERTS
    known = bench_sweep.known()
    with (
        harness.beside(bench_sweep.serve) as partner,
        harness.beside(telegram_server.serve, STRICT) as port,
    ):
        base = URL(f"http://127.0.0.1:{partner}")
        async with crowd.gathered(count) as data, sending.speaking(port) as (bot, pause):
            assert not (await bench_sweep.sweep(base, known, data)).error
            await publish(base)
            await bench_sweep.figures(base)
            began = time.monotonic()

            def clock() -> dt.datetime:
                return crowd.NOW + dt.timedelta(seconds=time.monotonic() - began)

            async with sending.working(data, bot, pause, rate=OURS, now=clock):
                result = await bench_sweep.sweep(base, known, data, clock)
                ended = time.monotonic() - began
                first = await first_sent(port) - began
            assert not result.error, result.error
            given, refused = await bench_sweep.figures(base)
            gathered = await first_match(data) + GATHERING.total_seconds()
    floor = given / bench_sweep.CALLS_PER_SECOND
    report.add(
        harness.Figure(
            what=f"{count:,} alerts, {bench_sweep.NEW} new events: sweep and matches, of the limit's time",
            ours=f"{ended:.1f} s",
            peer=f"{given} calls, {refused} refused: {floor:.1f} s",
            values=[ended / floor],
            goal=harness.at_most(bench_sweep.GOAL),
        )
    )
    report.add(
        harness.Figure(
            what="first message after the end of the sweep, or of the gathering, s",
            ours=f"{first:.1f} s after publication",
            peer=f"sweep ended after {ended:.1f} s, the first gathering after {gathered:.1f} s",
            values=[first - min(ended, gathered)],
            goal=harness.at_most(5),
        )
    )
    report.publish()


async def publish(base: URL) -> None:
    """Let the partner API give the new events too."""
    async with fetch.opened("publish", [str(base)]) as fetcher:
        await fetcher.ask(fetch.Request("GET", base / "publish"))


async def first_sent(port: int) -> float:
    """Wait for the first message; return its instant, by `time.monotonic`."""
    async with asyncio.timeout(PATIENCE_S):
        while not (times := await telegram_server.times(port)):  # noqa: ASYNC110 -- another process
            await asyncio.sleep(LOOK_S)
    return min(at for _, at in times)


async def first_match(data: Database) -> float:
    """Return the seconds after publication at which the first message was queued."""
    async with data.reading() as uow:
        asked = sa.select(sa.func.min(outbox.c.created_at))
        queued: dt.datetime = (await uow._connection.execute(asked)).scalar_one()  # noqa: SLF001 -- to know when
    return (queued - crowd.NOW).total_seconds()


if __name__ == "__main__":
    asyncio.run(main())
