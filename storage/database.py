"""Opening the database, and the rules under which every connection works.

SQLite: one connection writes, in order of arrival, each transaction begun at once
as a writer (`BEGIN IMMEDIATE`); others read meanwhile (WAL). A select-then-update
under the library's defaults claimed most rows twice without any error.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from weakref import WeakSet

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.errors import SettingsError
from storage import migrating, one_visit
from storage.unit_of_work import UnitOfWork

READERS = 4
BUSY_TIMEOUT_S = 30
LAST_WORDS_S = 1.0
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # a commit is on the disk when it returns: what Telegram was told we have, we have
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # overwrite what is deleted: an erased person must not be found in free pages
    "PRAGMA secure_delete = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}",
)


class DatabaseUnreachableError(SettingsError):
    """It can't be opened; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: gives units of work."""

    _writer: AsyncEngine
    _readers: AsyncEngine

    def unit_of_work(self) -> UnitOfWork:
        """Return a transaction that may write; committed by leaving the block without an error."""
        return UnitOfWork(self._writer)

    def reading(self) -> UnitOfWork:
        """Return a transaction that only reads: it waits for no writer."""
        return UnitOfWork(self._readers)

    async def check(self) -> None:
        """Raise when the database does not answer."""
        async with self._readers.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open the database, bring its tables up to date, give it, close it.

    Raises DatabaseUnreachableError with one sentence for the operator.
    """
    path = file_of(url)
    _check_folder(path)
    threads = WeakSet[Thread]()
    writer = _engine(url, 1, "BEGIN IMMEDIATE", threads=threads)
    readers = _engine(url, READERS, "BEGIN", "PRAGMA query_only = ON", threads=threads)
    try:
        try:
            await migrating.upgrade(writer)
        except (sa.exc.DBAPIError, migrating.UnknownRevisionError, OSError) as error:
            raise DatabaseUnreachableError(_explained(path, error)) from error
        yield Database(writer, readers)
    finally:
        await readers.dispose()
        await writer.dispose()
        await _ended(threads)


def file_of(url: str) -> Path:
    """Return the file of an SQLite address; SettingsError for any other address."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise SettingsError(
            "DATABASE_URL can't be read; write it like sqlite+aiosqlite:///data/bot.db"
        ) from error
    if parsed.drivername != "sqlite+aiosqlite" or parsed.database in {None, "", ":memory:"}:
        raise SettingsError("DATABASE_URL must name an SQLite file, like sqlite+aiosqlite:///data/bot.db")
    return Path(str(parsed.database))


def _check_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(
            f"the folder {path.parent} for the database can't be made ({error.strerror}); "
            "create it, or change DATABASE_URL"
        ) from error


def _explained(path: Path, error: Exception) -> str:
    if isinstance(error, migrating.UnknownRevisionError):
        return f"{path} was written by a newer version of this program; update the program"
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlite_errorcode", None) in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return f"{path} is not a database, or is damaged; restore a backup, or move it away"
    return f"the database {path} can't be opened ({cause}); check DATABASE_URL and the rights on the file"


async def _ended(threads: WeakSet[Thread]) -> None:
    """Wait for what was cancelled: a connection's thread that outlives the loop fails to tell it the end."""
    for thread in [thread for thread in threads if thread.is_alive()]:
        await asyncio.to_thread(thread.join, LAST_WORDS_S)


def _engine(
    url: str, connections: int, begin: str, *more_pragmas: str, threads: WeakSet[Thread]
) -> AsyncEngine:
    def connected(*args: Any, **options: Any) -> aiosqlite.Connection:
        # its thread is all that can be waited for of one whose opening was cancelled
        connection = one_visit.connect(*args, **options)
        connection._thread.daemon = True  # noqa: SLF001 -- as SQLAlchemy does
        threads.add(connection._thread)  # noqa: SLF001 -- the same
        return connection

    engine = create_async_engine(
        url,
        connect_args={"async_creator_fn": connected},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_S,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *more_pragmas):
            cursor.execute(pragma)
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "invalidate")
    def undo(connection: Any, _record: object, _error: BaseException | None) -> None:
        # closing alone leaves the write lock with a cancelled statement until it is collected
        connection.rollback()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
