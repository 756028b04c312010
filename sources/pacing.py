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
        self._held_until = self._next

    async def turn(self) -> None:
        """Return when it is the caller's turn."""
        mine = max(self._next, self._clock())
        self._next = mine + self._interval
        while (wait := mine - self._clock()) > 0:
            await self._sleep(wait)
            # Asked to pause meanwhile: queue again, behind nobody but one's elders.
            if self._held_until > mine:
                mine = max(self._next, self._held_until)
                self._next = mine + self._interval

    def hold(self, seconds: float) -> None:
        """Give no turn for so long."""
        self._held_until = max(self._held_until, self._clock() + seconds)
        self._next = max(self._next, self._held_until)
