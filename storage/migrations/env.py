"""Run by alembic for each command: works on the connection that `storage.migrating` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage import tables


def plain_types(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """Write our own column types as what the database keeps: an old step must outlive our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.for_every_database(),
    render_as_batch=True,
    render_item=plain_types,
)
context.run_migrations()
