"""SQLite's rules: one connection writes, in order of arrival; others read meanwhile (WAL).

Each transaction that writes is begun as a writer (`BEGIN IMMEDIATE`) by its first statement: a
select-then-update under the library's defaults claimed most rows twice without any error.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any, cast
from weakref import WeakSet

import aiosqlite
import sqlalchemy as sa

from storage import one_visit
from storage.addresses import DatabaseUnreachableError, shown
from storage.without_orm import AsyncConnection, AsyncEngine, create_async_engine

READERS = 4
BUSY_TIMEOUT_S = 30
LAST_WORDS_S = 1.0
_CACHE_KIB = 2000
_CACHE_OF_REWRITING_KIB = 100
"""Each page is read once and written once: with 2,000 it took no less time, and 2 to 4 MiB more of memory."""
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # four times the usual: a page that many change is copied from the log to the file once for all of them.
    # p99 of an answer at half load 11-14 ms before, 7-9 after; the log came to 17 MiB in a soak
    "PRAGMA wal_autocheckpoint = 4000",
    # a commit is on the disk when it returns: what Telegram was told we have, we have
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA cache_size = -{_CACHE_KIB}",
    # overwrite what is deleted: an erased person must not be found in free pages
    "PRAGMA secure_delete = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}",
)


@asynccontextmanager
async def engines(url: str) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """Give the engine of the one writer and that of the readers; close both.

    Raises DatabaseUnreachableError when there is no folder for the file.
    """
    _make_folder(Path(shown(url)))
    threads = WeakSet[Thread]()
    writer = engine(url, 1, "BEGIN IMMEDIATE", threads=threads)
    readers = engine(url, READERS, "BEGIN", "PRAGMA query_only = ON", threads=threads)
    try:
        yield writer, readers
    finally:
        await readers.dispose()
        await writer.dispose()
        await _ended(threads)


def explained(url: str, error: Exception) -> str:
    """Say in one sentence why a file can't be opened, and what to do."""
    cause = getattr(error, "orig", error)
    if getattr(cause, "sqlite_errorcode", None) in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return f"{shown(url)} is not a database, or is damaged; restore a backup, or move it away"
    return (
        f"the database {shown(url)} can't be opened ({cause}); check DATABASE_URL and the rights on the file"
    )


async def rewrite(connection: AsyncConnection) -> None:
    """Write the file anew and empty its log: what was erased is in neither any more.

    Overwriting what is deleted is not enough: a table's pages keep copies of rows that once moved from
    one to another. About a second for 100 MB, in which others read but do not write.
    """
    # past SQLAlchemy, which would begin a transaction; the checkpoint waits for readers, but not for ever
    raw = await connection.get_raw_connection()
    driver = cast(aiosqlite.Connection, raw.driver_connection)
    await _run(driver, f"PRAGMA cache_size = -{_CACHE_OF_REWRITING_KIB}")
    try:
        await _run(driver, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await _run(driver, f"PRAGMA cache_size = -{_CACHE_KIB}")


async def _run(driver: aiosqlite.Connection, *statements: str) -> None:
    for statement in statements:
        async with driver.execute(statement):
            pass


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreachableError(
            f"the folder {path.parent} for the database can't be made ({error.strerror}); "
            "create it, or change DATABASE_URL"
        ) from error


async def _ended(threads: WeakSet[Thread]) -> None:
    """Wait for what was cancelled: a connection's thread that outlives the loop fails to tell it the end."""
    for thread in [thread for thread in threads if thread.is_alive()]:
        await asyncio.to_thread(thread.join, LAST_WORDS_S)


def engine(
    url: str, connections: int, begin: str, *more_pragmas: str, threads: WeakSet[Thread]
) -> AsyncEngine:
    """Return an engine whose connections keep the rules and begin each transaction so."""

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
        # a transaction is always ended by who began it: to roll back once more is a visit for nothing
        pool_reset_on_return=None,
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
        cast(one_visit.Connection, connection.connection.driver_connection).begin = begin

    return engine
