"""One process under load that must not grow: `python -m chaos.soak --help`.

People tap and get reminders as fast as the bot may send; every few seconds its memory, descriptors, threads
and the log of its database are looked at, from outside. After a warm-up memory may grow by less than 1 MiB an
hour (least squares over all samples), descriptors and threads stay as they are, and the log stays small.
"""

import argparse
import asyncio
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from bot.clock import wall
from chaos import feed, stand_in, stopping
from chaos.load import Load
from chaos.oracle import Ledger, Log
from chaos.plan import MODES, POLLING
from chaos.victim import Bot
from domain.outbox import SendState
from storage import database
from storage.inbox import DONE, NOBODY
from storage.tables import inbox, outbox

EVERY_S, TAPS_EVERY_S, LEAVE_EVERY_S = 5.0, 0.04, 5.0
READERS, UNDER_WAY = 500, 250
"""Reminders are looked for every 5 s: so many wait that 27 a second can be sent meanwhile."""
PAST, PAST_AT_ONCE = 30_000, 1_000
"""Messages and updates of before: of a file that begins empty, ever more pages would be kept in memory."""
WARM_UP = 1 / 3
"""Of the whole: places and trades are read, pools are filled, the allocator has what it needs."""
LONGEST_WARM_UP_S = 600.0
MOST_GROWTH, MOST_LOG = 1.0, 64.0
"""MiB an hour; MiB."""
SPARE_DESCRIPTORS, SPARE_THREADS = 4, 1
"""Between the highest of the first half and of the second: connections come and go."""
_SENT = sa.update(outbox).values(state=SendState.SENT, settled_at=sa.bindparam("now"), message_id=1)
_HANDLED = sa.insert(inbox).values(queue=NOBODY, state=DONE)
_MIB = 1 << 20
_STATUS_KIB = 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """A process, seen from outside."""

    at: float
    """Seconds since the start."""
    memory: float
    """MiB that it holds (RSS)."""
    descriptors: int
    threads: int
    log: float
    """MiB of the write-ahead log."""


def slope(samples: Sequence[Sample]) -> float:
    """Return by how much memory grows, in MiB an hour."""
    line = statistics.linear_regression([one.at for one in samples], [one.memory for one in samples])
    return line.slope * 3600


def breaches(samples: Sequence[Sample]) -> list[str]:
    """Return what grew, of a process that has warmed up."""
    found = []
    growth, log = slope(samples), max(one.log for one in samples)
    if growth >= MOST_GROWTH:
        found.append(f"memory grows by {growth:.2f} MiB/h")
    if log >= MOST_LOG:
        found.append(f"the write-ahead log came to {log:.1f} MiB")
    first, second = samples[: len(samples) // 2], samples[len(samples) // 2 :]
    for name, spare in (("descriptors", SPARE_DESCRIPTORS), ("threads", SPARE_THREADS)):
        before, after = (max(getattr(one, name) for one in half) for half in (first, second))
        if after > before + spare:
            found.append(f"{name} rose from {before} to {after}")
    return found


def look(pid: int, file: Path, at: float) -> Sample:
    """Look at a process and its database."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    status = dict(line.split(":", 1) for line in lines)
    wal = file.with_name(f"{file.name}-wal")
    return Sample(
        at=at,
        memory=int(status["VmRSS"].split()[0]) * _STATUS_KIB / _MIB,
        descriptors=len(os.listdir(f"/proc/{pid}/fd")),  # noqa: PTH208 -- names only, some gone when asked for more
        threads=int(status["Threads"]),
        log=wal.stat().st_size / _MIB if wal.exists() else 0.0,
    )


async def soak(minutes: float, mode: str, seed: int) -> tuple[list[Sample], Load]:
    """Run one process under load; return what was seen after the warm-up, and the load."""
    samples: list[Sample] = []
    async with _loaded(mode, seed) as (load, pid, file):
        began = time.monotonic()
        warm = min(minutes * 60 * WARM_UP, LONGEST_WARM_UP_S)
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(work) for work in (_promise(load), _tap(load), _leave(load))]
            while (at := time.monotonic() - began) < minutes * 60:
                sample = look(pid, file, at)
                if at >= warm:
                    samples.append(sample)
                if at // 60 != (at - EVERY_S) // 60:
                    _say(sample, load)
                await asyncio.sleep(EVERY_S)
            for task in working:
                task.cancel()
    return samples, load


@contextlib.asynccontextmanager
async def _loaded(mode: str, seed: int) -> AsyncIterator[tuple[Load, int, Path]]:
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak")))
        telegram = await stack.enter_async_context(stand_in.running(folder))
        source = await stack.enter_async_context(feed.serving(random.Random(seed)))
        bot = Bot(folder, telegram.url, feed_url=source.url)
        data = await stack.enter_async_context(database.opened(bot.address))
        load = Load(
            telegram,
            data,
            source,
            Log(telegram.log),
            Ledger(),
            random.Random(seed),
            crowd=READERS,
            most=UNDER_WAY,
        )
        await load.prepare()
        await _give_a_past(load)
        process = await stack.enter_async_context(bot.running(mode))
        await process.until_it_says("ready")
        yield load, process.running.pid, bot.database


async def _give_a_past(load: Load) -> None:
    """Let the same people have had reminders, and updates handled."""
    past = replace(load, ledger=Ledger(), most=PAST_AT_ONCE)
    now = wall()
    for _ in range(PAST // PAST_AT_ONCE):
        past.ledger = Ledger()
        await past.promise()
        async with load.data.unit_of_work() as uow:
            await uow.reminders.queue_due(now=now)
            await uow._connection.execute(_SENT, {"now": now})  # noqa: SLF001 -- nobody sent them
    load.serial = past.serial
    updates = [{"update_id": number, "received_at": now} for number in range(1, PAST + 1)]
    async with load.data.unit_of_work() as uow:
        await uow._connection.execute(_HANDLED, updates)  # noqa: SLF001 -- nobody handled them


async def _promise(load: Load) -> None:
    while True:
        load.read()
        await load.fill_up()
        await load.promise()
        await asyncio.sleep(1)


async def _tap(load: Load) -> None:
    while True:
        await load.tap()
        await asyncio.sleep(TAPS_EVERY_S)


async def _leave(load: Load) -> None:
    while True:
        await asyncio.sleep(LEAVE_EVERY_S)
        await load.leave()


def _say(sample: Sample, load: Load) -> None:
    print(
        f"{sample.at / 60:5.1f} min  {sample.memory:7.1f} MiB  {sample.descriptors:3d} descriptors  "
        f"{sample.threads:3d} threads  log {sample.log:5.1f} MiB  {len(load.log.came):7d} messages  "
        f"{load.taps:7d} taps",
        flush=True,
    )


def main() -> int:
    """Soak; return 0 when nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--mode", choices=MODES, default=POLLING, help="how updates come")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    seen = stopping.run(soak(asked.minutes, asked.mode, asked.seed))
    if seen is None:
        return stopping.INTERRUPTED
    samples, load = seen
    found = breaches(samples)
    seconds = asked.minutes * 60
    print(
        f"{len(load.log.came) / seconds:.1f} messages and {load.taps / seconds:.1f} taps a second; after the "
        f"warm-up {slope(samples):+.2f} MiB/h over {len(samples)} samples, "
        f"log at most {max(one.log for one in samples):.1f} MiB"
    )
    for breach in found:
        print(f"  - {breach}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
