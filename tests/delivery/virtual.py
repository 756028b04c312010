"""Time that passes only when everybody waits for it."""

import asyncio
import heapq
import itertools


class Time:
    def __init__(self, *, late_by=lambda: 0.0):
        self.now = 1000.0
        self._late_by = late_by
        self._sleepers = []
        self._number = itertools.count()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        at = self.now + seconds + self._late_by()
        heapq.heappush(self._sleepers, (at, next(self._number), woken))
        await woken

    async def run(self, *work) -> None:
        """Run these to their end."""
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(one) for one in work]
            while not all(one.done() for one in running):
                for _ in range(10):
                    await asyncio.sleep(0)
                if self._sleepers:
                    at, _, woken = heapq.heappop(self._sleepers)
                    self.now = max(self.now, at)
                    woken.set_result(None)
