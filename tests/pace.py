"""Keeps the whole short: long tests begin first, tables are made once, and few tests are measured.

Measuring slows the program and every library under it several times over; what a `long` test
runs through, short tests run through as well.
"""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import coverage
import hypothesis
import pytest

from domain import doubles, grid
from services import listings
from storage import database, dialects, matches, matching, migrating

REMEMBERING = (doubles, grid, listings, dialects, matches, matching)

# a machine may be busy: no example is late; whoever looks for rare things asks for more examples
hypothesis.settings.register_profile("ours", deadline=None, max_examples=50)
hypothesis.settings.load_profile("ours")


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores may be used: tests also wait, for browsers, processes and disks."""
    return 1 + len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1 + (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle: a long test that began last would leave every other core idle.

    Each worker begins with a stretch of the list, so each stretch begins with its share of the long ones.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # noqa: TID251 -- how the tests run
    long = sorted((item for item in items if _seconds(item)), key=_seconds, reverse=True)
    short = [item for item in items if not _seconds(item)]
    items[:] = [item for n in range(workers) for item in (*long[n::workers], *short[n::workers])]


def _seconds(item: pytest.Item) -> float:
    """Return about how long a long test takes; 0 for a short one."""
    marker = item.get_closest_marker("long")
    return marker.kwargs.get("seconds", 1) if marker else 0


@contextlib.contextmanager
def unmeasured() -> Iterator[None]:
    """Run through what other tests are there to measure."""
    measuring = coverage.Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        _forget()
        measuring.start()


def _forget() -> None:
    """Keep no result that was worked out unmeasured: a measured test would never pass there."""
    for module in REMEMBERING:
        for found in vars(module).values():
            if hasattr(found, "cache_clear"):
                found.cache_clear()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if _is_measured(item):
        return (yield)
    with unmeasured():
        return (yield)


def _is_measured(item: pytest.Item) -> bool:
    """Say whether a test is: not a long one, and on the second database only where that is the subject."""
    cases = item.callspec.indices if hasattr(item, "callspec") else {}
    is_again = (cases.get("database_url") or cases.get("stage_url")) and item.path.parent.name != "storage"
    return not _seconds(item) and not is_again


@pytest.fixture(scope="session", autouse=True)
def _tables_are_made_once(tmp_path_factory):
    """A new database begins as a copy of one that climbed every step; the steps have tests of their own."""
    climb, made = migrating.upgrade, tmp_path_factory.mktemp("tables") / "made.db"

    async def make():
        async with database.opened(f"sqlite+aiosqlite:///{made}"):
            pass

    asyncio.run(make())

    def seed(path):
        if not path.exists():
            shutil.copyfile(made, path)

    async def upgrade(engine, revision="head"):
        if revision == "head" and engine.dialect.name == "sqlite":
            seed(Path(engine.url.database))
        await climb(engine, revision)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "upgrade", upgrade)
        yield
