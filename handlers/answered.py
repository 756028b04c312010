"""That people have their answers: noted for several in one transaction, as a commit waits for the disk.

Whoever comes while others are written is in the next one; alone, nobody waits for anybody.
"""

import asyncio
from dataclasses import dataclass, field

from services import UnitsOfWork, conversations
from services import updates as inbox


@dataclass(slots=True)
class _Batch:
    answers: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    """By update: its chat, and the message that shows the question, if one is asked."""
    is_noted: bool = False


@dataclass(slots=True)
class Answered:
    """Notes answers; one of each chat at a time."""

    units: UnitsOfWork
    _gathering: _Batch = field(default_factory=_Batch)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def note(self, update_id: int, chat_id: int, question: int | None) -> None:
        """Return once it is on the disk; raise StorageError when it can't be, and may be called again."""
        batch = self._gathering
        batch.answers[update_id] = chat_id, question
        try:
            async with self._turn:
                if not batch.is_noted:
                    await self._write(batch)
        except BaseException:
            # who leaves may be answered anew: this answer must not be noted over that one later
            batch.answers.pop(update_id, None)
            raise

    async def _write(self, batch: _Batch) -> None:
        async with self.units.unit_of_work() as uow:
            if self._gathering is batch:
                self._gathering = _Batch()
            shown = {chat: question for chat, question in batch.answers.values() if question is not None}
            updates = list(batch.answers)
            await conversations.shown_in(uow, shown)
            await inbox.mark_answered(uow, updates)
        batch.is_noted = True
