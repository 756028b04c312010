"""How a PostgreSQL database is, told plainly, without changing it."""

from collections.abc import AsyncIterator

import sqlalchemy as sa

from storage import checkup, migrating, postgresql
from storage.addresses import shown
from storage.checkup import Finding
from storage.without_orm import AsyncConnection

OLDEST = 15

_ASKED = sa.text("""
    SELECT current_setting('server_version_num')::int / 10000 AS version,
           current_setting('server_encoding') AS encoding,
           has_schema_privilege(current_schema(), 'CREATE') AS may_make_tables,
           current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off' AS is_durable,
           pg_is_in_recovery() AS is_copy
""")


async def findings(url: str) -> AsyncIterator[Finding]:
    """Say whether the database answers, is one that we can use, and has today's tables."""
    name = shown(url)
    async with postgresql.engines(url) as (engine, _):
        try:
            async with engine.connect() as connection:
                for finding in await _of(connection, name):
                    yield finding
        except (sa.exc.DBAPIError, OSError) as error:
            yield False, postgresql.explained(url, error)


async def _of(connection: AsyncConnection, name: str) -> list[Finding]:
    told = (await connection.execute(_ASKED)).one()
    revision = await migrating.revision_of(connection)
    return [
        (told.version >= OLDEST, f"{name} is of PostgreSQL {told.version}; {OLDEST} or newer is needed"),
        (
            told.encoding == "UTF8",
            f"{name} keeps its texts in {told.encoding}; UTF8 is needed (createdb -E UTF8)",
        ),
        checkup.age(name, revision, migrating.known()),
        (
            bool(told.may_make_tables) and not told.is_copy,
            f"{name} can be written"
            if told.may_make_tables and not told.is_copy
            else f"{name} lets us make no tables; connect to the first server, as the database's owner",
        ),
        (
            told.is_durable,
            f"{name} has a commit on the disk when it returns"
            if told.is_durable
            else f"{name} may lose what it has confirmed; set fsync and synchronous_commit to on",
        ),
    ]
