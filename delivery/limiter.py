"""How fast the bot may send what nobody asked for just now. Answers to people do not pass here.

One paced clock, no bursts: a strict one-second window of 30 with 30 ms of jitter on the way allows 27/s; a
pace of 30 fell to 8. Pace decides, by numbers alone; Limiter waits.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection

from domain import pace
from domain.pace import CHAT_INTERVAL_S, GROUP_LIMIT, GROUP_WINDOW_S
from services import UnitOfWork


class _Lately:
    """The chats written to within a window, by last use: at most `count` messages to each."""

    def __init__(self, count: int, window: float) -> None:
        self._count = count
        self._window = window
        self._sent: dict[int, deque[float]] = {}

    def wait(self, chat_id: int, now: float) -> float:
        sent = self._sent.get(chat_id)
        if not sent:
            return 0.0
        free = sent[-1] + CHAT_INTERVAL_S
        if len(sent) == self._count:
            free = max(free, sent[0] + self._window)
        return max(0.0, free - now)

    def add(self, chat_id: int, now: float) -> None:
        sent = self._sent.pop(chat_id, None) or deque(maxlen=self._count)
        sent.append(now)
        self._sent[chat_id] = sent
        while (oldest := next(iter(self._sent))) != chat_id and self._sent[oldest][-1] <= now - self._window:
            del self._sent[oldest]

    def has_place(self, chat_id: int, now: float) -> bool:
        sent = self._sent.get(chat_id)
        return not sent or len(sent) < self._count or sent[0] + self._window <= now

    def held_back(self, now: float) -> list[int]:
        return [chat_id for chat_id in self._sent if self.wait(chat_id, now) > 0]

    def __len__(self) -> int:
        return len(self._sent)


class Pace:
    """When the next message may leave; `now` is any clock that only goes forward, in seconds."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._ceiling, self._floor = pace.ceiling(rate), pace.floor(rate)
        self._next = float("-inf")
        self._clean = 0
        self._may_cut_at = float("-inf")
        self._people = _Lately(1, CHAT_INTERVAL_S)
        self._groups = _Lately(GROUP_LIMIT, GROUP_WINDOW_S)

    def wait(self, now: float) -> float:
        """Return the seconds until any message may leave."""
        return max(0.0, self._next - now)

    def chat_wait(self, chat_id: int, now: float) -> float:
        """Return the seconds until a message may leave for this chat."""
        return self._lately(chat_id).wait(chat_id, now)

    def take(self, chat_id: int, now: float) -> None:
        """Note that a message leaves for this chat."""
        self._next = max(self._next, now - pace.CATCH_UP_S) + 1 / self.rate
        self._lately(chat_id).add(chat_id, now)

    def answer(self, chat_id: int, now: float) -> bool:
        """Note an answer to somebody who writes in this chat; False when a group has had its share."""
        if self.is_full(chat_id, now):
            return False
        if chat_id < 0:
            self._groups.add(chat_id, now)
        return True

    def is_full(self, chat_id: int, now: float) -> bool:
        """Say whether a group has had its share of the minute; people have none."""
        return chat_id < 0 and not self._groups.has_place(chat_id, now)

    def held_back(self, now: float) -> Collection[int]:
        """Return the chats to which nothing may be sent right now."""
        return self._people.held_back(now) + self._groups.held_back(now)

    def accepted(self) -> None:
        """Creep up while all goes well."""
        self._clean += 1
        if self._clean >= pace.STEP_AFTER:
            self._clean = 0
            self.rate = min(self._ceiling, self.rate + pace.STEP)

    def refused(self, now: float) -> None:
        """Slow down: it was too fast."""
        self._clean = 0
        if now >= self._may_cut_at:
            self._may_cut_at = now + pace.SAME_429_S
            self.rate = max(self._floor, self.rate * pace.CUT)

    def __len__(self) -> int:
        """Return how many chats are remembered."""
        return len(self._people) + len(self._groups)

    def _lately(self, chat_id: int) -> _Lately:
        # Telegram numbers groups and channels below zero
        return self._groups if chat_id < 0 else self._people


class Limiter:
    """Lets messages through one by one, in the order of asking: all that one process sends, alone."""

    def __init__(
        self,
        rate: float = 27,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._pace = Pace(rate)
        self._clock = clock
        self._sleep = sleep
        self._line = asyncio.Lock()

    @property
    def rate(self) -> float:
        """Messages a second at present."""
        return self._pace.rate

    async def turn(self, chat_id: int) -> bool:
        """Wait until a message may leave for this chat; False at once when a group has had its share.

        One that must wait for its chat holds up no other.
        """
        while not self._pace.is_full(chat_id, self._clock()):
            if wait := self._pace.chat_wait(chat_id, self._clock()):
                await self._sleep(wait)
                continue
            async with self._line:
                while wait := self._pace.wait(self._clock()):
                    await self._sleep(wait)
                now = self._clock()
                if not self._pace.chat_wait(chat_id, now):
                    self._pace.take(chat_id, now)
                    return True
        return False

    async def may_answer(self, uow: UnitOfWork, chat_id: int) -> bool:  # noqa: ARG002 -- others count in it
        """Take a place for an answer: people need none, a group has 20 a minute for all that it reads."""
        return self._pace.answer(chat_id, self._clock())

    def held_back(self) -> Collection[int]:
        """Return the chats to which nothing may be sent right now: others first."""
        return self._pace.held_back(self._clock())

    def accepted(self) -> None:
        """Telegram took a message."""
        self._pace.accepted()

    def refused(self) -> None:
        """Telegram answered 429."""
        self._pace.refused(self._clock())

    async def follow(self) -> None:
        """Nobody else sends: there is nothing to learn."""
