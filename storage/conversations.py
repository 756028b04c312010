"""Conversations under way, one a chat."""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from domain.conversations import ConversationState
from storage import dialects
from storage.tables import conversations
from storage.without_orm import AsyncConnection

_OF = sa.select(conversations).where(conversations.c.subscriber_id == sa.bindparam("of"))
_CHANGE = sa.update(conversations).where(conversations.c.subscriber_id == sa.bindparam("of"))
_END = sa.delete(conversations).where(conversations.c.subscriber_id == sa.bindparam("of"))


class Conversations:
    """The table of conversations."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, subscriber_id: int) -> ConversationState | None:
        """Return where this person stands, or None."""
        row = (await self._connection.execute(_OF, {"of": subscriber_id})).one_or_none()
        if row is None:
            return None
        return ConversationState(
            name=row.name,
            step=row.step,
            draft=json.loads(row.draft),
            screen_id=row.screen_id,
            updated_at=row.updated_at,
        )

    async def save(self, subscriber_id: int, state: ConversationState) -> None:
        """Write where this person stands now."""
        row = {
            "subscriber_id": subscriber_id,
            "name": state.name,
            "step": state.step,
            "draft": json.dumps(dict(state.draft), ensure_ascii=False),
            "screen_id": state.screen_id,
            "updated_at": state.updated_at,
        }
        await dialects.save(self._connection, conversations, row)

    async def set_screens(self, screens: Mapping[int, int]) -> None:
        """Remember which message shows each person's question."""
        if screens:
            rows = [{"of": subscriber_id, "screen_id": number} for subscriber_id, number in screens.items()]
            await self._connection.execute(_CHANGE, rows)

    async def end(self, subscriber_id: int) -> None:
        """Forget the conversation."""
        await self._connection.execute(_END, {"of": subscriber_id})
