"""Trouble that passes is told apart from our own mistakes, and nothing is kept after it."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing, suppress

import aiosqlite
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from domain.errors import StorageError
from storage import sqlite, unit_of_work
from storage.unit_of_work import UnitOfWork
from tests.factories import subscriber

TOO_MUCH = "INSERT INTO load VALUES (zeroblob(1000000))"


async def execute(uow, *statements):
    for statement in statements:
        await uow._connection.exec_driver_sql(statement)


async def known(data):
    async with data.reading() as uow:
        return set((await uow._connection.execute(sa.text("SELECT id FROM subscribers"))).scalars())


@pytest.fixture
def url(sqlite_url):
    """PostgreSQL's own troubles are in test_postgresql.py."""
    return sqlite_url


@pytest.fixture
async def full(data):
    """A database on a disk with little room left."""
    async with data.unit_of_work() as uow:
        await execute(uow, "CREATE TABLE load (bytes BLOB)", "PRAGMA max_page_count = 1")
    return data


@pytest.fixture
def other(tmp_path, data):
    """Another program's connection to the same file."""
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as connection:
        yield connection


@asynccontextmanager
async def engine(url, **options):
    """One whose threads have ended when it is closed: outliving the loop, they fail to tell their end."""
    threads = []

    def connected(*args, **more):
        connection = aiosqlite.connect(*args, **more)
        threads.append(connection._thread)
        return connection

    made = create_async_engine(url, connect_args={"async_creator_fn": connected}, **options)
    try:
        yield made
    finally:
        await made.dispose()
        for thread in threads:
            await asyncio.to_thread(thread.join)


async def transacted(data, work):
    async with data.unit_of_work() as uow:
        await work(uow)


async def try_too_much(uow):
    with suppress(StorageError):
        await execute(uow, TOO_MUCH)


async def add_and_do(transaction, number, *statements):
    async with transaction as uow:
        await uow.subscribers.add(subscriber(number))
        await execute(uow, *statements)


async def test_a_full_disk_is_trouble_of_the_storage(full):
    with pytest.raises(StorageError, match="disk is full"):
        await add_and_do(full.unit_of_work(), 1, TOO_MUCH)
    assert await known(full) == set()


async def test_what_comes_after_trouble_that_someone_ignored_is_not_committed(full):
    async def ignore_and_add(uow):
        await try_too_much(uow)
        await uow.subscribers.add(subscriber(1))

    with pytest.raises(StorageError, match="disk is full"):
        await transacted(full, ignore_and_add)
    assert await known(full) == set()


async def test_trouble_in_a_savepoint_is_not_undone_by_its_end(full):
    async def try_apart(uow):
        await uow.subscribers.add(subscriber(1))
        with suppress(StorageError):
            async with uow.savepoint():
                await execute(uow, TOO_MUCH)

    with pytest.raises(StorageError, match="disk is full"):
        await transacted(full, try_apart)
    assert await known(full) == set()


async def test_what_else_goes_wrong_after_trouble_is_of_its_making(full):
    async def ignore_and_fail(uow):
        await try_too_much(uow)
        raise LookupError

    with pytest.raises(StorageError, match="disk is full"):
        await transacted(full, ignore_and_fail)


async def test_the_next_transaction_knows_nothing_of_the_trouble(full):
    with pytest.raises(StorageError):
        await add_and_do(full.unit_of_work(), 1, TOO_MUCH)
    await add_and_do(full.unit_of_work(), 2)
    assert await known(full) == {2}


async def test_a_database_that_another_program_keeps_locked_is_trouble(data, other):
    async with data.unit_of_work() as uow:
        await execute(uow, "PRAGMA busy_timeout = 0")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        await add_and_do(data.unit_of_work(), 1)
    other.execute("ROLLBACK")
    await add_and_do(data.unit_of_work(), 2)
    assert await known(data) == {2}


async def test_a_file_that_can_not_be_opened_is_trouble(tmp_path):
    async with engine(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/bot.db") as unreachable:
        with pytest.raises(StorageError, match="unable to open"):
            await add_and_do(UnitOfWork(unreachable), 1)


async def test_a_connection_that_is_not_given_back_in_time_is_trouble(url, data):
    async with engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01) as narrow, UnitOfWork(narrow):
        with pytest.raises(StorageError, match="QueuePool"):
            await add_and_do(UnitOfWork(narrow), 1)


async def test_who_writes_again_and_again_lets_others_write_between(data):
    wrote = []

    async def write(who, times):
        for _ in range(times):
            async with data.unit_of_work() as uow:
                await uow.subscribers.add(subscriber(who))
            wrote.append(who)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write(1, 20))
        tasks.create_task(write(2, 2))
        tasks.create_task(write(3, 2))
    assert wrote[:6] == [1, 2, 3, 1, 2, 3]


async def test_after_a_commit_that_failed_others_write(data, monkeypatch):
    commit = aiosqlite.Connection.commit

    async def failing(_connection):
        monkeypatch.setattr(aiosqlite.Connection, "commit", commit)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(aiosqlite.Connection, "commit", failing)
    with pytest.raises(sa.exc.OperationalError, match="disk I/O error"):
        await add_and_do(data.unit_of_work(), 1)
    await add_and_do(data.unit_of_work(), 2)
    assert await known(data) == {2}


async def test_who_waits_too_long_for_its_turn_meets_trouble(data, monkeypatch):
    monkeypatch.setattr(unit_of_work, "TURN_S", 0.01)
    async with data.unit_of_work():
        with pytest.raises(StorageError):
            await add_and_do(data.unit_of_work(), 1)
    await add_and_do(data.unit_of_work(), 2)
    assert await known(data) == {2}


async def test_a_connection_on_which_nothing_can_begin_is_given_back(data, url):
    async with engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01) as narrow:
        sa.event.listen(narrow.sync_engine, "begin", lambda _: {}["no"], once=True)
        with pytest.raises(KeyError):
            await add_and_do(UnitOfWork(narrow), 1)
        await add_and_do(UnitOfWork(narrow), 2)
    assert await known(data) == {2}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("INSERT INTO subscribers SELECT * FROM subscribers", sa.exc.IntegrityError),
        ("SELECT * FROM no_such_table", sa.exc.OperationalError),
        ("SELEKT 1", sa.exc.OperationalError),
    ],
)
async def test_a_mistake_of_ours_is_none(data, statement, kind):
    with pytest.raises(kind):
        await add_and_do(data.unit_of_work(), 1, statement)
    assert await known(data) == set()


async def test_who_is_cancelled_after_trouble_is_cancelled(full):
    begun = asyncio.Event()

    async def ignore_and_wait(uow):
        await try_too_much(uow)
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(transacted(full, ignore_and_wait))
        await begun.wait()
        task.cancel()
    assert task.cancelled()


async def test_what_is_no_database_is_not_waited_for(tmp_path):
    (tmp_path / "bot.db").write_bytes(b"no database" * 100)
    async with sqlite.engines(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}") as (writer, _):
        with pytest.raises(sa.exc.DatabaseError, match="not a database"):
            await add_and_do(UnitOfWork(writer), 1)


async def test_outside_a_unit_of_work_trouble_keeps_the_name_that_the_library_gives_it(url):
    async with engine(url) as bare, bare.connect() as connection:
        for statement in ("CREATE TABLE load (bytes BLOB)", "PRAGMA max_page_count = 1"):
            await connection.exec_driver_sql(statement)
        with pytest.raises(sa.exc.OperationalError, match="disk is full"):
            await connection.exec_driver_sql(TOO_MUCH)
