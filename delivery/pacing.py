"""What the worker asks of whatever limits it."""

from collections.abc import Collection
from typing import Protocol

from services import UnitOfWork


class Pacing(Protocol):
    """Says when messages may leave: for one process (limiter.py), or for many (shared_limiter.py)."""

    async def turn(self, chat_id: int) -> bool:
        """Wait until a message may leave for this chat, or a pause begins; False once a group is full."""
        ...

    async def may_answer(self, uow: UnitOfWork, chat_id: int) -> bool:
        """Take a place for an answer to somebody who writes in this chat; `uow`: that of its effects."""
        ...

    def held_back(self) -> Collection[int]:
        """Return the chats to which nothing may be sent right now: others first."""
        ...

    def accepted(self) -> None:
        """Telegram took a message."""
        ...

    def refused(self) -> None:
        """Telegram answered 429 to a message."""
        ...

    async def follow(self) -> None:
        """Learn what others met, and tell them what we met, for as long as the worker runs."""
        ...
