import asyncio
import contextlib
import dataclasses
import datetime as dt
import random
import sqlite3

import pytest
import sqlalchemy as sa

from domain.outbox import Kind, Lane, OutboxMessage
from storage import DatabaseUnreachableError, database, sqlite
from tests.databases import ON_SQLITE
from tests.factories import NOW, subscriber

LEASE = dt.timedelta(minutes=1)


def message(number):
    return OutboxMessage(
        key=f"test:{number}",
        kind=Kind.MATCHES,
        lane=Lane.ALERTS,
        chat_id=number,
        payload={},
        due_at=NOW,
        expires_at=NOW + LEASE,
    )


async def known(data):
    async with data.reading() as uow:
        return set((await uow._connection.execute(sa.text("SELECT id FROM subscribers"))).scalars())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("cache_size", -2000),
    ],
)
@ON_SQLITE
async def test_every_connection_keeps_the_rules(data, pragma, value):
    async with contextlib.AsyncExitStack() as stack:
        writer = await stack.enter_async_context(data.unit_of_work())
        readers = [await stack.enter_async_context(data.reading()) for _ in range(sqlite.READERS)]
        for uow in (writer, *readers):
            found = await uow._connection.execute(sa.text(f"PRAGMA {pragma}"))
            assert found.scalar_one() == value


async def test_ten_that_claim_at_once_lose_nothing_and_take_nothing_twice(data):
    async with data.unit_of_work() as uow:
        for number in range(1, 301):
            await uow.outbox.add(message(number), now=NOW)
    claimed = []

    async def claim_all():
        while True:
            async with data.unit_of_work() as uow:
                mine = await uow.outbox.claim(now=NOW, wall=NOW, lease=LEASE, limit=7)
            if not mine:
                return
            claimed.extend(each.chat_id for each in mine)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(10):
            tasks.create_task(claim_all())
    assert sorted(claimed) == list(range(1, 301))


async def test_to_read_and_then_write_is_one_transaction(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1, erase_at=NOW))

    async def count():
        async with data.unit_of_work() as uow:
            person = await uow.subscribers.get(1)
            await asyncio.sleep(0)
            await uow.subscribers.save(dataclasses.replace(person, erase_at=person.erase_at + LEASE))

    async with asyncio.TaskGroup() as tasks:
        for _ in range(50):
            tasks.create_task(count())
    async with data.reading() as uow:
        assert (await uow.subscribers.get(1)).erase_at == NOW + 50 * LEASE


async def test_a_reader_waits_for_no_writer_and_sees_what_is_committed(data):
    async with data.unit_of_work() as writer:
        await writer.subscribers.add(subscriber(1))
        async with asyncio.timeout(5), data.reading() as reader:
            assert await reader.subscribers.get(1) is None
    assert await known(data) == {1}


async def add_and_fail(transaction, number):
    async with transaction as uow:
        await uow.subscribers.add(subscriber(number))
        raise LookupError


async def add_in_a_savepoint_and_fail(uow, number):
    async with uow.savepoint():
        await uow.subscribers.add(subscriber(number))
        raise LookupError


async def test_leaving_without_an_error_commits_and_an_error_undoes_all(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
    with pytest.raises(LookupError):
        await add_and_fail(data.unit_of_work(), 2)
    assert await known(data) == {1}


async def test_a_savepoint_undoes_only_its_own(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        with pytest.raises(LookupError):
            await add_in_a_savepoint_and_fail(uow, 2)
        await uow.subscribers.add(subscriber(3))
    assert await known(data) == {1, 3}


async def test_undoing_undoes_all_that_came_before_and_nothing_after(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        await uow.undo()
        await uow.subscribers.add(subscriber(2))
        await uow.undo()
        await uow.subscribers.add(subscriber(3))
    assert await known(data) == {3}


async def test_what_is_cancelled_in_the_middle_is_undone_and_the_next_writer_is_served(data):
    begun = asyncio.Event()

    async def write_and_wait():
        async with data.unit_of_work() as uow:
            await uow.subscribers.add(subscriber(1))
            begun.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(write_and_wait())
        await begun.wait()
        task.cancel()
    async with asyncio.timeout(5), data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(2))
    assert await known(data) == {2}


async def test_in_a_storm_of_cancelling_what_was_acknowledged_is_there(data):
    chance, acknowledged = random.Random(1), set()

    async def write(number):
        async with data.unit_of_work() as uow:
            await uow.subscribers.add(subscriber(number))
        acknowledged.add(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(1, 301):
            task = tasks.create_task(write(number))
            for _ in range(chance.randint(0, 30)):
                await asyncio.sleep(0)
            if chance.random() < 0.7:
                task.cancel()
    assert acknowledged
    assert acknowledged <= await known(data)
    assert data._writer.pool.checkedout() == 0
    async with asyncio.timeout(5), data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(999))
    assert 999 in await known(data)


async def test_a_reader_cannot_write(data):
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
        async with data.reading() as uow:
            await uow.subscribers.add(subscriber(1))
    async with data.reading() as uow:
        assert await uow.subscribers.get(1) is None


async def test_it_answers_when_asked_whether_it_is_there(data):
    await data.check()


async def test_the_folder_is_made(tmp_path):
    async with database.opened(f"sqlite+aiosqlite:///{tmp_path}/some/where/bot.db"):
        pass
    assert (tmp_path / "some/where/bot.db").exists()


async def refused(url):
    """Return the sentence with which opening is refused."""
    with pytest.raises(DatabaseUnreachableError) as caught:
        async with database.opened(url):
            pass
    return str(caught.value)


async def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path, sqlite_url):
    (tmp_path / "bot.db").write_text("To whom it may concern: this is a letter. " * 100)
    told = f"{tmp_path}/bot.db is not a database, or is damaged; restore a backup, or move it away"
    assert await refused(sqlite_url) == told
    assert (tmp_path / "bot.db").read_text().startswith("To whom"), "nothing is overwritten"


async def test_a_damaged_database_is_refused_in_one_sentence(tmp_path, sqlite_url):
    async with database.opened(sqlite_url):
        pass
    whole = (tmp_path / "bot.db").read_bytes()
    (tmp_path / "bot.db").write_bytes(whole[:100] + bytes(3996) + whole[4096:])
    assert "is not a database, or is damaged; restore a backup" in await refused(sqlite_url)


async def test_a_database_of_a_newer_version_is_refused_in_one_sentence(tmp_path, sqlite_url):
    async with database.opened(sqlite_url):
        pass
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    told = f"{tmp_path}/bot.db was written by a newer version of this program; update the program"
    assert await refused(sqlite_url) == told


async def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    told = await refused(f"sqlite+aiosqlite:///{tmp_path}/file/data/bot.db")
    assert told.startswith(f"the folder {tmp_path}/file/data for the database can't be made (")
    assert told.endswith("create it, or change DATABASE_URL")


async def test_a_folder_in_place_of_the_file_is_refused_in_one_sentence(tmp_path, sqlite_url):
    (tmp_path / "bot.db").mkdir()
    told = await refused(sqlite_url)
    assert told.startswith(f"the database {tmp_path}/bot.db can't be opened (")
    assert told.endswith("check DATABASE_URL and the rights on the file")
