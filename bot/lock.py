"""One process a database: a lock that the operating system frees when the process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import SettingsError


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the lock of a database file; SettingsError when another process holds it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SettingsError(
                f"another bot already runs on {database}; stop it first, or set DATABASE_URL to another file"
            ) from error
        yield
