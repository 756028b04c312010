"""A transaction begins with its first statement, in the same visit of the connection's thread."""

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest

from storage import one_visit

ADD = "INSERT INTO kept VALUES (1)"


@pytest.fixture
def other(tmp_path):
    with closing(sqlite3.connect(tmp_path / "file.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE kept (number INTEGER)")
        yield connection


@pytest.fixture
async def connection(tmp_path, other):
    connection = one_visit.connect(str(tmp_path / "file.db"), isolation_level=None, timeout=0)
    async with connection:
        yield connection


async def run(connection, *statements):
    for statement in statements:
        await connection.cursor().execute(statement)


def kept(other):
    return other.execute("SELECT count(*) FROM kept").fetchone()[0]


async def test_one_without_a_statement_is_none(connection, other):
    other.execute("BEGIN IMMEDIATE")
    for end in (connection.commit, connection.rollback):
        connection.begin = "BEGIN IMMEDIATE"
        await end()
        assert not connection.begin
    other.execute("ROLLBACK")


async def test_one_that_could_not_begin_begins_with_the_next_statement(connection, other):
    other.execute("BEGIN IMMEDIATE")
    connection.begin = "BEGIN IMMEDIATE"
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await run(connection, ADD)
    other.execute("ROLLBACK")
    await run(connection, ADD)
    await connection.rollback()
    assert kept(other) == 0


async def test_a_first_statement_that_fails_has_begun_it(connection, other):
    connection.begin = "BEGIN IMMEDIATE"
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await run(connection, "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute(ADD)
    await run(connection, ADD)
    await connection.commit()
    assert kept(other) == 1


async def test_a_rollback_does_not_overtake_a_cancelled_first_statement(connection, other):
    may_go_on = threading.Event()
    connection.begin = "BEGIN IMMEDIATE"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(connection._execute(may_go_on.wait))
        adding = tasks.create_task(run(connection, ADD))
        await asyncio.sleep(0)
        adding.cancel()
        tasks.create_task(connection.rollback())
        await asyncio.sleep(0)
        may_go_on.set()
    assert kept(other) == 0
    other.execute(ADD)
