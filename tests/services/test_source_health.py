"""How each source is doing, who hears of it, and what is forgotten."""

from domain.errors import SourceError
from domain.job_events import Rejected
from domain.outbox import Kind
from services import imports
from tests.services.import_world import (
    ANA,
    DAY,
    HOUR,
    MONDAY_NOON,
    OPERATOR,
    an_event,
    some,
)


async def test_a_source_that_is_down_keeps_its_events_and_says_since_when(world):
    await world.sweep(*some(2))
    down_since = world.now
    for _ in range(2):
        await world.sweep(breaks_off=SourceError("openagenda answers 503"))
    health = await world.health()
    assert (health.failing_since, health.last_error) == (down_since, "openagenda answers 503")
    assert not health.is_stale
    assert await world.count("job_events") == 2
    await world.sweep(*some(2))
    health = await world.health()
    assert (health.failing_since, health.last_error) == (None, None)


async def test_a_run_that_was_cut_off_is_noted_when_the_next_begins(world):
    async with world.database.unit_of_work() as uow:
        await imports.begin(uow, "openagenda", now=world.now)
    await world.sweep()
    assert await world.rows("SELECT outcome FROM import_runs ORDER BY id") == [
        ("interrupted",),
        ("complete",),
    ]


async def test_figures_of_a_run_are_kept(world):
    await world.sweep(*some(2))
    ((figures,),) = await world.rows("SELECT figures FROM import_runs")
    assert '"new": 2' in figures


async def test_a_stale_source_is_told_to_each_operator_once_until_it_recovers(world):
    await world.sweep(*some(2))
    assert await world.tell_operators(OPERATOR, OPERATOR + 1) == 0
    world.now += DAY
    stale_since = (await world.health()).last_complete_at + DAY
    assert [await world.tell_operators(OPERATOR, OPERATOR + 1) for _ in range(2)] == [2, 0]
    first, second = await world.waiting(Kind.OPERATOR_NOTICE)
    assert (first.chat_id, second.chat_id) == (OPERATOR, OPERATOR + 1)
    assert first.payload == {"source": "openagenda", "trouble": "stale"}
    assert first.key == f"source:openagenda:stale:{stale_since.isoformat()}:{OPERATOR}"
    world.now += 5 * DAY
    assert await world.tell_operators(OPERATOR) == 0
    await world.sweep(*some(2))
    assert await world.tell_operators(OPERATOR) == 0
    world.now += 2 * DAY
    assert await world.tell_operators(OPERATOR) == 1


async def test_a_source_that_was_never_read_whole_is_stale_a_day_after_the_first_try(world):
    await world.sweep(breaks_off=SourceError("down"))
    assert not (await world.health()).is_stale
    world.now += DAY
    assert (await world.health()).is_stale
    assert await world.tell_operators(OPERATOR) == 1


async def test_a_held_back_sweep_is_told_to_operators_once(world):
    await world.sweep(*some(9))
    for expected in (1, 0):
        await world.sweep()
        assert await world.tell_operators(OPERATOR) == expected
    (message,) = await world.waiting(Kind.OPERATOR_NOTICE)
    assert message.payload["trouble"] == "held_back"


async def test_a_source_that_is_no_longer_read_or_no_operator_is_no_ones_trouble(world):
    await world.sweep(source="old")
    world.now += 2 * DAY
    assert await world.tell_operators(OPERATOR) == 0
    await world.sweep(breaks_off=SourceError("down"))
    world.now += 2 * DAY
    assert await world.tell_operators() == 0
    assert await world.tell_operators(OPERATOR) == 1


async def test_what_is_long_over_is_forgotten_with_all_that_hangs_on_it(world):
    await world.subscriber()
    await world.baseline(an_event(9))
    await world.sweep(an_event(9), an_event(1), an_event(2, starts_at=MONDAY_NOON + 60 * DAY))
    await world.sweep(rejected=[Rejected(source="openagenda", source_id="x", reason="no date", raw="{}")])
    await world.remind(ANA, 2)
    world.now = MONDAY_NOON + 10 * DAY + 2 * HOUR + imports.EVENTS_KEPT_FOR
    async with world.database.unit_of_work() as uow:
        assert await imports.purge(uow, now=world.now) == 0
        assert await imports.purge(uow, now=world.now + HOUR) == 2
    assert await world.rows("SELECT source_id FROM job_events") == [("2",)]
    assert await world.counts("listings", "matches", "reminders") == (
        1,
        1,
        0,
    )
    assert await world.counts("quarantined_records", "import_runs") == (0, 1)


async def test_the_baseline_of_the_first_source_is_remembered(world):
    async def first():
        async with world.database.reading() as uow:
            return await uow.imports.first_baseline_at()

    await world.sweep(breaks_off=SourceError("down"))
    assert await first() is None
    read_whole_at = world.now
    await world.sweep()
    await world.sweep(source="francetravail")
    assert await first() == read_whole_at
