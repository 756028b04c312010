"""`kill -9` wherever it hurts: no update and no message is lost, and little comes twice.

The victim is what `python -m bot run` starts; the oracle is the log file of the stand-in, another process.
Each scenario kills its victim once at every fail-point, in an order of its own, on one database; every
fail-point is met polling by half of the seeds, by webhook in the other half. Telegram forgets a tap after
150 s, so the stand-in does: a machine that needs longer than that for a scenario is too slow for it.
"""

import asyncio
import datetime as dt
import json
import random
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from bot.clock import wall
from chaos import stand_in
from chaos.stand_in import StandIn
from chaos.victim import DEATH_S, STOP_S, Bot
from delivery.parts import Options
from domain.alert_drafts import AlertDraft
from domain.conversations import ConversationState
from domain.reminders import Lead, Reminder
from domain.schedule import FRENCH_ZONES
from domain.sectors import Sector
from domain.subscribers import is_quiet
from handlers.asking import Ask
from storage import database
from tests import factories

pytestmark = pytest.mark.long(seconds=20)

LETTERS = [sector.value for sector in Sector]
MODES = ("polling", "webhook")
COUNTS = {
    "claim.before_commit": 2,
    "claim.after_commit": 2,
    "send.before": 24,
    "send.after": 24,
    "settle.before_commit": 4,
    "settle.after_commit": 4,
    "intake.before_apply_commit": 8,
    "intake.after_apply_commit": 8,
}
"""Each fail-point, and how often it is passed at least with what a round brings."""
TITLE = re.compile(r"Rencontre \w de \d+")
PEOPLE, TAPPING = 34, 8
"""More people wait for a message in each round than one claim takes."""
QUIET_S = 60.0


@dataclass
class Scenario:
    """One database, its victims, and what they were given."""

    bot: Bot
    telegram: StandIn
    people: list[int]
    zone: str
    told: set[tuple[int, str]] = field(default_factory=set)
    """(chat, title) of each message that is due."""
    ticked: str = ""
    """Letters that each of those who tap has tapped once."""
    updates: int = 0
    kills: list[tuple[str, int]] = field(default_factory=list)
    """The fail-point, and how many calls there had been when the victim died there."""

    @property
    def tapping(self) -> list[int]:
        return self.people[:TAPPING]

    async def prepare(self) -> None:
        """Everybody stands at the question of sectors; nobody is asleep."""
        now = wall()
        async with database.opened(self._url) as data, data.unit_of_work() as uow:
            for person in self.people:
                await uow.subscribers.add(factories.subscriber(person, zone=self.zone, created_at=now))
            for person in self.tapping:
                draft = AlertDraft(commune="31555", place_label="Toulouse").written()
                state = ConversationState(name="alert", step=Ask.SECTORS, draft=draft, updated_at=now)
                await uow.conversations.save(person, state)

    async def promise(self, round_: str) -> None:
        """Each person waits for a reminder due now, of an event that nobody else is told of."""
        now = wall()
        waiting = {chat for chat, _ in self.told - {told for _, told in self.heard()}}
        async with database.opened(self._url) as data, data.unit_of_work() as uow:
            for person in set(self.people) - waiting:
                title = f"Rencontre {round_} de {person}"
                event = factories.job_event(
                    source_id=f"{round_}-{person}",
                    title=title,
                    zone=self.zone,
                    starts_at=now + dt.timedelta(days=2),
                    ends_at=now + dt.timedelta(days=2, hours=2),
                )
                number = await factories.keep(uow, event, now=now, is_baseline=True)
                await uow.reminders.save(
                    Reminder(subscriber_id=person, job_event_id=number, lead=Lead.TWO_HOURS, due_at=now)
                )
                self.told.add((person, title))

    async def tap_all(self, letter: str) -> None:
        """Each of them ticks one more sector: twice would untick it."""
        for person in self.tapping:
            await self.telegram.tap(person, f"{stand_in.SECTOR}{letter}")
        self.ticked += letter
        self.updates += len(self.tapping)

    async def kill_at(self, step: str, count: int, mode: str) -> None:
        """Let a victim work until it dies at its fail-point."""
        async with self.bot.running(mode, f"{step}:{count}") as process:
            assert await process.end(DEATH_S) == -signal.SIGKILL, (step, count, process.lines[-20:])
        self.kills.append((step, self.telegram.calls()))

    async def finish(self, mode: str) -> float:
        """Let a last victim drain everything; return how long it took to stop."""
        async with self.bot.running(mode) as process:
            deadline = time.monotonic() + QUIET_S
            while self.is_busy():
                assert time.monotonic() < deadline, (self.counts(), process.lines[-20:])
                assert process.running.returncode is None, process.lines[-20:]
                await asyncio.sleep(0.05)
            asked = time.monotonic()
            assert await process.stop() == 0, process.lines[-20:]
            return time.monotonic() - asked

    def is_busy(self) -> bool:
        counts = self.counts()
        return counts["done"] < self.updates or counts["sent"] < len(self.told)

    def counts(self) -> Counter[str]:
        """Rows of both queues by state."""
        by_state = "SELECT state, count(*) FROM {} GROUP BY state"
        return Counter(
            {
                state: count
                for table in ("inbox", "outbox")
                for state, count in self.rows(by_state.format(table))
            }
        )

    def rows(self, statement: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.bot.database}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()

    def heard(self) -> Iterator[tuple[int, tuple[int, str]]]:
        """(number of the call, (chat, title)) of each reminder that came, in order."""
        for number, chat, text in self.telegram.messages():
            if found := TITLE.search(text):
                yield number, (chat, found[0])

    def doubles(self) -> list[tuple[str, int]]:
        """Each kill's fail-point, and how many messages came again after it."""
        after = Counter()
        seen = set()
        for number, told in self.heard():
            after[sum(number > calls for _, calls in self.kills)] += told in seen
            seen.add(told)
        assert seen == self.told, f"lost: {self.told - seen}"
        assert not after[0], "doubled before any kill"
        return [(step, after[index]) for index, (step, _) in enumerate(self.kills, start=1)]

    @property
    def _url(self) -> str:
        return f"sqlite+aiosqlite:///{self.bot.database}"


