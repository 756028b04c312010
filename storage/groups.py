"""Groups and channels that receive."""

import sqlalchemy as sa

from domain.groups import Group
from storage.tables import groups
from storage.without_orm import AsyncConnection


class Groups:
    """The table of groups."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, chat_id: int) -> Group | None:
        """Return this group, or None."""
        found = await self._connection.execute(sa.select(groups).where(groups.c.subscriber_id == chat_id))
        row = found.one_or_none()
        return Group(row.subscriber_id, row.title, row.keeper_id) if row else None

    async def save(self, group: Group) -> None:
        """Keep a group, new or changed."""
        values = {"title": group.title, "keeper_id": group.keeper_id}
        changed = await self._connection.execute(
            sa.update(groups).where(groups.c.subscriber_id == group.chat_id).values(**values)
        )
        if not changed.rowcount:
            await self._connection.execute(sa.insert(groups).values(subscriber_id=group.chat_id, **values))
