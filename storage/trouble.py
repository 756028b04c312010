"""Trouble of the database that passes, told apart from our own mistakes.

SQLite may undo a transaction by itself when it meets such trouble. What came after would be kept at once,
outside any transaction: no statement is let through any more.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from domain.errors import StorageError

OPTION = "trouble"
"""The execution option under which a connection carries its trouble."""
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PROTOCOL,
}
_PRIMARY = 0xFF
"""Further bits of a code of SQLite tell its kinds apart."""


@dataclass(slots=True)
class Trouble:
    """What one transaction met."""

    error: StorageError | None = None

    def rise(self, after: BaseException | None) -> None:
        """Raise it, if there was any, whatever else came of it since; who is cancelled is cancelled."""
        if self.error is not None and (after is None or isinstance(after, Exception)):
            raise self.error


@contextmanager
def connecting() -> Iterator[None]:
    """Name the trouble of a connection that can't be had."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        if not _is_passing(error):
            raise
        raise _named(error) from error


@sa.event.listens_for(sa.Engine, "handle_error")
def _told(context: sa.engine.ExceptionContext) -> None:
    """Name it where it is met, so that whoever catches it on its way knows what it is."""
    error = context.sqlalchemy_exception
    if context.connection is None or error is None or not _is_passing(error):
        return
    if trouble := _of(context.connection):
        trouble.error = _named(error)
        raise trouble.error from error


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _stopped(connection: sa.Connection, *_call: object) -> None:
    if trouble := _of(connection):
        trouble.rise(None)


def _of(connection: sa.Connection) -> Trouble | None:
    trouble = connection.get_execution_options().get(OPTION)
    return trouble if isinstance(trouble, Trouble) else None


def _is_passing(error: Exception) -> bool:
    if isinstance(error, sa.exc.DBAPIError):
        code: int = getattr(error.orig, "sqlite_errorcode", 0)
        return error.connection_invalidated or code & _PRIMARY in _PASSING
    return isinstance(error, sa.exc.TimeoutError | OSError)


def _named(error: Exception) -> StorageError:
    # the driver's own words: the library's add the statement
    return StorageError(str(getattr(error, "orig", error)))
