"""One process a database: a lock that the operating system frees when the process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import SettingsError


class AlreadyRunningError(SettingsError):
    """Another process works on this database."""


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the lock of a database file; AlreadyRunningError when another process holds it."""
    path = database.with_name(f"{database.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("w")
    except OSError as error:
        raise SettingsError(
            f"{path} can't be written ({error.strerror}); change DATABASE_URL, or the rights on its folder"
        ) from error
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunningError(
                f"another bot already runs on {database}; stop it first, or set DATABASE_URL to another file"
            ) from error
        yield
