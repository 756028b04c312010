"""Opening the database, SQLite's or PostgreSQL's: what follows knows no difference.

The rules under which connections work are in `storage.sqlite` and `storage.postgresql`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from storage import addresses, dialects, migrating, postgresql, sqlite
from storage.addresses import DatabaseUnreachableError
from storage.addresses import completed as completed
from storage.addresses import file_of as file_of
from storage.addresses import password_of as password_of
from storage.addresses import shown as shown
from storage.dialects import Lock
from storage.unit_of_work import UnitOfWork
from storage.without_orm import AsyncEngine


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: gives units of work."""

    _writer: AsyncEngine
    _readers: AsyncEngine
    _turn: asyncio.Lock | None
    """Of those who write, where one does at a time."""

    def unit_of_work(self) -> UnitOfWork:
        """Return a transaction that may write; committed by leaving the block without an error."""
        return UnitOfWork(self._writer, self._turn)

    def reading(self) -> UnitOfWork:
        """Return a transaction that only reads, all as it was at one instant: it waits for no writer."""
        return UnitOfWork(self._readers)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on it: what they keep in common is kept in it."""
        return self._writer.dialect.name == "postgresql"

    def at_once(self) -> UnitOfWork:
        """Return a unit of work in which each statement is a transaction: it never keeps others waiting."""
        return UnitOfWork(self._writer.execution_options(isolation_level="AUTOCOMMIT"), self._turn)

    async def check(self) -> None:
        """Raise when the database does not answer."""
        async with self._readers.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[bool]:
    """Say whether nobody else holds a PostgreSQL database, and hold it; freed when the process dies.

    Raises DatabaseUnreachableError with one sentence for the operator.
    """
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(postgresql.apart(url))
            is_mine = await connection.scalar(dialects.try_for_session(Lock.RUNNING))
        except (sa.exc.DBAPIError, OSError) as error:
            raise DatabaseUnreachableError(postgresql.explained(url, error)) from error
        yield bool(is_mine)


@asynccontextmanager
async def opened(url: str, *, beside_others: bool = False) -> AsyncIterator[Database]:
    """Open the database, bring its tables up to date, give it, close it.

    `beside_others`: the bot may be running on it, perhaps an older one: only a new database gets its tables.
    Raises DatabaseUnreachableError with one sentence for the operator.
    """
    kind = sqlite if addresses.file_of(url) else postgresql
    async with kind.engines(url) as (writer, readers):
        try:
            await migrating.upgrade(writer, only_if_new=beside_others)
        except migrating.UnknownRevisionError as error:
            raise DatabaseUnreachableError(
                f"{addresses.shown(url)} was written by a newer version of this program; update the program"
            ) from error
        except migrating.OldTablesError as error:
            raise DatabaseUnreachableError(
                f"{addresses.shown(url)} was written by an older version of this program; stop the bot, "
                "run `python -m bot migrate`, then start it again"
            ) from error
        except (sa.exc.DBAPIError, OSError) as error:
            raise DatabaseUnreachableError(kind.explained(url, error)) from error
        yield Database(writer, readers, asyncio.Lock() if kind is sqlite else None)
