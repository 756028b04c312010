"""Telegram said "too fast": nothing goes out before the pause is over, neither answers nor deliveries."""

import asyncio
import datetime as dt
import random
import time
from collections.abc import Awaitable, Callable


class Pause:
    """Shared by all that goes out. Real seconds; the clock and the sleep can be handed in."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._until = clock()
        self.begun = asyncio.Event()
        """Set by each 429; cleared by whoever tells others of it."""

    def begin(self, length: dt.timedelta) -> None:
        """Pause for so long, and up to a second more; a longer pause already under way stays."""
        self.keep(length.total_seconds() + self._jitter())
        self.begun.set()

    def keep(self, seconds: float) -> None:
        """Pause for so long, since another process met a 429; a longer pause stays."""
        self._until = max(self._until, self._clock() + seconds)

    def left(self) -> float:
        """Return how many seconds are left, 0 when nothing is paused."""
        return max(0.0, self._until - self._clock())

    async def over(self) -> None:
        """Wait until nothing is paused, however often it is made longer meanwhile."""
        while left := self.left():
            await self._sleep(left)
