"""The delivery worker: claim → compose → pace → send → record, for as long as the program runs.

Claimed messages wait in `hand`, urgent ones first, at most one a chat; a few senders take from it; the
recorder writes what came of them. While paused by a 429, or refused altogether, everything goes back; so does
what is for a group that has read enough for a minute.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog

from delivery import sender
from delivery.parts import Options, Parts
from delivery.recorder import Recorder
from delivery.sender import Composed
from domain import outcomes
from domain.errors import StorageError
from domain.outbox import OutboxMessage
from services import deliveries
from services.deliveries import Dropped, Failed, Result, Settlement

log = structlog.get_logger(__name__)

_HELD = outcomes.Paused(dt.timedelta(0))
"""Not sent now: nothing is, the database is away, its group has read enough, or another may have it."""
_ANSWERED = (
    outcomes.Accepted,
    outcomes.Unchanged,
    outcomes.ChatGone,
    outcomes.Migrated,
    outcomes.Refused,
)
"""Telegram was there, and judged this message."""
_REACHABLE_FOR_S = 600
_LAST_CLAIM_S = 1


class Worker:
    """A claimer of its database. Each of its tasks outlives any one message and a failing disk."""

    def __init__(self, parts: Parts, options: Options) -> None:
        self._parts = parts
        self._options = options
        self._recorder = Recorder(parts, options)
        self._hand: asyncio.PriorityQueue[tuple[int, dt.datetime, int, OutboxMessage]] = (
            asyncio.PriorityQueue()
        )
        self._woken = asyncio.Event()
        self._refused = asyncio.Event()
        self._stopping = asyncio.Event()
        self._has_more = False
        self._is_failing = False
        self._answered_at = float("-inf")

    @property
    def is_refused(self) -> bool:
        """Telegram does not accept the token: nothing is sent until it does, and nothing is lost."""
        return self._refused.is_set()

    def wake(self) -> None:
        """Something was queued: look now."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more and let `run` end, within 10 seconds; what is on its way may finish."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Deliver until `stop`. Cancelled instead, it leaves its claims to the next start, or to others."""
        await self._free_claims()
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(work)
                for work in (
                    self._recorder.record_all(),
                    self._recorder.keep_leases(),
                    self._ask_until_accepted(),
                    self._parts.limiter.follow(),
                )
            ]
            senders = [tasks.create_task(self._send_all()) for _ in range(self._options.concurrency)]
            claiming = tasks.create_task(self._claim_all())
            await self._stopping.wait()
            await asyncio.wait([claiming], timeout=_LAST_CLAIM_S)
            await self._finish(senders)
            for task in (claiming, *beside):
                task.cancel()

    async def _free_claims(self) -> None:
        """Take over what a process before us had claimed, where none works beside us."""
        while not self._stopping.is_set():
            try:
                async with self._parts.unit_of_work() as uow:
                    await deliveries.free_all(
                        uow, wall=self._parts.wall(), lease=dt.timedelta(seconds=self._options.lease)
                    )
            except Exception as error:  # noqa: BLE001 -- the disk may be full for a while
                self._fail("claims can't be taken over, trying on", error)
                await asyncio.sleep(self._options.poll)
            else:
                self._is_failing = False
                return

    async def _claim_all(self) -> None:
        while not self._stopping.is_set():
            if not (self._is_open() and self._has_room() and await self._claim()):
                await self._rest()

    async def _claim(self) -> bool:
        parts = self._parts
        try:
            async with parts.unit_of_work() as uow:
                claimed = await deliveries.claim(
                    uow,
                    now=parts.clock(),
                    wall=parts.wall(),
                    lease=dt.timedelta(seconds=self._options.lease),
                    limit=self._options.batch - self._hand.qsize(),
                    except_chats=self._recorder.chats.union(parts.limiter.held_back()),
                )
                if claimed:
                    parts.reached("claim.before_commit")
        except Exception as error:  # noqa: BLE001 -- the disk may be full for a while
            self._fail("nothing can be claimed, trying on", error)
            return False
        self._is_failing = False
        self._has_more = bool(claimed)
        if claimed:
            parts.reached("claim.after_commit")
        self._recorder.hold(claimed)
        for message in claimed:
            self._hand.put_nowait((message.lane, message.due_at, message.id, message))
        return bool(claimed)

    def _fail(self, trouble: str, error: Exception) -> None:
        """Say once what fails for a while."""
        if not self._is_failing:
            log.error(trouble, error=deliveries.named(error))
        self._is_failing = True

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.poll):
                await self._woken.wait()
        self._woken.clear()

    def _is_open(self) -> bool:
        return not self._parts.pause.left() and not self.is_refused

    def _may_send(self, message: OutboxMessage) -> bool:
        return self._is_open() and self._recorder.is_ours(message)

    def _has_room(self) -> bool:
        return self._hand.qsize() <= self._options.batch // 2

    async def _send_all(self) -> None:
        while True:
            *_, message = await self._hand.get()
            if self._has_more and self._has_room():
                self.wake()
            try:
                recorded = self._recorder.put(await self._delivered(message))
                # what is sent and not recorded may double too: it keeps its place among the few
                await recorded.wait()
            finally:
                self._hand.task_done()

    async def _delivered(self, message: OutboxMessage) -> Settlement:
        result: Result
        told: Sequence[int] = ()
        try:
            composed = await self._composed(message)
            if isinstance(composed, Composed):
                told = composed.told
                result = await self._sent(message, composed)
            else:
                result = composed
        except Exception as error:  # noqa: BLE001 -- one message must not stop the others
            result = Failed(deliveries.named(error))
            log.error("a message can't be made", message=message.id, error=result.reason)  # noqa: TRY400 -- see named
        self._notice(result)
        return Settlement(
            message=message,
            result=result,
            told=told,
            chance=self._parts.chance(),
            is_reachable=time.monotonic() - self._answered_at < _REACHABLE_FOR_S,
        )

    async def _composed(self, message: OutboxMessage) -> Composed | Result:
        if not self._may_send(message):
            return _HELD
        now = self._parts.clock()
        if message.expires_at < now:
            return Dropped("expired")
        try:
            return await self._parts.compose(message, now)
        except StorageError as error:
            # no message is to blame: this one goes back, and stays ahead of the next for its chat
            self._fail("nothing can be worded, trying on", error)
            await asyncio.sleep(self._options.poll)
            return _HELD

    async def _sent(self, message: OutboxMessage, composed: Composed) -> Result:
        has_turn = await self._parts.limiter.turn(message.chat_id)
        if not has_turn or not self._may_send(message):
            return _HELD
        self._parts.reached("send.before")
        outcome = await sender.send(self._parts.bot, message.chat_id, composed)
        self._parts.reached("send.after")
        return outcome

    def _notice(self, result: Result) -> None:
        if isinstance(result, _ANSWERED):
            self._answered_at = time.monotonic()
            self._parts.limiter.accepted()
        elif isinstance(result, outcomes.BotRefused) and not self.is_refused:
            self._refused.set()
            log.error("Telegram refuses the bot's token: nothing is sent until it is accepted")
        elif isinstance(result, outcomes.Paused) and result is not _HELD:
            self._parts.limiter.refused()

    async def _ask_until_accepted(self) -> None:
        while True:
            await self._refused.wait()
            await asyncio.sleep(self._options.probe)
            try:
                outcome = await sender.probe(self._parts.bot)
            except Exception as error:  # noqa: BLE001 -- asked again, for as long as it takes
                self._fail("Telegram can't be asked, trying on", error)
            else:
                if isinstance(outcome, outcomes.Accepted):
                    self._refused.clear()
                    log.warning("Telegram accepts the bot's token again")
                    self.wake()

    async def _finish(self, senders: list[asyncio.Task[None]]) -> None:
        # at once: others may send them while what is on its way here takes its time
        while not self._hand.empty():
            *_, message = self._hand.get_nowait()
            self._recorder.put(Settlement(message=message, result=_HELD))
            self._hand.task_done()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.grace):
                await self._hand.join()
        for task in senders:
            task.cancel()
        await asyncio.wait(senders)
        await self._recorder.close()
