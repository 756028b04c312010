"""The processes of one bot: each lives a while, is killed, and starts again."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field

from bot.cli import WRONG_SETTINGS
from bot.clock import wall
from chaos import victim
from chaos.oracle import SETTLED_S, Blow, Ledger
from chaos.plan import Plan
from chaos.server import Server
from chaos.victim import Bot, Process
from delivery.parts import Options

AGAIN_S = 0.3
"""Whoever keeps it running waits so long before starting it anew."""
DIE_AT_START, WITHIN_S = 0.15, 2.0
"""So many of them, within the first seconds."""
SENDING = ("all", "worker")
ON_ITS_WAY_S = 2.0
"""What had left a process when it was killed reaches a busy stand-in so long after."""
TOLD = 15
"""Last lines that are shown of a process that ended of itself."""


@dataclass
class Fleet:
    """One bot, in one process or several."""

    plan: Plan
    bot: Bot
    ledger: Ledger
    server: Server | None
    must_wait: Callable[[], bool]
    """Whether nobody may be killed now."""
    kills: int = 0
    starts: int = 0
    breaches: list[str] = field(default_factory=list)
    _living: set[Process] = field(default_factory=set)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Each process keeps its port."""
        others = [victim.free_port() for _ in self.plan.roles[1:]]
        self._ports = [self.bot.port, *others]

    async def shake(self) -> None:
        """Kill and start, until `end_shaking`."""
        async with asyncio.TaskGroup() as tasks:
            for place, role in enumerate(self.plan.roles):
                tasks.create_task(self._keep(place, role, self.plan.chance(f"lives of {place}")))

    def end_shaking(self) -> None:
        """Kill all, and start no more."""
        self._over.set()

    def set_clocks(self, wrong_by: float) -> None:
        """Set the clock of the machine on which all of them run."""
        self.bot.set_clock(wrong_by)
        self._note(f"clock wrong by {wrong_by}")
        workers = sum(role in SENDING for role in self.plan.roles)
        if workers > 1:
            # what one is sending, its lease long over by the new clock, another takes
            self.ledger.blows.append(Blow(time.time(), workers * Options().concurrency, lasts=SETTLED_S))
        for process in self._living:
            if process.listens_to(signal.SIGUSR1):
                process.running.send_signal(signal.SIGUSR1)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[list[Process]]:
        """Let all run in peace; wait until they are ready."""
        async with contextlib.AsyncExitStack() as stack:
            processes = [
                await stack.enter_async_context(
                    self.bot.running(self.plan.mode, role=role, port=self._ports[place])
                )
                for place, role in enumerate(self.plan.roles)
            ]
            self.starts += len(processes)
            try:
                for process in processes:
                    if not await process.until_it_says("ready"):
                        raise victim.EndedError(process.lines[-TOLD:])
                yield processes
            finally:
                for process in processes:
                    self._write_down(process)

    async def _keep(self, place: int, role: str, chance: random.Random) -> None:
        while not self._over.is_set():
            started = time.time()
            async with self.bot.running(self.plan.mode, role=role, port=self._ports[place]) as process:
                self.starts += 1
                self._living.add(process)
                await self._live(process, chance)
                self._living.remove(process)
                if process.is_over:
                    self._note_end(process, started)
                else:
                    process.running.kill()
                    self.kills += 1
                    doubles = Options().concurrency if role in SENDING else 0
                    self.ledger.blows.append(Blow(time.time(), doubles, lasts=ON_ITS_WAY_S))
                self._write_down(process)
            if not self._over.is_set():
                await asyncio.sleep(AGAIN_S * chance.random())

    def _write_down(self, process: Process) -> None:
        """Keep what it said beside its database, for whoever asked for the files."""
        with (self.bot.folder / "said.txt").open("a", encoding="utf-8") as file:
            file.writelines(f"{process.running.pid} {line}\n" for line in process.lines)
        self._note(f"{process.running.pid} ended")

    def _note(self, what: str) -> None:
        with (self.bot.folder / "said.txt").open("a", encoding="utf-8") as file:
            file.write(f"{wall():%H:%M:%S.%f} {what}\n")

    async def _live(self, process: Process, chance: random.Random) -> None:
        """Wait for the instant of its death: some die at their start, the others some time after it."""
        if chance.random() < DIE_AT_START:
            await self._until_over(process.running.wait(), chance.uniform(0, WITHIN_S))
            return
        await self._until_over(process.until_it_says("ready"), victim.START_S)
        await self._until_over(process.running.wait(), chance.uniform(0, 2 * self.plan.life))
        while self.must_wait() and not (self._over.is_set() or process.is_over):  # noqa: ASYNC110 -- files set no event
            await asyncio.sleep(AGAIN_S)

    async def _until_over(self, waiting: Coroutine[None, None, object], seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
                awaited = tasks.create_task(waiting)
                stopping = tasks.create_task(self._over.wait())
                await asyncio.wait({awaited, stopping}, return_when=asyncio.FIRST_COMPLETED)
                awaited.cancel()
                stopping.cancel()

    def _note_end(self, process: Process, started: float) -> None:
        """Nobody killed it: that is a breach, unless it found no database at its start."""
        code = process.running.returncode
        if code == WRONG_SETTINGS and self.server is not None and self.server.was_down(since=started):
            return
        told = "\n    ".join(process.lines[-TOLD:])
        self.breaches.append(f"a process ended of itself with code {code}:\n    {told}")
