"""A database that keeps the pace by the rule which the row was shown to keep (tests/storage/test_pace.py)."""

import bisect
import contextlib

from domain.errors import StorageError
from domain.pace import Slots
from tests.storage import gcra
from tests.storage.gcra import SECOND

EPOCH = 1_700_000_000.0


def most_within(instants, seconds):
    """How many of these lie within one window of so many seconds at most."""
    instants = sorted(instants)
    return max(bisect.bisect_left(instants, start + seconds) - n for n, start in enumerate(instants))


class Database:
    """Answers after a while; its clock has nothing to do with those of the processes."""

    def __init__(self, time, way=lambda: 0.0):
        self._time = time
        self._way = way
        self.row = gcra.new(self._now())
        self.is_away = False
        self.asked = 0
        self.slowed = 0
        self.waits = []
        """Of those who ask for a place in a group: the seconds that each reads, then 0."""

    def _now(self):
        return round((EPOCH + self._time.now) * SECOND)

    @contextlib.asynccontextmanager
    async def at_once(self):
        yield self

    @property
    def pace(self):
        return self

    async def take(self, count, *, rate, accepted=0):
        self.asked += 1
        await self._time.sleep(self._way())
        if self.is_away:
            raise StorageError("away")
        now = self._now()
        self.row, given = gcra.take(self.row, now, count, rate, accepted)
        await self._time.sleep(self._way())
        if given is None:
            return Slots(now / SECOND, (), (self.row.paused_until - now) / SECOND, rate)
        first, end = given
        instants = [(first + (end - first) * n / count) / SECOND for n in range(count)]
        return Slots(now / SECOND, instants, 0.0, rate * self.row.share)

    async def pause(self, seconds):
        self.row = gcra.pause(self.row, self._now(), seconds)

    async def paused_for(self):
        return max(0, self.row.paused_until - self._now()) / SECOND

    async def slow_down(self, *, rate):  # noqa: ARG002 -- how often is what is asked
        self.slowed += 1

    @contextlib.asynccontextmanager
    async def unit_of_work(self):
        yield self

    @property
    def group_posts(self):
        return self

    async def add(self, _chat_id, *, window):  # noqa: ARG002 -- the test says when there is a place
        return self.waits.pop(0) if self.waits else 0.0
