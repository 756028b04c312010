"""One bot shaken as its plan says, and judged."""

import asyncio
import contextlib
import datetime as dt
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bot.clock import wall
from chaos import feed, oracle, stand_in
from chaos.feed import Feed
from chaos.fleet import Fleet
from chaos.load import Load
from chaos.oracle import Ledger, Log
from chaos.plan import Plan
from chaos.server import Server
from chaos.stand_in import StandIn
from chaos.victim import Bot
from delivery.parts import Options
from domain.errors import StorageError
from domain.outbox import CLOCKS_APART
from playground import faults
from storage import Database, database
from storage.tables import matches, outbox, pace, reminders

BACK_WITHIN_S = Options().lease + 5
"""Of the last start, all that was promised has come, unless the pace is slow."""
SET_BACK_S = Options().lease * CLOCKS_APART
"""By so much a lease may last longer when the clock was set back."""
GATHERED_S = 60
"""New events are told of when the source is read; what a killed sweep began gathers for a minute."""
RATE = 27
"""Messages a second that a bot sends unless its operator says otherwise."""
PATIENCE_S = 60.0
"""For what has no promise of its own: a start, a stop, the answer to a tap."""
FAULTY = ("sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates")
SHARES = {**faults.SHARES, faults.Kind.TOO_MANY: 0.12, faults.Kind.TOO_MANY_BARE: 0.02}
SLOW_S, AWAY_S = (0.5, 3.0), (1, 2)
"""429s as often and as long as the catalogue of faults has them (3.5 %, up to 35 s) would leave a bot still
for nine tenths of a run. Each also slows the pace by a fifth, which 8,000 messages make good, and on
PostgreSQL that outlives a kill: a fifth as many would end at one message a second. So there are fewer still,
and shorter; episodes give more."""
EPISODES = ("too_many", "server_error", "unauthorized", "reset")
EPISODE_S = 4.0
CLOCKS_S = (-3600.0, -45.0, 0.0, 0.0, 45.0)
"""By how much the clock is wrong: set back by an hour, and right again; and by more than a lease."""
_OPENING = asyncio.Lock()
"""A program brings one database up to date: two at a time in one process are too much for alembic."""


@dataclass(kw_only=True)
class Times:
    """How often things happen, in seconds on average."""

    taps: float = 1.5
    departures: float = 9.0
    forums: float = 30.0
    episodes: float = 50.0
    clocks: float = 40.0
    last_clock: float | None = None
    """By how much the clock is wrong at the end; by chance if None. Past a lease, nothing waits for one."""


@dataclass
class Start:
    """All trials begin to be shaken when all are prepared."""

    awaited: int
    seconds: float
    """How long they are shaken."""
    _at: asyncio.Event = field(default_factory=asyncio.Event)
    _until: float = 0.0

    async def together(self) -> float:
        """Wait for the others; return when time is up (time.monotonic)."""
        self.count()
        await self._at.wait()
        return self._until

    def count(self) -> None:
        """One less is awaited: it is prepared, or broke off."""
        self.awaited -= 1
        if self.awaited == 0:
            self._until = time.monotonic() + self.seconds
            self._at.set()


@dataclass(kw_only=True)
class Verdict:
    """What came of a trial."""

    plan: Plan
    kills: int = 0
    starts: int = 0
    messages: int = 0
    taps: int = 0
    unknown: int = 0
    """Messages that came again because their answer was lost."""
    doubles: int = 0
    """That came again because of a kill."""
    back: float = 0.0
    """Seconds from the last start until nothing was owed."""
    breaches: list[str] = field(default_factory=list)


async def run(plan: Plan, root: Path, server: Server | None, start: Start, times: Times) -> Verdict:
    """Shake one bot until time is up, or kills and messages are enough; judge it."""
    folder = root / f"trial-{plan.number}"
    folder.mkdir()
    verdict = Verdict(plan=plan)
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(stand_in.running(folder))
        source = await stack.enter_async_context(feed.serving(plan.chance("feed")))
        url = await server.database(f"trial_{plan.number}") if server else ""
        bot = Bot(folder, telegram.url, url=url, feed_url=source.url)
        bot.set_clock(0)
        ledger, log = Ledger(), Log(telegram.log)
        async with _OPENING:
            data = await stack.enter_async_context(database.opened(bot.address))
        load = Load(telegram, data, source, log, ledger, plan.chance("load"))
        trial = Trial(
            plan,
            times,
            telegram,
            source,
            load,
            Fleet(plan, bot, ledger, server, load.is_behind),
            data,
            start,
            verdict,
        )
        if server:
            ledger.outages = server.restarts
        await trial.run()
        load.read()
        trial.judge()
    if not server:
        verdict.breaches += _damage(folder / "bot.db")
    return verdict


