"""Many processes keep one pace: by the arithmetic, and with the real row."""

import asyncio
import contextlib
import datetime as dt
import random
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
import structlog
import telegram
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import wall
from delivery import pause, server_clock, shared_limiter, transport
from domain.errors import StorageError
from domain.outbox import Lane
from domain.pace import CATCH_UP_S
from storage.tables import pace
from tests.databases import ON_POSTGRESQL
from tests.delivery import shared_pace, virtual
from tests.delivery.rig import QUICK, message, until


@dataclass
class Fleet:
    """Processes on one database, each with a clock of its own, in time that passes as we say."""

    seed: int
    late: float = 0.004
    """A process is woken so late at most."""
    way: float = 0.004
    """To the database, and back."""
    size: int = 3
    rate: float = 30
    sent: list = field(default_factory=list)

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.time = virtual.Time(late_by=lambda: self.chance.uniform(0, self.late))
        self.database = shared_pace.Database(self.time, lambda: self.chance.uniform(0, self.way))
        self.limiters = [self._limiter(self.chance.uniform(-1e5, 1e5)) for _ in range(self.size)]

    def _limiter(self, offset):
        def clock():
            return self.time.now + offset

        waits = pause.Pause(clock=clock, sleep=self.time.sleep, jitter=lambda: 0)
        return shared_limiter.SharedLimiter(
            self.rate, waits, self.database, clock=clock, sleep=self.time.sleep
        )

    async def sender(self, limiter, count):
        for _ in range(count):
            await limiter.turn(1)
            self.sent.append(self.time.now)
            limiter.accepted()
            await self.time.sleep(0.09)

    async def send(self, *, senders=9, each=6):
        """Let this many tasks of each process send."""
        for limiter in self.limiters:
            limiter._server.note(limiter._clock(), shared_pace.EPOCH + self.time.now, limiter._clock())
        await self.time.run(
            *(self.sender(limiter, each) for limiter in self.limiters for _ in range(senders))
        )


@pytest.mark.parametrize("seed", range(5))
async def test_three_processes_at_thirty_send_twenty_nine_and_no_second_sees_over_thirty_one(seed):
    fleet = Fleet(seed)
    await fleet.send()
    arrived = [instant + fleet.chance.uniform(0, 0.030) for instant in fleet.sent]
    assert len(arrived) == 162
    assert shared_pace.most_within(arrived, 1.0) <= 31
    assert 161 / (fleet.sent[-1] - fleet.sent[0]) >= 29


