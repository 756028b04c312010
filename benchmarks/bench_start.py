"""From start to ready, and the memory of the program.

Measured: `python -m bot run` in a process of its own before a stand-in for Telegram, until `/readyz` says
yes, against a process that only imports what the program imports, in turn; each start makes its tables.
Memory: resident, 10 s after ready, of a start that finds its tables, as nearly all do; and of a process that
opens the database with many alerts and matches, at each size. A developer's libraries count, about 7 MiB.
Physical limit: Python reads about a thousand modules before its first line of ours.
Alone: `python -m benchmarks.bench_start [--full]`; `--full` matches among six million, else among a
million.
"""

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks import crowd, harness, telegram_server
from domain import schedule

ROUNDS = 5
SIZES, FULL = (100_000, 1_000_000), 6_000_000
MATCHED = 20
REST_S = 10
ALONE = "--memory-at"


def main() -> None:
    """Start it a few times, then look at its memory."""
    if sys.argv[1:2] == [ALONE]:
        asyncio.run(match_and_tell(int(sys.argv[2])))
        return
    options = harness.options(__doc__)
    report = harness.report(13, "Start and memory", __doc__)
    started, imported = [], []
    with harness.beside(telegram_server.serve, telegram_server.Rule()) as port:
        for _ in range(ROUNDS):
            imported.append(imports())
            with tempfile.TemporaryDirectory() as folder:
                started.append(start(port, folder)[0])
        with tempfile.TemporaryDirectory() as folder:
            first, usual = (start(port, folder, rest=REST_S)[1] for _ in range(2))
    report.add(
        harness.Figure(
            what="start to ready, of bare imports",
            ours=f"{statistics.median(started):.2f} s",
            peer=f"imports {statistics.median(imported):.2f} s",
            values=[one / other for one, other in zip(started, imported, strict=True)],
            goal=harness.at_most(2),
        )
    )
    report.add(
        harness.Figure(
            what=f"memory {REST_S} s after ready, MiB",
            ours=f"{usual:.0f} MiB; {first:.0f} MiB after the first start, which made the tables",
            peer="150 MB",
            values=[usual],
            goal=harness.at_most(143),
        )
    )
    sizes = (*SIZES, FULL) if options.full else SIZES
    found = [memory_at(size) for size in sizes]
    report.add(
        harness.Figure(
            what=f"memory while matching among {sizes[-1]:,} alerts, MiB",
            ours=", ".join(f"{one:.0f}" for one in found) + " MiB",
            peer=", ".join(f"{size:,}" for size in sizes),
            values=[found[-1]],
            goal=harness.at_most(143),
        )
    )
    report.add(
        harness.Figure(
            what="that memory, of the one at the fewest alerts",
            ours=f"{found[-1]:.0f} MiB",
            peer=f"{found[0]:.0f} MiB",
            values=[found[-1] / found[0]],
            goal=harness.at_most(1.1),
        )
    )
    report.publish()


def imports() -> float:
    """Return how long a process takes that imports the program and ends."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import bot.app, bot.cli"], check=True)
    return time.perf_counter() - began


def start(port: int, folder: str, *, rest: float = 0) -> tuple[float, float]:
    """Return how long the program takes to be ready, and its memory (MiB) after a rest of so many seconds."""
    web = free_port()
    environ = {
        **os.environ,  # noqa: TID251 -- the child's surroundings, not our settings
        "TELEGRAM_BOT_TOKEN": telegram_server.TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder) / 'bot.db'}",
        "EVENT_SOURCE": "sample",
        "WEB_PORT": str(web),
    }
    began = time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not is_ready(web):
            assert program.poll() is None, "the program ended"
            time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(rest)
        return took, harness.resident_mib(program.pid)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait()


def is_ready(port: int) -> bool:
    """Ask the program."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def memory_at(count: int) -> float:
    """Return the most memory (MiB) of a process that matches among so many alerts."""
    command = [sys.executable, "-m", "benchmarks.bench_start", ALONE, str(count)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 -- ourselves
    return float(told.stdout)


async def match_and_tell(count: int) -> None:
    """Match and queue events with all of the program imported; print the most memory seen."""
    import bot.app  # noqa: F401, PLC0415 -- its memory is part of the figure

    events, most = crowd.Crowd(seed=3).events(MATCHED), 0.0
    async with crowd.gathered(count) as data:
        async with data.unit_of_work() as uow:
            zones = await uow.subscribers.zones()
            ids = await uow.job_events.add_many(events, now=crowd.NOW, is_baseline=False)
        for number, event in zip(ids, events, strict=True):
            due = schedule.telling_times(crowd.NOW, crowd.NOW, zones, is_sector_known=event.is_sector_known)
            async with data.unit_of_work() as uow:
                await uow.match_queue.queue_for(number, event, due, now=crowd.NOW)
            most = max(most, harness.resident_mib())
    print(most)


if __name__ == "__main__":
    main()
