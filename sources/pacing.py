"""Calls spaced evenly, and a pause for all of them when the other side asks for one."""

import asyncio
import time
from collections.abc import Awaitable, Callable

Sleep = Callable[[float], Awaitable[None]]


class Pace:
    """Gives one turn at a time to whoever waits, in real time: `per_second` of them, no bursts."""

    def __init__(
        self, per_second: float, *, clock: Callable[[], float] = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Return when it is the caller's turn; first come, first served."""
        async with self._queue:
            while (wait := self._next - self._clock()) > 0:
                await self._sleep(wait)
            # From now, not from when it should have been: a late turn must not be followed by a burst.
            self._next = self._clock() + self._interval

    def hold(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._next = max(self._next, self._clock() + seconds)
