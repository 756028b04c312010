"""Bringing the tables up to date, or back: alembic, driven from here."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.ext.asyncio import AsyncEngine

FOLDER = Path(__file__).parent / "migrations"


class UnknownRevisionError(Exception):
    """The tables stand at a revision that is none of ours: a newer program made them."""


def config(connection: sa.Connection | None = None) -> Config:
    """Return alembic's configuration, working on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["connection"] = connection
    return settings


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Climb to a revision, in one transaction: a crash half-way leaves the old tables.

    Raises UnknownRevisionError when the tables are of a version that we do not know.
    """
    async with engine.begin() as connection:
        try:
            await connection.run_sync(lambda sync: command.upgrade(config(sync), revision))
        except CommandError as error:
            raise UnknownRevisionError(str(error)) from error


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Descend to a revision ("base": no table at all)."""
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(sync), revision))
