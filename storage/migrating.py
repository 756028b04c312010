"""Bringing the tables up to date, or back: alembic, driven from here.

It is imported when it has something to do: 170 ms that a start on tables of today does not wait for.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from storage import dialects
from storage.dialects import Lock
from storage.without_orm import AsyncConnection, AsyncEngine

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"

log = structlog.get_logger(__name__)


class UnknownRevisionError(Exception):
    """The tables stand at a revision that is none of ours: a newer program made them."""


class OldTablesError(Exception):
    """The tables are of an older version, which may be running."""


def config(connection: sa.Connection | None = None) -> "Config":
    """Return alembic's configuration, working on this connection."""
    from alembic.config import Config  # noqa: PLC0415 -- slow, see above

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine, revision: str = "head", *, only_if_new: bool = False) -> None:
    """Climb to a revision, in one transaction: a crash half-way leaves the old tables.

    Raises UnknownRevisionError when the tables are of a version that we do not know, and OldTablesError when
    there are tables to be changed, and only new ones are to be made.
    """
    async with engine.begin() as connection:
        stands = await revision_of(connection)
        if revision == "head" and stands == known()[0]:
            return
        if only_if_new and stands in known():
            raise OldTablesError
        from alembic import command, util  # noqa: PLC0415 -- slow, see above

        await dialects.one_at_a_time(connection, Lock.MIGRATING)
        if stands is not None:
            log.warning("the tables are brought up to date: with millions of alerts it takes minutes")
        try:
            await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))
        except util.CommandError as error:
            raise UnknownRevisionError(str(error)) from error
    if stands is not None:
        log.warning("the tables are up to date")


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
