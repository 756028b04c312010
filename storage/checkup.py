"""How the database file is, told plainly, without changing it."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from domain.outbox import SendState
from storage import migrating
from storage.inbox import QUARANTINED

BUSY_S = 5.0

Finding = tuple[bool, str]
"""Whether it is well, and one line."""


def findings(path: Path) -> Iterator[Finding]:
    """Say whether the file opens, can be written, is whole and has today's tables; blocks meanwhile."""
    if not path.exists():
        yield _place_for(path)
        return
    try:
        # an address, not a path: `mode=rw` does not create what is missing
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S)
        ) as file:
            file.isolation_level = None
            yield _wholeness(path, file)
            yield age(str(path), _version(file), migrating.known())
            yield from _given_up(file)
            file.execute("BEGIN IMMEDIATE")
            file.execute("ROLLBACK")
            yield True, f"{path} can be written"
    except sqlite3.Error as error:
        yield False, f"{path} can't be used ({error}); check the rights on it, or restore a backup"


def _place_for(path: Path) -> Finding:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK):
        return True, f"{path} is not there yet; the first start creates it"
    return False, f"{path} can't be created in {folder}; change DATABASE_URL, or the rights on that folder"


def _wholeness(path: Path, file: sqlite3.Connection) -> Finding:
    (verdict,) = file.execute("PRAGMA quick_check(1)").fetchone()
    if verdict == "ok":
        return True, f"{path} is whole"
    return False, f"{path} is damaged; stop the bot and restore a backup"


def _version(file: sqlite3.Connection) -> str | None:
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = file.execute("SELECT version_num FROM alembic_version").fetchone()
    return row and str(row[0])


def _given_up(file: sqlite3.Connection) -> Iterator[Finding]:
    """Tell of what waits for the operator: nothing is wrong with the machine, so that all may be well."""
    if _version(file) is None:
        return
    (messages,) = file.execute("SELECT count(*) FROM outbox WHERE state = ?", [SendState.DEAD]).fetchone()
    (updates,) = file.execute("SELECT count(*) FROM inbox WHERE state = ?", [QUARANTINED]).fetchone()
    if messages or updates:
        told = f"messages given up: {messages}, updates set aside: {updates}"
        yield True, f"{told}; `python -m bot deadletters` lists them"


def age(name: str, version: str | None, known: Sequence[str]) -> Finding:
    """Say whether tables are of today; `known` are this program's revisions, newest first."""
    if version is None:
        return True, f"{name} has no tables yet; the next start creates them"
    if version not in known:
        return False, f"{name} was written by a newer version of this program; update the program"
    if version != known[0]:
        return True, f"{name} has older tables; the next start, or `migrate`, brings them up to date"
    return True, f"{name} has the tables of this version"
