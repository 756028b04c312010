"""A statement is run and read in one visit of its connection's thread.

The libraries between us and SQLite visit it four times a statement: for a cursor, to run, to read, to close.
Each visit wakes two threads, and a message on its way took forty-eight.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self

import aiosqlite


def connect(file: str, **options: Any) -> aiosqlite.Connection:
    """Return a connection for SQLAlchemy, opened when it is awaited."""
    return _Connection(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)


class _Connection(aiosqlite.Connection):
    def cursor(self) -> "_Cursor":  # type: ignore[override]  # -- SQLAlchemy only enters it
        """Return a cursor at once: SQLite makes its own when there is something to run."""
        return _Cursor(self)


class _Cursor:
    """What SQLAlchemy asks of a cursor; all rows are read before it has the first."""

    arraysize = 1

    def __init__(self, connection: _Connection) -> None:
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
        def run_and_read() -> tuple[list[Any], Any, int, int | None]:
            cursor = self._connection._conn.cursor()  # noqa: SLF001 -- as aiosqlite's own cursor does
            try:
                run(cursor)
                rows = cursor.fetchall() if cursor.description else []
                return rows, cursor.description, cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        found = await self._connection._execute(run_and_read)  # type: ignore[no-untyped-call]  # noqa: SLF001 -- as aiosqlite's own cursor does
        self._rows, self.description, self.rowcount, self.lastrowid = found
        return self
