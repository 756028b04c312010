"""One pace for all processes that work on one PostgreSQL database, by its server's clock.

A slot is taken for one message, or for those of a thirtieth of a second. Who is woken too late for a slot
takes another, so that what leaves keeps its distance from what other processes send.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Protocol, TypeVar

import structlog

from delivery.pause import Pause
from delivery.server_clock import ServerClock
from services import UnitOfWork, UnitsOfWork, deliveries, pacing

log = structlog.get_logger(__name__)

T = TypeVar("T")

_EVEN = 59 / 60
"""Of the rate that was asked for: at 30 a second, 50 ms of jitter make no second of more than 31."""
_LATE_S = 0.02
"""Of those, waking may take so many; the others are the network's."""
_LATEST_S = 1.0
"""Slots of before a pause are never in time."""
_AHEAD_S = 1 / 30
_FOLLOW_S = 1.0
"""Who sends nothing learns of a pause within so long."""
_RETRY_S = 0.5


class Shared(UnitsOfWork, Protocol):
    """A database that processes share."""

    def at_once(self) -> UnitOfWork:
        """Return a unit of work that keeps nobody waiting: each of its statements is committed at once."""
        ...


class SharedLimiter:
    """Lets messages through one by one, in the order of asking, each in a slot that no other process has.

    A chat's second is kept by the outbox: a chat that was sent something is not claimed for so long.
    """

    def __init__(
        self,
        rate: float,
        pause: Pause,
        database: Shared,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._rate = self.rate = rate * _EVEN
        self._most = max(1, round(rate * _AHEAD_S))
        self._pause = pause
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._server = ServerClock()
        self._slots: deque[float] = deque()
        self._late = _LATE_S
        self._line = asyncio.Lock()
        self._waiting = 0
        self._full: dict[int, float] = {}
        self._accepted = 0
        self._is_refused = False
        self._is_failing = False

    async def turn(self, chat_id: int) -> bool:
        """Wait until a message may leave for this chat, or a pause begins; False once a group is full."""
        if chat_id < 0 and not await self._has_place(chat_id):
            return False
        self._waiting += 1
        try:
            async with self._line:
                while not self._pause.left() and not await self._is_in_time():
                    pass
        finally:
            self._waiting -= 1
        return True

    async def may_answer(self, uow: UnitOfWork, chat_id: int) -> bool:
        """Take a place for an answer: people need none, a group has 20 a minute for all that it reads."""
        return chat_id >= 0 or not await pacing.post(uow, chat_id)

    def held_back(self) -> Collection[int]:
        """Return the groups that have had their share of the minute."""
        now = self._clock()
        self._full = {chat_id: until for chat_id, until in self._full.items() if until > now}
        return self._full.keys()

    def accepted(self) -> None:
        """Telegram took a message: the pace creeps up with the next question."""
        self._accepted += 1

    def refused(self) -> None:
        """Telegram answered 429 to a message: slow down, all of us."""
        self._is_refused = True
        self._pause.begun.set()

    async def follow(self) -> None:
        """Tell the others at once of a 429 that we met, and ask each second for theirs; for ever."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_FOLLOW_S):
                    await self._pause.begun.wait()
            await self._until_answered(self._share_pause)

    async def _share_pause(self) -> None:
        is_ours, is_refused = self._pause.begun.is_set(), self._is_refused
        self._pause.begun.clear()
        self._is_refused = False
        try:
            async with self._database.at_once() as uow:
                if is_ours:
                    await pacing.pause(uow, self._pause.left())
                if is_refused:
                    await pacing.slow_down(uow, rate=self._rate)
                self._pause.keep(await pacing.paused_for(uow))
        except Exception:
            self._is_refused |= is_refused
            if is_ours:
                self._pause.begun.set()
            raise

    async def _has_place(self, chat_id: int) -> bool:
        """Take one of the group's places of the minute, if there is one; to wait would hold up others."""
        wait = await self._until_answered(lambda: self._post(chat_id))
        if wait:
            self._full[chat_id] = self._clock() + wait
        return not wait

    async def _post(self, chat_id: int) -> float:
        async with self._database.unit_of_work() as uow:
            return await pacing.post(uow, chat_id)

    async def _is_in_time(self) -> bool:
        """Wait for the next slot; False when it was missed, or when there is none yet."""
        if not self._slots:
            await self._until_answered(self._take)
            return False
        at = self._server.ours(self._slots.popleft())
        if (wait := at - self._clock()) > 0:
            await self._sleep(wait)
        is_in_time = self._clock() - at <= self._late
        # whoever is always late keeps the same distances, and must get on
        self._late = max(_LATE_S, self._late * 0.9) if is_in_time else min(self._late * 2, _LATEST_S)
        return is_in_time

    async def _take(self) -> None:
        asked, accepted = self._clock(), self._accepted
        async with self._database.at_once() as uow:
            count = min(self._most, self._waiting)
            slots = await pacing.take(uow, count, rate=self._rate, accepted=accepted)
        self._server.note(asked, slots.now, self._clock())
        self._accepted -= accepted
        self._slots.extend(slots.instants)
        self._pause.keep(slots.pause)
        self.rate = slots.rate

    async def _until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the database; while it can't serve, nothing leaves, and no message is to blame."""
        while True:
            try:
                answer = await ask()
            except Exception as error:  # noqa: BLE001 -- the server may be away for a while
                if not self._is_failing:
                    log.error("the pace can't be asked for, trying on", error=deliveries.named(error))  # noqa: TRY400 -- see named
                self._is_failing = True
                await self._sleep(_RETRY_S)
            else:
                self._is_failing = False
                return answer
