"""A statement is run and read in one visit of its connection's thread.

The libraries between us and SQLite visit it four times a statement: for a cursor, to run, to read, to close.
Each visit wakes two threads, and a message on its way took forty-eight. A transaction begins with the visit
of its first statement; one without any is none.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self

import aiosqlite


def connect(file: str, **options: Any) -> "Connection":
    """Return a connection for SQLAlchemy, opened when it is awaited."""
    return Connection(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)


class Connection(aiosqlite.Connection):
    """One that begins its transactions late."""

    begin = ""
    """What is to be said before the next statement."""

    async def commit(self) -> None:
        """End the transaction, if it was begun; it has also ended where that failed."""
        if self.begin:
            self.begin = ""
            return
        try:
            await super().commit()
        except sqlite3.Error:
            # SQLAlchemy takes it for ended, and SQLite would refuse whoever begins the next one here
            await super().rollback()
            raise

    async def rollback(self) -> None:
        """Undo the transaction, if it was begun."""
        if self.begin:
            self.begin = ""
        else:
            await super().rollback()

    def cursor(self) -> "_Cursor":  # type: ignore[override]  # -- SQLAlchemy only enters it
        """Return a cursor at once: SQLite makes its own when there is something to run."""
        return _Cursor(self)


class _Cursor:
    """What SQLAlchemy asks of a cursor; all rows are read before it has the first."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Iterable[Any] = ()) -> Self:
        """Run one statement and read what it gives."""
        return await self._visit(lambda cursor: cursor.execute(statement, tuple(parameters)))

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> Self:
        """Run one statement for each of these."""
        return await self._visit(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> list[Any]:
        """Return what was read."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""

    async def _visit(self, run: Callable[[sqlite3.Cursor], object]) -> Self:
        # taken before the visit: a rollback that follows at once, after a cancellation, must not overtake it
        begin, self._connection.begin = self._connection.begin, ""
        is_begun = not begin

        def run_and_read() -> tuple[list[Any], Any, int, int | None]:
            nonlocal is_begun
            cursor = self._connection._conn.cursor()  # noqa: SLF001 -- as aiosqlite's own cursor does
            try:
                if not is_begun:
                    cursor.execute(begin)
                    is_begun = True
                run(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return rows, cursor.description, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        try:
            found = await self._connection._execute(run_and_read)  # type: ignore[no-untyped-call]  # noqa: SLF001 -- as aiosqlite's own cursor does
        except sqlite3.Error:
            if not is_begun:
                self._connection.begin = begin
            raise
        self._rows, self.description, self.rowcount, self.lastrowid = found
        return self
