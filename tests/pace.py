"""Keeps the whole short: long tests begin first and go unmeasured, and tables are made once.

Measuring slows the program and every library under it several times over; what a `long` test
runs through, short tests run through as well.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import coverage
import hypothesis
import pytest

from storage import database, migrating

# a machine may be busy: no example is late; whoever looks for rare things asks for more examples
hypothesis.settings.register_profile("ours", deadline=None, max_examples=50)
hypothesis.settings.load_profile("ours")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle: a long test that began last would leave every other core idle."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


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
        measuring.start()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.get_closest_marker("long") is None:
        return (yield)
    with unmeasured():
        return (yield)


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