@pytest.mark.parametrize(("rate", "size"), [(2, 5), (27, 5), (300, 5), (1000, 1)])
async def test_any_rate_is_kept_by_any_number(rate, size):
    fleet = Fleet(1, size=size, rate=rate, late=0.001)
    await fleet.send(senders=max(6, rate // 8 // size), each=3)
    assert shared_pace.most_within(fleet.sent, 1.0) <= rate + 1
    assert (len(fleet.sent) - 1) / (fleet.sent[-1] - fleet.sent[0]) >= rate * 0.95


@pytest.mark.parametrize("seed", range(3))
async def test_who_is_sometimes_woken_too_late_takes_another_slot(seed):
    fleet = Fleet(seed)
    fleet.time._late_by = lambda: fleet.chance.choice([0.002] * 9 + [0.2])
    await fleet.send(each=3)
    assert len(fleet.sent) == 81
    assert shared_pace.most_within(fleet.sent, 1.0) <= 31


async def test_who_is_always_woken_too_late_gets_on_all_the_same():
    fleet = Fleet(3)
    fleet.time._late_by = lambda: 0.1
    await fleet.send(each=3)
    assert 80 / (fleet.sent[-1] - fleet.sent[0]) >= 10
    assert shared_pace.most_within(fleet.sent, 1.0) <= 31


async def test_few_questions_are_asked_whatever_the_rate():
    fleet = Fleet(3, rate=1000)
    await fleet.send(senders=60, each=10)
    assert fleet.database.asked < 1800 / 10


async def test_nobody_asks_for_more_slots_than_there_are_messages():
    fleet = Fleet(4, size=1, rate=1000)
    await fleet.send(senders=2, each=1)
    assert fleet.database.row.next_at / shared_pace.SECOND - shared_pace.EPOCH - fleet.time.now < 0.01


async def test_one_message_takes_one_slot():
    fleet = Fleet(4, size=1, rate=1000, late=0, way=0)
    await fleet.send(senders=1, each=1)
    ahead = fleet.database.row.next_at / shared_pace.SECOND - shared_pace.EPOCH - fleet.sent[0]
    assert ahead == pytest.approx(60 / 59 / 1000, abs=1e-5)


async def test_while_the_database_is_away_messages_wait_and_it_is_said_once_each_time():
    fleet = Fleet(5, size=1)

    async def go_and_come_back():
        fleet.database.is_away = True
        await fleet.time.sleep(3)
        fleet.database.is_away = False

    with structlog.testing.capture_logs() as log:
        for times in (1, 2):
            began = fleet.time.now
            await fleet.time.run(go_and_come_back(), fleet.sender(fleet.limiters[0], 2))
            assert 3 <= fleet.sent[-2] - began < 4
            assert [line["event"] for line in log] == ["the pace can't be asked for, trying on"] * times


async def test_who_is_in_time_again_is_held_to_it():
    fleet = Fleet(3, size=1)
    fleet.time._late_by = lambda: 0.1
    await fleet.send(each=3)
    (limiter,) = fleet.limiters
    assert limiter._late > 0.1
    fleet.time._late_by = lambda: 0.001
    await fleet.send(each=9)
    assert limiter._late == pytest.approx(0.02)


async def test_during_a_pause_that_another_began_nobody_waits_and_no_slot_is_taken():
    fleet = Fleet(6)
    await fleet.database.pause(30)
    before, began = fleet.database.row.next_at, fleet.time.now
    limiter = fleet.limiters[0]
    await fleet.time.run(limiter.turn(1))
    assert fleet.time.now - began < 0.1
    assert limiter._pause.left() == pytest.approx(30, abs=0.1)
    assert fleet.database.row.next_at == before


async def test_the_pace_creeps_up_by_what_was_accepted_once():
    fleet = Fleet(7, size=1, rate=27)
    limiter, asked_for = fleet.limiters[0], 27 * 59 / 60
    await fleet.time.run(limiter.turn(1))
    assert limiter.rate == pytest.approx(asked_for)
    for _ in range(150):
        limiter.accepted()
    for _ in range(2):
        await fleet.time.run(limiter.turn(1))
        assert limiter.rate == pytest.approx(asked_for + 0.1)


async def test_a_429_is_told_to_the_others_once_and_theirs_is_learnt():
    fleet = Fleet(8, size=2)
    one, other = fleet.limiters
    one._pause.begin(dt.timedelta(seconds=20))
    one._pause.begun.clear()
    one.refused()
    assert one._pause.begun.is_set(), "it is told at once"
    for limiter in (one, other, one):
        await limiter._share_pause()
    assert fleet.database.slowed == 1
    assert other._pause.left() == pytest.approx(20, abs=0.1)
    assert not one._pause.begun.is_set()


async def test_a_group_without_a_place_is_held_back_until_there_is_one():
    fleet = Fleet(9, size=1)
    limiter, fleet.database.waits = fleet.limiters[0], [12.0]
    await fleet.time.run(limiter.turn(-5))
    assert list(limiter.held_back()) == [-5]
    fleet.time.now += 11.9
    assert list(limiter.held_back()) == [-5]
    fleet.time.now += 0.2
    assert list(limiter.held_back()) == []


async def test_a_person_needs_no_place_of_a_group():
    fleet = Fleet(9, size=1)
    fleet.database.waits = [12.0]
    await fleet.time.run(fleet.limiters[0].turn(5))
    assert fleet.database.waits == [12.0]
    assert list(fleet.limiters[0].held_back()) == []


async def test_slots_left_behind_by_a_pause_are_never_used_in_a_burst():
    fleet = Fleet(7, size=1, rate=1000, late=0, way=0)
    (limiter,) = fleet.limiters

    async def meet_a_429():
        await limiter.turn(1)
        if len(limiter._slots) > 20:
            limiter._pause.keep(30)

    await fleet.time.run(*(meet_a_429() for _ in range(33)))
    assert len(limiter._slots) > 20
    await fleet.time.run(limiter._pause.over())
    await fleet.send(senders=33, each=2)
    assert shared_pace.most_within(fleet.sent, 0.01) <= 1000 * (0.01 + CATCH_UP_S) + 1


# clocks


WAYS = st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)), min_size=1, max_size=20)


@given(st.floats(-1e6, 1e6), WAYS)
def test_the_servers_clock_is_known_as_well_as_the_quickest_answer(offset, ways):
    clock, now = server_clock.ServerClock(), 0.0
    for there, back in ways:
        clock.note(now + offset, now + there, now + there + back + offset)
        now += there + back + 0.1
    unsure = min(there + back for there, back in ways) / 2 + 0.001 * now
    assert abs(clock.ours(now) - (now + offset)) <= unsure + 1e-6


def test_a_clock_that_was_set_is_learnt_anew():
    clock = server_clock.ServerClock()
    clock.note(10.0, 5000.0, 10.002)
    clock.note(11.0, 1400.0, 11.002)
    assert clock.ours(1401.0) == pytest.approx(12.001, abs=0.002)


