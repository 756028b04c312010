"""Bringing the tables up to date, or back: alembic, driven from here.

It is imported when it has something to do: 170 ms that a start on tables of today does not wait for.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage import dialects
from storage.dialects import Lock
from storage.without_orm import AsyncConnection, AsyncEngine

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"


class UnknownRevisionError(Exception):
    """The tables stand at a revision that is none of ours: a newer program made them."""


def config(connection: sa.Connection | None = None) -> "Config":
    """Return alembic's configuration, working on this connection."""
    from alembic.config import Config  # noqa: PLC0415 -- slow, see above

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Climb to a revision, in one transaction: a crash half-way leaves the old tables.

    Raises UnknownRevisionError when the tables are of a version that we do not know.
    """
    async with engine.begin() as connection:
        if revision == "head" and await revision_of(connection) == known()[0]:
            return
        from alembic import command, util  # noqa: PLC0415 -- slow, see above

        await dialects.one_at_a_time(connection, Lock.MIGRATING)
        try:
            await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))
        except util.CommandError as error:
            raise UnknownRevisionError(str(error)) from error


def known() -> list[str]:
    """Return this program's revisions, newest first: each step's file is named after it, in order."""
    return sorted((path.name.partition("_")[0] for path in (FOLDER / "versions").glob("*.py")), reverse=True)


async def revision_of(connection: AsyncConnection) -> str | None:
    """Return where the tables stand, without alembic, whose look at every step slows each start."""
    if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version")):
        return None
    found = await connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    revision: str | None = found.scalar_one_or_none()
    return revision


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Descend to a revision ("base": no table at all)."""
    from alembic import command  # noqa: PLC0415 -- slow, see above

    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(sync), revision))
