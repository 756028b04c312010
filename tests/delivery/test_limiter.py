"""The pace holds in every window, for every chat, under late clocks and shaky networks."""

import asyncio
import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery import limiter, pause
from tests.delivery import virtual


def most_in_window(instants, seconds):
    instants = sorted(instants)
    first, most = 0, 0
    for last, instant in enumerate(instants):
        while instants[first] <= instant - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def sent_by(chats, *, rate=27.0, late_by=lambda: 0.0):
    """Let each of these chats' messages through; return (instant, chat) in order."""
    time = virtual.Time(late_by=late_by)
    gate = limiter.Limiter(rate, clock=time.clock, sleep=time.sleep)
    sent = []

    async def one(chat):
        while not await gate.turn(chat):
            await time.sleep(1)
        sent.append((time.now, chat))

    await time.run(*(one(chat) for chat in chats))
    return sent


@pytest.mark.parametrize("seed", range(10))
async def test_no_window_of_a_second_ever_sees_more_than_thirty_for_all_the_jitter(seed):
    chance = random.Random(seed)
    sent = await sent_by(range(1, 300), late_by=lambda: chance.uniform(0, 0.004))
    arrived = [instant + chance.uniform(0, 0.030) for instant, _ in sent]
    assert most_in_window(arrived, 1.0) <= 30


async def test_the_pace_is_reached_although_clocks_wake_late():
    chance = random.Random(7)
    sent = await sent_by(range(1, 541), late_by=lambda: chance.uniform(0, 0.003))
    took = sent[-1][0] - sent[0][0]
    assert 19.5 <= took <= 20.5


async def test_nothing_leaves_in_a_burst_after_a_rest():
    time = virtual.Time()
    pace = limiter.Pace(27)
    pace.take(1, time.now)
    assert pace.wait(time.now + 60) == 0
    pace.take(2, time.now + 60)
    assert pace.wait(time.now + 60) == pytest.approx(1 / 27, abs=0.0051)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3, 4, -5]), max_size=40))
def test_one_chat_gets_one_message_a_second(chats):
    sent = asyncio.run(sent_by(chats))
    assert sorted(chat for _, chat in sent) == sorted(chats)
    for chat in set(chats):
        assert most_in_window([instant for instant, to in sent if to == chat], 0.999) <= 1


async def test_a_group_gets_twenty_messages_a_minute():
    sent = await sent_by([-100] * 50 + [-200] * 5)
    assert len(sent) == 55
    busy = [instant for instant, chat in sent if chat == -100]
    assert most_in_window(busy, 59.99) == 20
    assert busy[-1] - busy[0] == pytest.approx(129, abs=2)
    assert max(instant for instant, chat in sent if chat == -200) - busy[0] < 6


def test_answers_in_a_group_are_among_its_twenty_a_minute_and_people_are_always_answered():
    pace = limiter.Pace(1000)
    assert [pace.answer(-9, 0.1 * n) for n in range(30)] == [True] * 20 + [False] * 10
    assert pace.chat_wait(-9, 3.0) == pytest.approx(57)
    assert set(pace.held_back(30.0)) == {-9}
    assert pace.answer(-8, 3.0)
    assert all(pace.answer(9, 3.0) for _ in range(100))
    assert pace.answer(-9, 60.0)
    assert not pace.answer(-9, 60.05)


async def test_who_comes_for_a_full_group_is_told_so_at_once():
    time = virtual.Time()
    gate = limiter.Limiter(1000, clock=time.clock, sleep=time.sleep)
    came = []

    async def crowd():
        came.append(await gate.turn(-7))

    began = time.now
    await time.run(*(crowd() for _ in range(30)))
    assert (came.count(True), came.count(False)) == (20, 10)
    assert time.now - began < 21
    assert list(gate.held_back()) == [-7]
    await time.run(gate.turn(-8))
    assert time.now - began < 21


async def test_a_chat_that_must_wait_holds_up_no_other():
    sent = await sent_by([1, 1, 1, 2, 3, 4])
    assert {chat for _, chat in sent[:4]} == {1, 2, 3, 4}


def test_the_chats_that_must_wait_are_named():
    pace = limiter.Pace(1000)
    for second in range(20):
        pace.take(-9, 10.0 + second)
    pace.take(5, 30.0)
    assert set(pace.held_back(30.5)) == {5, -9}
    assert set(pace.held_back(31.5)) == {-9}
    assert set(pace.held_back(70.0)) == set()


def test_memory_is_bounded_by_what_a_minute_can_send():
    pace = limiter.Pace(27)
    now = 0.0
    for number in range(20_000):
        pace.take(number + 1 if number % 2 else -number - 1, now)
        now += 1 / 27
    assert len(pace) <= 27 * 60


def test_the_pace_creeps_up_while_clean_and_no_further_than_its_ceiling():
    pace = limiter.Pace(27)
    for _ in range(149):
        pace.accepted()
    assert pace.rate == 27
    pace.accepted()
    assert pace.rate == pytest.approx(27.1)
    for _ in range(149):
        pace.accepted()
    assert pace.rate == pytest.approx(27.1)
    pace.accepted()
    assert pace.rate == pytest.approx(27.2)
    for _ in range(100_000):
        pace.accepted()
    assert pace.rate == pytest.approx(29)


def test_a_429_cuts_the_pace_once_for_all_that_was_on_its_way():
    pace = limiter.Pace(27)
    for instant in (10.0, 10.1, 10.2, 12.0):
        pace.refused(instant)
    assert pace.rate == pytest.approx(27 * 0.8)
    pace.refused(40.0)
    assert pace.rate == pytest.approx(27 * 0.64)


def test_after_a_429_as_much_as_ever_must_go_well_before_the_pace_creeps_up():
    pace = limiter.Pace(27)
    for _ in range(149):
        pace.accepted()
    pace.refused(10.0)
    for _ in range(149):
        pace.accepted()
    assert pace.rate == pytest.approx(27 * 0.8)
    pace.accepted()
    assert pace.rate == pytest.approx(27 * 0.8 + 0.1)


def test_the_pace_is_never_cut_to_nothing():
    pace, slow = limiter.Pace(27), limiter.Pace(0.5)
    for instant in range(0, 1000, 10):
        pace.refused(instant)
        slow.refused(instant)
    assert pace.rate == 1
    assert slow.rate == 0.5


async def test_the_limiter_says_whether_an_answer_has_a_place():
    gate = limiter.Limiter(27, clock=lambda: 0.0)
    assert [await gate.may_answer(None, -5) for _ in range(21)] == [True] * 20 + [False]
    assert await gate.may_answer(None, 5) is True


async def test_the_limiter_passes_on_how_telegram_took_it():
    gate = limiter.Limiter(27)
    gate.refused()
    assert gate.rate == pytest.approx(21.6)
    for _ in range(150):
        gate.accepted()
    assert gate.rate == pytest.approx(21.7)
    await gate.turn(5)
    assert list(gate.held_back()) == [5]


async def test_a_pause_ends_when_it_was_told_to_and_a_longer_one_stays():
    time = virtual.Time()
    waits = pause.Pause(clock=time.clock, sleep=time.sleep, jitter=lambda: 0.5)
    assert waits.left() == 0
    assert not waits.begun.is_set()
    waits.begin(dt.timedelta(seconds=30))
    assert waits.begun.is_set()
    waits.begin(dt.timedelta(seconds=2))
    assert waits.left() == 30.5
    began = time.now

    async def lengthen():
        await time.sleep(10)
        waits.begin(dt.timedelta(seconds=40))

    await time.run(waits.over(), lengthen())
    assert time.now - began == 50.5
    assert waits.left() == 0
