"""How the database file is, told plainly, without changing it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic.script import ScriptDirectory

from storage import migrating

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
            yield _tables(path, file)
            file.execute("BEGIN IMMEDIATE")
            file.execute("ROLLBACK")
            yield True, f"{path} can be written"
    except sqlite3.Error as error:
        yield False, f"{path} can't be used ({error}); check the rights on it, or restore a backup"


def _place_for(path: Path) -> Finding:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if os.access(folder, os.W_OK):
        return True, f"{path} is not there yet; the first start creates it"
    return False, f"{path} can't be created in {folder}; change DATABASE_URL, or the rights on that folder"


def _wholeness(path: Path, file: sqlite3.Connection) -> Finding:
    (verdict,) = file.execute("PRAGMA quick_check(1)").fetchone()
    if verdict == "ok":
        return True, f"{path} is whole"
    return False, f"{path} is damaged; stop the bot and restore a backup"


def _tables(path: Path, file: sqlite3.Connection) -> Finding:
    scripts = ScriptDirectory.from_config(migrating.config())
    there = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    version = file.execute("SELECT version_num FROM alembic_version").fetchone() if there else None
    if version is None:
        return True, f"{path} has no tables yet; the next start creates them"
    if version[0] == scripts.get_current_head():
        return True, f"{path} has the tables of this version"
    if version[0] in {script.revision for script in scripts.walk_revisions()}:
        return True, f"{path} has older tables; the next start, or `migrate`, brings them up to date"
    return False, f"{path} was written by a newer version of this program; update the program"
