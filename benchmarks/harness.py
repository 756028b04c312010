"""What every benchmark shares: rounds, spread, the machine, a row of the page.

A figure is a ratio of two things measured in the same run, round by round in turn, so that a busy machine
slows both. Its spread is that of the rounds.
"""

import argparse
import asyncio
import contextlib
import json
import math
import multiprocessing
import multiprocessing.connection
import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from benchmarks import page
from storage import database

DATA = Path(__file__).parents[1] / "docs" / "performance.json"
DATABASE_URL = ("--database-url", "an empty database of PostgreSQL instead of a file of our own")
"""For `options`, where a benchmark runs on both."""
SQLITE = f"SQLite {sqlite3.sqlite_version}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound, and on which side of it to be."""

    bound: float
    is_at_least: bool

    def __str__(self) -> str:
        return f"{'≥' if self.is_at_least else '≤'} {self.bound:g}"

    def share(self, value: float) -> float:
        """Return how much of the goal is reached: 1 or more when it holds."""
        if self.is_at_least:
            return value / self.bound
        return self.bound / value if value else math.inf


def at_least(bound: float) -> Goal:
    """Return a goal met from here upwards."""
    return Goal(bound, is_at_least=True)


def at_most(bound: float) -> Goal:
    """Return a goal met up to here."""
    return Goal(bound, is_at_least=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the page."""

    what: str
    ours: str
    peer: str
    values: Sequence[float]
    """The ratio (or the plain value, where the goal is one) of each round."""
    goal: Goal | None = None

    @property
    def value(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    def row(self) -> dict[str, object]:
        """Return what the page needs."""
        goal = self.goal
        return {
            "what": self.what,
            "ours": self.ours,
            "peer": self.peer,
            "value": self.value,
            "spread": [min(self.values), max(self.values)],
            "goal": str(goal) if goal else "",
            "share": goal.share(self.value) if goal else None,
        }


@dataclass(slots=True)
class Report:
    """What one benchmark found, printed and written to docs/performance.md."""

    row: int
    """In the table of goals; rows of the page are in this order."""
    title: str
    method: str
    """What is measured, against what, and the physical limit: the benchmark's own docstring."""
    database: str
    """Name and version."""
    figures: list[Figure] = field(default_factory=list)
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Lines of the plot: (alerts, milliseconds)."""
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])

    def add(self, figure: Figure) -> None:
        """Print a figure as soon as it is known, and keep it."""
        self.figures.append(figure)
        print("  " + page.line(figure.row()), flush=True)

    def publish(self) -> None:
        """Write the page anew with these figures in the place of the last ones."""
        data = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
        data[self.title] = {
            "row": self.row,
            "method": self.method.strip(),
            "machine": f"{machine()}, {self.database}",
            "clock": "processor time" if _Clock.read is time.process_time else "wall time",
            "load": f"{self.load_before:.1f} before, {os.getloadavg()[0]:.1f} after",
            "day": time.strftime("%Y-%m-%d"),
            "figures": [figure.row() for figure in self.figures],
            "curves": self.curves,
        }
        DATA.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        page.write(data, DATA.parent)
        print(f"  load average {data[self.title]['load']}; written to docs/performance.md", flush=True)


async def server(database_url: str | None) -> str:
    """Return the name and version of what answers there; of SQLite where there is no address."""
    if database_url is None:
        return SQLITE
    async with database.opened(database_url) as data, data.reading() as uow:
        version = await uow._connection.scalar(sa.text("SHOW server_version"))  # noqa: SLF001 -- not the program's business
    return f"PostgreSQL {version.split()[0]}"


def report(row: int, title: str, method: str | None, database: str = SQLITE) -> Report:
    """Begin: print what is measured and where. What is not SQLite gets a table of its own."""
    if database != SQLITE:
        title = f"{title}, on {database.split(maxsplit=1)[0]}"
    print(f"== {row}. {title}\n   {machine()}, {database}", flush=True)
    return Report(row, title, method or "", database)


def machine() -> str:
    """Return the machine in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {cores} of {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    names = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    return next(
        (name.partition(": ")[2] for name in names if name.startswith("model name")), platform.machine()
    )


def options(description: str | None, *extra: tuple[str, str]) -> argparse.Namespace:
    """Read the command line: `--full`, `--database-url`, and plain flags of the benchmark's own."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the whole size of the goal; takes minutes")
    parser.add_argument(
        "--cpu", action="store_true", help="time by this process's own processor time: for a busy machine"
    )
    for name, told in extra:
        parser.add_argument(name, help=told)
    found = parser.parse_args()
    if found.cpu:
        _Clock.read = time.process_time
        print("   Times are processor time, waiting for the disk or for other programs not counted.")
    return found


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value under which this part (0 to 1) of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * part) - 1)]


class _Clock:
    """What times are read from."""

    read = time.perf_counter


@contextlib.contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Add to the list how many seconds the block took."""
    started = _Clock.read()
    yield
    into.append(_Clock.read() - started)


@contextlib.asynccontextmanager
async def feeling_lag(lags: list[float]) -> AsyncIterator[None]:
    """Note, a hundred times a second, by how much the event loop is late (in seconds)."""

    async def feel() -> None:
        while True:
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            lags.append(time.perf_counter() - due)

    async with asyncio.TaskGroup() as group:
        feeling = group.create_task(feel())
        yield
        feeling.cancel()


@contextlib.contextmanager
def beside(serve: Callable[..., None], *arguments: object) -> Iterator[int]:
    """Run `serve(port_pipe, *arguments)` in a process of its own; give the port that it tells."""
    spawn = multiprocessing.get_context("spawn")
    told, port = spawn.Pipe(duplex=False)
    server = spawn.Process(target=serve, args=(port, *arguments), daemon=True)
    server.start()
    try:
        yield told.recv()
    finally:
        server.terminate()
        server.join()


def resident_mib(process: int | None = None) -> float:
    """Return the memory of a process, of this one by default, now, in MiB."""
    status = Path(f"/proc/{process or 'self'}/status")
    if not status.exists():
        sys.exit("memory is read from /proc: Linux only")
    (line,) = [one for one in status.read_text(encoding="utf-8").splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) / 1024