def wakeful_zone() -> str:
    """A zone where the day has just begun, or lasts for some hours yet."""
    now = wall()
    return next(
        zone
        for zone in FRENCH_ZONES
        if not (is_quiet(now, zone) or is_quiet(now + dt.timedelta(hours=1), zone))
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(10))
async def test_nothing_is_lost_wherever_it_is_killed(seed, tmp_path, record_property):
    chance = random.Random(seed)
    async with stand_in.running(tmp_path) as telegram:
        people = await telegram.crowd(PEOPLE)
        scenario = Scenario(Bot(tmp_path, telegram.url), telegram, people, wakeful_zone())
        await scenario.prepare()
        rounds = [(step, MODES[(seed + place) % 2]) for place, step in enumerate(COUNTS)]
        chance.shuffle(rounds)
        *letters, last = chance.sample(LETTERS, len(rounds) + 1)
        for letter, (step, mode) in zip(letters, rounds, strict=True):
            await scenario.promise(letter)
            await scenario.tap_all(letter)
            await scenario.kill_at(step, chance.randint(1, COUNTS[step]), mode)
        await scenario.tap_all(last)
        stopping = await scenario.finish(MODES[seed % 2])
        doubles = scenario.doubles()
        shown = telegram.screens()
    record_property("doubles", dict(doubles))
    assert stopping < STOP_S
    assert all(count <= Options().concurrency for _, count in doubles), doubles
    assert scenario.counts() == {"done": scenario.updates, "sent": len(scenario.told)}
    drafts = scenario.rows("SELECT subscriber_id, draft FROM conversations")
    ticked = "".join(sorted(scenario.ticked))
    assert {chat: json.loads(draft)["sectors"] for chat, draft in drafts} == dict.fromkeys(
        scenario.tapping, ticked
    )
    assert shown == {person: set(ticked) for person in scenario.tapping}
    assert scenario.rows("SELECT count(*) FROM outbox WHERE leased_until IS NOT NULL") == [(0,)]
    assert scenario.rows("PRAGMA integrity_check") == [("ok",)]
