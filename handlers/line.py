"""Chats in line: one update of the chat in front, nobody else's meanwhile; then it stands last.

Alone on its database, a process lines up what it keeps. Beside others, it takes only chats that none of
them has, a few at a time, and lets each go when its updates are answered.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from services import ReceivedUpdate

CHATS_AT_ONCE = 16
LOOK_EVERY_S = 1.0
"""Whatever was heard: a call reaches only who listens at that instant."""

Waiting = ReceivedUpdate | None
"""None stands for the answer that a crash took away."""


class Chats(Protocol):
    """Which process handles which chat."""

    async def take(self, room: int, *, except_unanswered: Collection[int]) -> Mapping[int, Sequence[Waiting]]:
        """Take at most so many chats that nobody has; return the first of what waits in each, in order."""
        ...

    async def let_go(self, chats: Sequence[int]) -> None:
        """Leave these to whoever comes."""
        ...


@dataclass(slots=True)
class Line:
    """Chats whose updates wait here."""

    left: Callable[[int], None] = lambda chat_id: None  # noqa: ARG005 -- nobody else waits for it
    """Told of each chat that has nothing left here."""
    _waiting: dict[int, deque[Waiting]] = field(default_factory=dict)
    _ready: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    def add(self, chat_id: int, updates: Iterable[Waiting]) -> None:
        """Line up more of a chat; there is at least one."""
        if chat_id in self._waiting:
            self._waiting[chat_id].extend(updates)
        else:
            self._waiting[chat_id] = deque(updates)
            self._ready.put_nowait(chat_id)

    async def serve(self, handle: Callable[[int, Waiting], Awaitable[None]]) -> None:
        """Handle one after the other, for ever; as many of these as chats at once."""
        while True:
            chat_id = await self._ready.get()
            waiting = self._waiting[chat_id]
            await handle(chat_id, waiting.popleft())
            if waiting:
                self._ready.put_nowait(chat_id)
            else:
                del self._waiting[chat_id]
                self.left(chat_id)
            self._ready.task_done()
            _stop_if_cancelled()

    async def settle(self) -> None:
        """Wait until nothing waits."""
        await self._ready.join()

    def __len__(self) -> int:
        """Return how many chats wait, or are being handled."""
        return len(self._waiting)


@dataclass(slots=True)
class Sharing:
    """Keeps a line full of chats that no other process has."""

    chats: Chats
    unanswered: Collection[int]
    """Chats whose last answer could not be made here: not tried again before something new comes."""
    woken: asyncio.Event
    """Set when something came, to look now."""
    is_closing: Callable[[], bool]
    """Nothing more is to be begun."""
    line: Line = field(init=False)
    _left: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = Line(self._leave)

    async def run(self) -> None:
        """Take chats and let them go, until cancelled."""
        while True:
            self.woken.clear()
            if self._left:
                left, self._left = self._left, []
                # looked after below: what came while they were still ours, nobody else could take
                await self.chats.let_go(left)
            if not self.is_closing() and (room := CHATS_AT_ONCE - len(self.line)):
                await self._take(room)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self.woken.wait()

    async def _take(self, room: int) -> None:
        for chat_id, updates in (await self.chats.take(room, except_unanswered=self.unanswered)).items():
            if updates:
                self.line.add(chat_id, updates)
            else:
                self._leave(chat_id)

    def _leave(self, chat_id: int) -> None:
        self._left.append(chat_id)
        self.woken.set()


def _stop_if_cancelled() -> None:
    """What fails while it is cancelled, its connection being lost as well, may hide that it was."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
