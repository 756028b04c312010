"""Moving everything from an SQLite file into an empty PostgreSQL database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.errors import SettingsError
from storage import addresses
from storage.database import opened
from storage.tables import metadata
from storage.without_orm import AsyncConnection

ROWS_AT_ONCE = 1_000


async def move(source: str, target: str) -> Mapping[str, int]:
    """Copy every row in one transaction; return how many by table, the same on both sides.

    The source stays as it is, but for its tables, which are brought up to date first. Nobody else may
    work on either meanwhile. Raises SettingsError with one sentence; nothing is written then.
    """
    async with opened(source) as old, opened(target) as new:
        async with old.reading() as reading, new.unit_of_work() as writing:
            before, after = reading._connection, writing._connection  # noqa: SLF001 -- the room's own
            filled = [name for name, count in (await _counts(after)).items() if count]
            if filled:
                raise SettingsError(
                    f"{addresses.shown(target)} is not empty (see {filled[0]}); move into a new database"
                )
            for table in metadata.sorted_tables:
                async for rows in _pages(before, table):
                    await after.execute(sa.insert(table), rows)
            await _number_on(before, after)
            counts = await _counts(before)
            if counts != await _counts(after):
                raise SettingsError("the copy is not whole, so it is undone; is the bot stopped?")
        return counts


async def _pages(connection: AsyncConnection, table: sa.Table) -> AsyncIterator[Sequence[dict[str, Any]]]:
    """Read a table by its key, a page at a time: it may be larger than the memory."""
    key = list(table.primary_key)
    page = sa.select(table).order_by(*key).limit(ROWS_AT_ONCE)
    rows = (await connection.execute(page)).mappings().all()
    while rows:
        yield [dict(row) for row in rows]
        last = tuple(rows[-1][column.name] for column in key)
        rows = (await connection.execute(page.where(sa.tuple_(*key) > last))).mappings().all()


async def _counts(connection: AsyncConnection) -> dict[str, int]:
    return {
        table.name: (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
        for table in metadata.sorted_tables
    }


async def _number_on(before: AsyncConnection, after: AsyncConnection) -> None:
    """Let numbers go on where they were: one that was given is never given again."""
    given = await before.execute(sa.text("SELECT name, seq FROM sqlite_sequence"))
    last = {row.name: row.seq for row in given}
    for table in metadata.sorted_tables:
        number = table.autoincrement_column
        if number is None:
            continue
        highest = await before.scalar(sa.select(sa.func.max(number)))
        if reached := max(last.get(table.name, 0), highest or 0):
            await after.execute(
                sa.text("SELECT setval(pg_get_serial_sequence(:table, :column), :reached)"),
                {"table": table.name, "column": number.name, "reached": reached},
            )