@dataclass
class Trial:
    """What one trial is made of."""

    plan: Plan
    times: Times
    telegram: StandIn
    feed: Feed
    load: Load
    fleet: Fleet
    data: Database
    start: Start
    verdict: Verdict
    until: float = 0.0
    """Time is up (time.monotonic)."""
    wrong_by: float = 0.0
    """The clock, in seconds; at last that of the end."""
    foremost: float = 0.0
    """The furthest ahead that it ever was."""

    def __post_init__(self) -> None:
        """Each series of events has a chance of its own."""
        self._over = asyncio.Event()
        self._episodes, self._clocks = self.plan.chance("episodes"), self.plan.chance("clocks")

    async def run(self) -> None:
        """Prepare, shake, let all come to rest."""
        await self.load.prepare()
        self.feed.publish("Forum 0")  # what is listed at first is told to nobody
        async with self.fleet.running() as processes:
            await self._wait(
                lambda: any("sweep" in line for process in processes for line in process.lines),
                "the first sweep",
            )
        self.until = await self.start.together()
        self.feed.is_well = False
        await self._fail()
        await self._shake()
        await self._rest()

    async def _shake(self) -> None:
        times, load = self.times, self.load

        async def often(every: float, act: Callable[[], Awaitable[object]]) -> None:
            chance = self.plan.chance(f"times of {act.__name__}")
            while await self._goes_on(chance.uniform(0, 2 * every)):
                await act()

        async with asyncio.TaskGroup() as tasks:
            shaking = tasks.create_task(self.fleet.shake())
            others = [
                tasks.create_task(work)
                for work in (
                    self._promise(),
                    often(times.taps, load.tap),
                    often(times.departures, load.leave),
                    often(times.forums, self._publish),
                    often(times.episodes, self._episode),
                    often(times.clocks, self._step),
                )
            ]
            while time.monotonic() < self.until and not self._is_enough():  # noqa: ASYNC110 -- files set no event
                await asyncio.sleep(0.2)
            # none is cut off: what it did to the bot must stand in the ledger
            self._over.set()
            await asyncio.wait(others)
            self.fleet.end_shaking()
            await shaking

    async def _goes_on(self, after: float) -> bool:
        """Wait so many seconds; return whether the shaking goes on."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(after):
                await self._over.wait()
        return not self._over.is_set()

    def _is_enough(self) -> bool:
        return self.fleet.kills >= self.plan.kills and len(self.load.log.came) >= self.plan.messages

    async def _promise(self) -> None:
        while await self._goes_on(1):
            self.load.read()
            await self.load.fill_up()
            await self.load.promise()

    async def _publish(self) -> None:
        # what is matched is due a minute later: time must be left for it to come
        if time.monotonic() < self.until - self.times.forums:
            self.load.publish()

    async def _episode(self) -> None:
        kind = self._episodes.choice(EPISODES)
        await self.telegram.fail({"kind": kind, "lasting": EPISODE_S, "method": "sendMessage"})

    async def _step(self) -> None:
        self.wrong_by = self._clocks.choice(CLOCKS_S)
        self.foremost = max(self.foremost, self.wrong_by)
        self.fleet.set_clocks(self.wrong_by)

    async def _fail(self) -> None:
        plan = {"seed": self.plan.seed, "methods": FAULTY, "shares": SHARES, "slow": SLOW_S, "away": AWAY_S}
        await self.telegram.fail({"plan": plan})

    async def _rest(self) -> None:
        """Nothing goes wrong any more: all that is owed comes, within its time."""
        load, verdict = self.load, self.verdict
        await self.telegram.fail({"clear": True})
        self.feed.is_well = True
        drawn, asked = self._clocks.choice(CLOCKS_S), self.times.last_clock
        self.wrong_by = drawn if asked is None else asked
        if asked is None and self._owed("Forum"):
            self.wrong_by = 0.0  # what was to be told by another clock is told by that one
        self.fleet.bot.set_clock(self.wrong_by)
        async with self.fleet.running() as processes:
            began, within = time.monotonic(), BACK_WITHIN_S + await self._longer()
            await self._wait(lambda: not self._owed("Rencontre"), "what is owed", within)
            verdict.back = time.monotonic() - began
            await self._wait(lambda: not self._owed(), "what the source lists", within + GATHERED_S)
            await self._retry_dead_letters()
            for person in load.tapping:
                await load.tap_by(person)
            await self._wait(self._are_taps_shown, "the answers to taps")
            await self._wait(self._are_queues_empty, "empty queues")
            for process in processes:
                if code := await process.stop():
                    verdict.breaches.append(f"a stop ended with code {code}: {process.lines[-3:]}")

    async def _longer(self) -> float:
        """Return for how many seconds more the clock and the pace that 429s left may keep what is owed."""
        async with self.data.reading() as uow:
            share = await uow._connection.scalar(sa.select(pace.c.share))  # noqa: SLF001 -- nobody else needs to know
        lasting = SET_BACK_S if self.wrong_by < self.foremost else 0.0
        return lasting + len(self._owed()) / (RATE * (share or 1))

    def _owed(self, word: str = "") -> set[tuple[int, str]]:
        """Return what is still to come without anybody's help, and begins with this word."""
        self.load.read()
        due = self.load.log.due(self.load.ledger) - self.load.log.refused
        return {one for one in due if one[1].startswith(word)}

    async def _retry_dead_letters(self) -> None:
        if not self.load.log.due(self.load.ledger):
            return
        async with self.fleet.bot.telling("deadletters", "--retry", "all") as process:
            if code := await process.end(PATIENCE_S):
                self.verdict.breaches.append(f"deadletters ended with code {code}: {process.lines[-3:]}")

        def are_back() -> bool:
            self.load.read()
            return not self.load.log.due(self.load.ledger)

        await self._wait(are_back, "dead letters that were tried again")

    def _are_taps_shown(self) -> bool:
        shown = self.telegram.screens()
        return all(shown.get(person) == self.load.ticked[person] for person in self.load.tapping)

    async def _are_queues_empty(self) -> bool:
        try:
            async with self.data.reading() as uow:
                now = wall() + dt.timedelta(seconds=self.wrong_by)
                return not (await uow.outbox.waiting(now=now) or await uow.inbox.waiting())
        except (StorageError, OSError):
            return False

    async def _wait(
        self, condition: Callable[[], bool | Awaitable[bool]], what: str, seconds: float = PATIENCE_S
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            holds = condition()
            if await holds if isinstance(holds, Awaitable) else holds:
                return
            if time.monotonic() > deadline:
                owed = sorted(self.load.log.due(self.load.ledger))
                await self._write_down(owed)
                self.verdict.breaches.append(
                    f"{what}: not within {seconds:.0f} s; owed: {owed[:5]} ({len(owed)})"
                )
                return
            await asyncio.sleep(0.1)

    async def _write_down(self, owed: Sequence[tuple[int, str]]) -> None:
        """Keep what the database says of it, for whoever asked for the files."""
        chats = {chat for chat, _ in owed}
        questions = [
            sa.select(outbox).where(outbox.c.chat_id.in_(chats)).order_by(outbox.c.chat_id, outbox.c.id),
            sa.select(matches).where(matches.c.subscriber_id.in_(chats), matches.c.told_at.is_(None)),
            sa.select(reminders).where(reminders.c.subscriber_id.in_(chats)),
        ]
        async with self.data.reading() as uow:
            found = [row for one in questions for row in await uow._connection.execute(one)]  # noqa: SLF001 -- looked at, by who looks for the cause
        lines = [str(dict(row._mapping)) for row in found]  # noqa: SLF001 -- its public name
        told = "\n".join([str(owed), *lines, *(str(one) for one in self.load.ledger.outages)])
        (self.fleet.bot.folder / "owed.txt").write_text(told, encoding="utf-8")

    def judge(self) -> None:
        """Hold the log against what was promised."""
        verdict, calls = self.verdict, self.load.log.calls
        pairs = oracle.repeated(calls)
        verdict.unknown = sum(first.fault in oracle.LOSES_ANSWER for first, _ in pairs)
        verdict.doubles = len(pairs) - verdict.unknown
        verdict.kills, verdict.starts = self.fleet.kills, self.fleet.starts
        verdict.messages, verdict.taps = len(self.load.log.came), self.load.taps
        lost = sorted(self.load.log.due(self.load.ledger))
        if lost:
            verdict.breaches.append(f"lost: {len(lost)}, as {lost[:5]}")
        wrong = {
            person: (sorted(self.load.ticked[person]), sorted(self.telegram.screens().get(person, ())))
            for person in self.load.tapping
            if self.telegram.screens().get(person) != self.load.ticked[person]
        }
        if wrong:
            verdict.breaches.append(f"taps and what the screens show: {wrong}")
        verdict.breaches += [*self.fleet.breaches, *oracle.breaches(self.load.ledger, calls)]


def _damage(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    return [] if found == [("ok",)] else [f"the file is damaged: {found[:3]}"]
