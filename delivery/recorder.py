"""Holds what is claimed until what became of it is on the disk."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import structlog

from delivery.parts import Options, Parts
from domain.outbox import CLOCKS_APART, OutboxMessage
from services import deliveries
from services.deliveries import Settlement

log = structlog.get_logger(__name__)

_LAST_WORDS_S = 2


class Recorder:
    """Records several outcomes in one transaction when they come together: a commit waits for the disk."""

    def __init__(self, parts: Parts, options: Options) -> None:
        self._parts = parts
        self._options = options
        self._held: dict[int, OutboxMessage] = {}
        """By number, each with its lease as it is now."""
        self._turn = asyncio.Lock()
        """A lease does not change while its message is recorded."""
        self._done: asyncio.Queue[tuple[Settlement, asyncio.Event]] = asyncio.Queue()

    @property
    def chats(self) -> set[int]:
        """The chats that a held message is for."""
        return {message.chat_id for message in self._held.values()}

    def hold(self, messages: Iterable[OutboxMessage]) -> None:
        """Renew the claim of these from now on."""
        self._held.update((message.id, message) for message in messages)

    def is_ours(self, message: OutboxMessage) -> bool:
        """Say whether no other worker can have claimed this yet, although clocks of machines are apart.

        Once our clock was set back, our lease seems to last longer than any does: to others it is over.
        """
        until = self._held[message.id].leased_until
        lease = dt.timedelta(seconds=self._options.lease)
        spare = lease * CLOCKS_APART
        return until is not None and spare < until - self._parts.wall() <= lease + spare

    def put(self, settlement: Settlement) -> asyncio.Event:
        """Record this as soon as may be; the event is set when it is on the disk."""
        recorded = asyncio.Event()
        self._done.put_nowait((settlement, recorded))
        return recorded

    async def record_all(self) -> None:
        """Record what comes, for ever."""
        while True:
            batch = [await self._done.get()]
            while not self._done.empty() and len(batch) < self._options.batch:
                batch.append(self._done.get_nowait())
            results = await self._record([settlement for settlement, _ in batch])
            for (settlement, recorded), result in zip(batch, results, strict=True):
                del self._held[settlement.message.id]
                recorded.set()
                self._done.task_done()
                self._parts.count("deliveries", {"kind": settlement.message.kind, "result": result})

    async def keep_leases(self) -> None:
        """Renew the claim of all that is held, for ever."""
        while True:
            await asyncio.sleep(self._options.heartbeat)
            if self._held:
                await self._renew()

    async def close(self) -> None:
        """Record the last outcomes and give the rest back; a database that hangs is not waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._done.join()
                await self._give_back()

    async def _record(self, batch: Sequence[Settlement]) -> Sequence[str]:
        is_failing = False
        while True:
            try:
                async with self._turn, self._parts.unit_of_work() as uow:
                    settled = [self._as_held(one) for one in batch]
                    now, wall = self._parts.clock(), self._parts.wall()
                    results = await deliveries.settle(
                        uow, settled, self._parts.consequences, now=now, wall=wall
                    )
                    self._parts.reached("settle.before_commit")
            except Exception as error:  # noqa: BLE001 -- they were sent: to forget it would send them again
                if not is_failing:
                    log.error("outcomes can't be recorded, trying on", error=deliveries.named(error))  # noqa: TRY400 -- see named
                is_failing = True
                await asyncio.sleep(self._options.poll)
            else:
                self._parts.reached("settle.after_commit")
                return results

    def _as_held(self, settlement: Settlement) -> Settlement:
        message = self._held[settlement.message.id]
        return replace(settlement, message=message, is_late=not self.is_ours(message))

    async def _renew(self) -> None:
        try:
            async with self._turn:
                until = self._parts.wall() + dt.timedelta(seconds=self._options.lease)
                async with self._parts.unit_of_work() as uow:
                    kept = await deliveries.keep(uow, list(self._held.values()), until=until)
                self.hold(kept)
        except Exception as error:  # noqa: BLE001 -- the next beat may do; who holds them does not claim them again
            log.warning("leases can't be renewed", error=deliveries.named(error))

    async def _give_back(self) -> None:
        try:
            async with self._turn, self._parts.unit_of_work() as uow:
                await deliveries.give_back(uow, list(self._held.values()))
        except Exception as error:  # noqa: BLE001 -- the next start frees them
            log.warning("claims can't be given back", error=deliveries.named(error))
