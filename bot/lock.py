"""Being alone on a database: a lock that is free again when its process dies, however it dies.

On SQLite every program is; on PostgreSQL commands that must be (`bot.crew` says how others work together).
"""

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from domain.errors import SettingsError
from storage import database


class AlreadyRunningError(SettingsError):
    """Another process works on this database."""


@asynccontextmanager
async def only_one(url: str) -> AsyncIterator[None]:
    """Hold the lock of a database; AlreadyRunningError when another process holds it.

    SQLite: of the file, by the operating system. PostgreSQL: by the server itself.
    """
    file = database.file_of(url)
    if file is not None:
        with only_one_on(file):
            yield
        return
    async with database.alone(url) as is_alone:
        if not is_alone:
            raise AlreadyRunningError(
                f"another bot already runs on {database.shown(url)}; stop it first, or change DATABASE_URL"
            )
        yield


@contextmanager
def only_one_on(file: Path) -> Iterator[None]:
    """Hold the lock of a database file; AlreadyRunningError when another process holds it."""
    path = file.with_name(f"{file.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("w")
    except OSError as error:
        raise SettingsError(
            f"{path} can't be written ({error.strerror}); change DATABASE_URL, or the rights on its folder"
        ) from error
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(
                f"another bot already runs on {file}; stop it first, or set DATABASE_URL to another file"
            ) from error
        yield
