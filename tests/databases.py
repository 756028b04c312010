"""Which database a test works on: each test that asks for one runs on SQLite and on PostgreSQL."""

import pytest

from storage import database
from storage.tables import metadata
from tests import postgres

SHARED = "shared"
"""The database of all tests of one process: emptied before each, at a twentieth of the cost of a new one."""

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

JOURNEY_ON_BOTH = pytest.mark.parametrize("stage_url", ["sqlite_url", "postgres_url"], indirect=True)
"""Journeys take long: the main ones run on both, all on SQLite."""


@pytest.fixture(scope="session")
def postgres_server():
    try:
        with postgres.running() as server:
            yield server
    except postgres.NoServerError as error:
        pytest.skip(str(error))


@pytest.fixture
def sqlite_url(tmp_path):
    """For what is said of SQLite alone."""
    return f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
async def postgres_url(postgres_server):
    """An up-to-date database without a row."""
    url = postgres_server.url(SHARED)
    if SHARED not in postgres_server.databases:
        await postgres_server.tell(f"CREATE DATABASE {SHARED}")
        postgres_server.databases.add(SHARED)
        async with database.opened(url):
            pass
    await postgres_server.tell(_emptying(), SHARED)
    return url


@pytest.fixture
async def new_postgres_url(postgres_server):
    """A database without a table, gone after the test."""
    await postgres_server.tell("CREATE DATABASE apart")
    yield postgres_server.url("apart")
    await postgres_server.tell("DROP DATABASE apart WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """An address; nothing is there yet, or no row is."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


def _emptying():
    tables = reversed(metadata.sorted_tables)
    numbered = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
    return ";".join(
        ["SET session_replication_role = replica"]  # no trigger refuses, no key is looked after
        + [f"DELETE FROM {table.name}" for table in tables]  # noqa: S608 -- our own names
        + [f"ALTER SEQUENCE {table.name}_id_seq RESTART" for table in numbered]
    )