# with the real row


@ON_POSTGRESQL
async def test_a_429_that_one_met_pauses_the_others_and_slows_all_down(rig):
    waits = [pause.Pause(jitter=lambda: 0) for _ in range(2)]
    first, second = (shared_limiter.SharedLimiter(1000, one, rig.database) for one in waits)
    async with asyncio.TaskGroup() as tasks:
        following = [tasks.create_task(one.follow()) for one in (first, second)]
        await first.turn(1)
        waits[0].begin(dt.timedelta(seconds=20))
        first.refused()
        await until(lambda: kept(rig, 0.8))
        await second.turn(2)
        assert waits[1].left() == pytest.approx(20, abs=1)
        for task in following:
            task.cancel()


@dataclass
class Away:
    """A database that is out of reach for a while."""

    database: object
    is_away: bool = True
    asked: int = 0

    def at_once(self):
        self.asked += 1
        if self.is_away:
            raise StorageError
        return self.database.at_once()


@ON_POSTGRESQL
async def test_a_429_is_told_as_soon_as_the_database_is_there_again(rig, monkeypatch):
    monkeypatch.setattr(shared_limiter, "_FOLLOW_S", 0.01)
    waits, away = pause.Pause(jitter=lambda: 0), Away(rig.database)
    limiter = shared_limiter.SharedLimiter(1000, waits, away, sleep=lambda _: asyncio.sleep(0))
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(limiter.follow())
        await until(lambda: away.asked)
        waits.begin(dt.timedelta(seconds=20))
        limiter.refused()
        asked = away.asked
        await until(lambda: away.asked > asked + 1)
        away.is_away = False
        await until(lambda: kept(rig, 0.8))
        asked = away.asked
        await until(lambda: away.asked > asked)
        following.cancel()


async def kept(rig, share):
    """Say whether so much is left of the rate, and nothing may leave."""
    async with rig.database.at_once() as uow:
        left = await uow._connection.scalar(sa.select(pace.c.share))
        return left == pytest.approx(share) and await uow.pace.paused_for()


@contextlib.asynccontextmanager
async def worker_apart(rig, address):
    """A worker with a way to Telegram of its own, as in another process; gives its pause."""
    waits = pause.Pause(jitter=lambda: 0)
    ours = transport.Transport(transport.Options(read_timeout=4), pause=waits, count=rig.count)
    limiter = shared_limiter.SharedLimiter(100, waits, rig.database)
    async with ours:
        bot = telegram.Bot(rig.bot.token, base_url=address, request=ours, get_updates_request=ours)
        async with rig.working(bot=bot, pause=waits, limiter=limiter, wall=wall):
            yield waits


@pytest.mark.long(seconds=4)
@ON_POSTGRESQL
async def test_one_429_pauses_every_worker_and_then_reminders_go_first(rig):
    people = rig.people(51)
    address = rig.bot.base_url.removesuffix(rig.bot.token)
    await rig.queue(*(message(n, chat, lane=Lane.DIGESTS) for n, chat in enumerate(people[1:])))
    async with worker_apart(rig, address) as first, worker_apart(rig, address) as second:
        await until(lambda: len(rig.sent()) >= 8)
        rig.telegram.faults.order("too_many", seconds=2, method="sendMessage")
        await until(lambda: first.left() and second.left())
        await rig.queue(message(999, people[0]))
        await until(lambda: min(first.left(), second.left()) < 0.2)
        texts = [call.params["text"] for call in rig.calls()]
        refused = next(n for n, call in enumerate(rig.calls()) if not call.accepted)
        assert len(texts) - refused <= 2 * QUICK.concurrency, "what was on its way"
        await until(lambda: len(rig.sent()) == 51, within=30)
    after = [call.params["text"] for call in rig.calls()][len(texts) :]
    assert "message 999" in after[: 2 * QUICK.concurrency]
    assert {row.attempts for row in (await rig.rows()).values()} == {0}


@ON_POSTGRESQL
async def test_a_group_reads_twenty_messages_a_minute_of_all_processes_and_others_go_first(rig):
    first, second = (shared_limiter.SharedLimiter(1000, pause.Pause(), rig.database) for _ in range(2))
    for limiter in [first, second] * 9:
        assert await limiter.turn(-7)
    async with rig.database.unit_of_work() as uow:
        assert [await first.may_answer(uow, -7) for _ in range(3)] == [True, True, False]
        assert [await first.may_answer(uow, chat) for chat in (7, -8)] == [True, True]
    assert not second.held_back()
    async with asyncio.timeout(5):
        assert not await second.turn(-7)
        assert list(second.held_back()) == [-7]
        assert await second.turn(-8)
