"""After rows are deleted: what is left of them in the files of the database."""

from storage import dialects, postgresql, sqlite
from storage.subscribers import owner_of
from storage.tables import alert_cells, metadata
from storage.without_orm import AsyncConnection

_ABOUT_PEOPLE = [table.name for table in metadata.sorted_tables if owner_of(table) is not None]


async def clear_traces(connection: AsyncConnection) -> None:
    """Clear them; between transactions."""
    if dialects.is_postgresql(connection):
        await postgresql.vacuum(connection, [*_ABOUT_PEOPLE, alert_cells.name])
    else:
        await sqlite.rewrite(connection)
