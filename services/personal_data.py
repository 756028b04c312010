"""Everything that is kept about a person, for the person to see."""

from typing import Any

from services import UnitOfWork


async def export(uow: UnitOfWork, subscriber_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every row that hangs on a person, by table, as JSON values."""
    return await uow.subscribers.export(subscriber_id)
