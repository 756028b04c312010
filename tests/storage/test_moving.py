"""A live database moves from SQLite to PostgreSQL, whole."""

import datetime as dt

import pytest
import sqlalchemy as sa

from domain.errors import SettingsError
from storage import database, moving
from storage.inbox import ReceivedUpdate
from storage.tables import metadata, outbox
from tests.factories import NOW, alert, job_event, keep, subscriber
from tests.storage.test_subscribers import ANA, BEN, message, plant


async def fill(url):
    async with database.opened(url) as data, data.unit_of_work() as uow:
        for owner in (ANA, BEN):
            await plant(uow, owner)
        await uow.alerts.add(alert(ANA))
        await uow.imports.begin("test", now=NOW + dt.timedelta(microseconds=1))
        await uow.inbox.store([ReceivedUpdate(-5, ANA, '{"text": "é 😀"}')], now=NOW)
        await uow.outbox.add(message(1), now=NOW)
        await uow.subscribers.erase(1)


async def everything(url):
    async with database.opened(url) as data, data.reading() as uow:
        return {
            table.name: sorted(map(repr, (await uow._connection.execute(sa.select(table))).mappings()))
            for table in metadata.sorted_tables
        }


async def test_every_row_is_there_as_it_was(sqlite_url, new_postgres_url):
    await fill(sqlite_url)
    counts = await moving.move(sqlite_url, new_postgres_url)
    before = await everything(sqlite_url)
    assert await everything(new_postgres_url) == before
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert counts["subscribers"] == 2


async def test_numbers_go_on_where_they_were(sqlite_url, new_postgres_url):
    await fill(sqlite_url)
    await moving.move(sqlite_url, new_postgres_url)
    new = []
    for url in (sqlite_url, new_postgres_url):
        async with database.opened(url) as data, data.unit_of_work() as uow:
            await uow.subscribers.add(subscriber(9))
            event = await keep(uow, job_event(source_id="new"))
            kept = await uow.alerts.add(alert(9))
            await uow.outbox.add(message(9), now=NOW)
            number = await uow._connection.scalar(sa.select(outbox.c.id).where(outbox.c.chat_id == 9))
            new.append((event, kept.id, number))
    assert new[0] == new[1], "also after the last one was erased"


async def test_what_is_not_empty_is_left_as_it_is(sqlite_url, new_postgres_url):
    await fill(sqlite_url)
    await moving.move(sqlite_url, new_postgres_url)
    before = await everything(new_postgres_url)
    with pytest.raises(SettingsError, match=r"is not empty \(see .*\); move into a new database"):
        await moving.move(sqlite_url, new_postgres_url)
    assert await everything(new_postgres_url) == before


async def test_a_move_that_breaks_off_leaves_nothing(sqlite_url, new_postgres_url, monkeypatch):
    await fill(sqlite_url)

    async def fail(*_):
        raise LookupError

    monkeypatch.setattr(moving, "_number_on", fail)
    with pytest.raises(LookupError):
        await moving.move(sqlite_url, new_postgres_url)
    assert set(map(len, (await everything(new_postgres_url)).values())) == {0}
