"""That people have their answers: noted for several in one transaction, as a commit waits for the disk.

Whoever comes while others are written is in the next one; alone, nobody waits for anybody.
"""

import asyncio
from dataclasses import dataclass, field

from services import UnitsOfWork, conversations
from services import updates as inbox


@dataclass(slots=True)
class _Batch:
    updates: list[int] = field(default_factory=list)
    questions: dict[int, int] = field(default_factory=dict)
    """The message that shows the question, by chat."""
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
        batch.updates.append(update_id)
        if question is not None:
            batch.questions[chat_id] = question
        async with self._turn:
            if batch.is_noted:
                return
            async with self.units.unit_of_work() as uow:
                if self._gathering is batch:
                    self._gathering = _Batch()
                await conversations.shown_in(uow, batch.questions)
                await inbox.mark_answered(uow, batch.updates)
            batch.is_noted = True
