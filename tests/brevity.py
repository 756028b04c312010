"""Keeps the whole short: long tests begin first, tables are made once, garbage is looked for seldom."""

import asyncio
import gc
import os
import shutil
from pathlib import Path

import hypothesis
import pytest

from bot import app
from bot.known import Known
from storage import database, migrating

KNOWN = Known(rome_file=None)

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
    The tests that share a browser lie in the first, lest every worker start one.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))  # noqa: TID251 -- how the tests run
    long = sorted((item for item in items if _seconds(item)), key=_seconds, reverse=True)
    stretches = [long[n::workers] for n in range(workers)]
    stretches[0] += [item for item in items if not _seconds(item) and item.get_closest_marker("browser")]
    short = [item for item in items if not (_seconds(item) or item.get_closest_marker("browser"))]
    for n, stretch in enumerate(stretches):
        size = (len(items) + n) // workers
        stretch += [short.pop() for _ in range(min(len(short), size - len(stretch)))]
    items[:] = [item for stretch in stretches for item in stretch] + short


def _seconds(item: pytest.Item) -> float:
    """Return about how long a long test takes; 0 for a short one."""
    marker = item.get_closest_marker("long")
    return marker.kwargs.get("seconds", 1) if marker else 0


@pytest.hookimpl(trylast=True)  # whoever hands out tests has been told of them
def pytest_collection_finish(session: pytest.Session) -> None:
    """Where lines are counted, all is read now: one worker counts what it collects, so these lines too."""
    if session.config.pluginmanager.hasplugin("_cov"):
        KNOWN.read()
        _ = KNOWN.whereabouts


@pytest.fixture(scope="session")
def known():
    """Places and trades: they never change and take seconds to read, so all tests share them."""
    return KNOWN


@pytest.fixture(scope="session", autouse=True)
def _every_start_knows_them_already(known):
    read = app.surroundings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "surroundings", lambda chosen: read(chosen) if chosen.rome_file else known)
        yield


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_looked_for_seldom(known):
    """What lasts is never looked through again; the rest, after every 50,000 new objects (-10 % of CPU)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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

    async def upgrade(engine, revision="head", **how):
        if revision == "head" and engine.dialect.name == "sqlite":
            seed(Path(engine.url.database))
        await climb(engine, revision, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, "upgrade", upgrade)
        yield
