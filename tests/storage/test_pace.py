"""The pace of all processes: the rule keeps every window, and the row keeps the rule."""

import asyncio
import bisect
import datetime as dt
import itertools
import random

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from domain import pace as figures
from storage.tables import group_posts, pace
from tests.databases import ON_POSTGRESQL
from tests.storage import gcra
from tests.storage.gcra import SECOND

MINUTE = dt.timedelta(minutes=1)
RATES = st.sampled_from([0.1, 1.0, 10.0, 27.0, 29.5, 30.0, 1000.0])
GAPS = st.integers(0, 2 * SECOND) | st.integers(0, SECOND // 20)


@given(RATES, st.lists(st.tuples(GAPS, st.integers(1, 3)), min_size=1, max_size=40))
def test_whoever_asks_and_whenever_no_window_sees_more_than_the_rate_and_one(rate, asked):
    now = 1_700_000_000 * SECOND
    row, slots = gcra.new(now), []
    for gap, count in asked:
        # who has slots in hand asks for no others
        now = max(now + gap, row.next_at - round(10 * SECOND / min(rate, 1)))
        row, (first, end) = gcra.take(row, now, count, rate)
        slots += [first + (end - first) * n / count for n in range(count)]
    assert slots == sorted(slots)
    for length in (SECOND, SECOND // 10, 7 * SECOND):
        assert most_within(slots, length) <= rate * (length / SECOND + figures.CATCH_UP_S) + 1.01


@given(st.lists(GAPS, max_size=60), st.lists(st.integers(0, 45_000), min_size=60, max_size=60))
def test_jitter_of_45_milliseconds_leaves_31_in_a_second_at_a_fraction_under_thirty(gaps, late):
    now = 0
    row, arrived = gcra.new(now), []
    for delay, gap in zip(late, gaps + [0] * 60, strict=False):
        now += gap
        row, (first, _) = gcra.take(row, now, 1, 29.5)
        arrived.append(first + delay)
    assert most_within(sorted(arrived), SECOND) <= 31


def most_within(instants, length):
    """How many of these, in order, lie within one window at most."""
    return max(bisect.bisect_left(instants, start + length) - n for n, start in enumerate(instants))


@given(RATES)
def test_the_pace_ends_at_what_was_asked_for_or_just_under_what_telegram_takes(rate):
    assert rate <= figures.ceiling(rate) <= max(rate, 29)
    assert figures.floor(rate) <= rate
    assert figures.ceiling(27) == pytest.approx(29)


STEPS = [
    *(("take", count, accepted) for count in (1, 3, 30) for accepted in (0, 7, 20_000)),
    *(("pause", seconds) for seconds in (0.0, 0.001, 0.004, 0.02)),
    ("slow_down",),
    *(("clock", seconds) for seconds in (-90, -30, 4, 6)),
]
"""What may come: questions, and that the server's clock is set by so many seconds."""


@ON_POSTGRESQL
@pytest.mark.parametrize("rate", [0.5, 27.0, 29.5, 1000.0])
async def test_the_row_keeps_the_rule(data, rate):
    await follow(data, rate, random.Random(rate).choices(STEPS, k=80))


async def follow(data, rate, steps):
    """Take the same steps with the row and with the rule, by the instants that the server names."""
    async with data.unit_of_work() as uow:
        await uow.pace.take(1, rate=rate)
        rule = await row(uow)
        for name, *told in steps:
            if name == "take":
                count, accepted = told
                slots = await uow.pace.take(count, rate=rate, accepted=accepted)
                rule, given_out = gcra.take(rule, round(slots.now * SECOND), count, rate, accepted)
                assert len(slots.instants) == (count if given_out else 0)
                assert (slots.pause > 0) == (given_out is None)
                if given_out:
                    assert slots.instants[0] == pytest.approx(given_out[0] / SECOND, abs=2e-6)
            elif name == "pause":
                before = rule.paused_until
                await uow.pace.pause(*told)
                # its own instant is not told: it lies between two others
                rule = gcra.replace(rule, paused_until=(await row(uow)).paused_until)
                assert rule.paused_until >= before
                assert await uow.pace.paused_for() <= told[0] or rule.paused_until == before
            elif name == "slow_down":
                may_cut_at = rule.may_cut_at
                await uow.pace.slow_down(rate=rate)
                cut = await row(uow)
                now = cut.may_cut_at - 5 * SECOND if cut.may_cut_at != may_cut_at else may_cut_at - 1
                rule = gcra.slow_down(rule, now, rate)
            else:
                await uow._connection.execute(sa.update(pace).values(moved(*told)))
                rule = await row(uow)
            assert await row(uow) == rule


@ON_POSTGRESQL
async def test_the_row_goes_by_the_clock_of_the_server(data):
    async with data.unit_of_work() as uow:
        slots = await uow.pace.take(1, rate=27)
        shown = await uow._connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())"))
    assert slots.now == pytest.approx(float(shown), abs=30)


def moved(seconds):
    """Every instant as it looks when the server's clock is set by so much."""
    names = ("next_at", "paused_until", "may_cut_at")
    return {name: raw(name) - sa.literal(round(seconds * SECOND), sa.BigInteger) for name in names}


def raw(name):
    """An instant as it is kept: microseconds."""
    return sa.type_coerce(pace.c[name], sa.BigInteger)


async def row(uow):
    kept = sa.select(raw("next_at"), raw("paused_until"), raw("may_cut_at"), pace.c.share)
    return gcra.Row(*(await uow._connection.execute(kept)).one())


@ON_POSTGRESQL
async def test_many_who_ask_at_once_never_share_a_slot(data):
    async def take():
        async with data.at_once() as uow:
            return (await uow.pace.take(3, rate=100)).instants

    taken = await asyncio.gather(*(take() for _ in range(20)))
    slots = sorted(slot for instants in taken for slot in instants)
    assert len(slots) == 60
    assert min(later - slot for slot, later in itertools.pairwise(slots)) >= 0.0099


@ON_POSTGRESQL
async def test_the_very_first_slots_are_taken_too(data):
    async with data.at_once() as uow:
        first = await uow.pace.take(3, rate=10)
        then = await uow.pace.take(1, rate=10)
    assert [slot - first.now for slot in (*first.instants, *then.instants)] == pytest.approx(
        [0, 0.1, 0.2, 0.3], abs=1e-5
    )
    assert then.rate == 10


@ON_POSTGRESQL
async def test_who_read_the_clock_before_the_very_first_but_wrote_after_it_is_not_paused(data):
    async with data.at_once() as uow:
        await uow.pace.take(3, rate=10)
        await uow._connection.execute(sa.update(pace).values(moved(-0.5)))
        assert len((await uow.pace.take(3, rate=10)).instants) == 3
        await uow.pace.slow_down(rate=10)
        assert (await row(uow)).share < 1


@ON_POSTGRESQL
async def test_who_stands_still_after_asking_keeps_nobody_waiting(data):
    async with data.at_once() as still, asyncio.timeout(5):
        await still.pace.take(1, rate=10)
        async with data.at_once() as uow:
            await uow.pace.pause(10)
        assert 9 < await still.pace.paused_for() <= 10


@ON_POSTGRESQL
async def test_a_pause_holds_for_all_and_a_longer_one_stays(data):
    async with data.at_once() as uow:
        assert await uow.pace.paused_for() == 0
        await uow.pace.pause(30)
        await uow.pace.pause(2)
        assert 29 < await uow.pace.paused_for() <= 30
        slots = await uow.pace.take(3, rate=30)
        assert (slots.instants, slots.pause) == ([], pytest.approx(30, abs=1))


@ON_POSTGRESQL
async def test_a_group_has_twenty_places_however_many_take_them_at_once(data):
    async def post(chat_id):
        async with data.unit_of_work() as uow:
            return await uow.group_posts.add(chat_id, window=MINUTE)

    waits = await asyncio.gather(*(post(-7) for _ in range(24)), post(-8))
    assert sorted(waits)[:21] == [0] * 21
    assert all(55 < wait <= 60 for wait in sorted(waits)[21:])


@ON_POSTGRESQL
async def test_a_place_is_free_again_after_the_window_and_old_ones_are_forgotten(data):
    async with data.unit_of_work() as uow:
        for _ in range(20):
            await uow.group_posts.add(-7, window=MINUTE)
        assert await uow.group_posts.add(-7, window=MINUTE) > 0
        passed = sa.type_coerce(group_posts.c.at, sa.BigInteger) - 60 * SECOND
        await uow._connection.execute(sa.update(group_posts).values(at=sa.type_coerce(passed, sa.BigInteger)))
        assert await uow.group_posts.add(-7, window=MINUTE) == 0
        left = sa.select(sa.func.count()).select_from(group_posts)
        assert await uow._connection.scalar(left) == 1
        await uow.group_posts.purge(before=dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
        assert await uow._connection.scalar(left) == 0


async def test_only_on_postgresql_may_others_send_too(data, url):
    assert data.is_shared is url.startswith("postgresql")
