"""What is gone is told as gone, never as cancelled; a sweep that lacks too much is not believed."""

import dataclasses
import datetime as dt

from domain.errors import SourceError
from domain.imports import Outcome, Trouble
from domain.job_events import EventStatus, Rejected
from domain.outbox import Kind
from tests.services.import_world import (
    DAY,
    HOUR,
    MONDAY_NOON,
    an_event,
    but,
    some,
    told_and_reminded,
)


async def status(world, number=1):
    return (await world.event(number)).event.status


async def test_an_event_is_unlisted_after_two_absences_and_back_when_seen_again(world):
    await told_and_reminded(world)
    others = some(4)[1:]
    await world.sweep(*others)
    assert await status(world) is EventStatus.SCHEDULED
    result = await world.sweep(*others)
    assert (result.figures.vanished, await status(world)) == (1, EventStatus.UNLISTED)
    assert await world.sweep(*others) == dataclasses.replace(
        result, figures=dataclasses.replace(result.figures, vanished=0)
    )
    assert [message.key for message in await world.waiting(Kind.EVENT_CHANGED)] == ["changed:1:2:1"]
    assert len(await world.waiting(Kind.CARD_REFRESH)) == 2
    assert await world.count("reminders") == 2
    await world.sweep(*some(4))
    assert (await status(world), (await world.event()).version) == (EventStatus.SCHEDULED, 3)
    assert await world.waiting(Kind.MATCHES) == []


async def test_a_baseline_event_that_returns_is_not_pushed_as_new(world):
    await world.subscriber()
    await world.baseline(*some(4))
    for _ in range(2):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.UNLISTED
    await world.sweep(*some(4))
    assert await status(world) is EventStatus.SCHEDULED
    assert await world.waiting() == []


async def test_one_absence_only_is_forgotten(world):
    await world.sweep(*some(4))
    for seen in (some(4)[1:], some(4), some(4)[1:]):
        await world.sweep(*seen)
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_failed_sweep_counts_no_absence(world):
    await world.sweep(*some(4))
    for _ in range(4):
        await world.sweep(*some(4)[1:], breaks_off=SourceError("down"))
    assert await world.rows("SELECT DISTINCT absences FROM listings") == [(0,)]
    assert await status(world) is EventStatus.SCHEDULED


async def test_what_became_unreadable_is_still_listed(world):
    await world.sweep(*some(4))
    for _ in range(3):
        unreadable = Rejected(source="openagenda", source_id="1", reason="no date", raw="{}")
        await world.sweep(*some(4)[1:], rejected=[unreadable])
    assert await status(world) is EventStatus.SCHEDULED


async def test_the_absence_of_what_is_about_to_begin_says_nothing(world):
    soon = an_event(1, starts_at=MONDAY_NOON + 4 * HOUR)
    await world.sweep(soon, *some(4)[1:])
    world.now = soon.starts_at - dt.timedelta(minutes=50)
    for _ in range(2):
        await world.sweep(*some(4)[1:], later=dt.timedelta(minutes=5))
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_cancelled_event_that_disappears_stays_cancelled(world):
    await world.sweep(an_event(status=EventStatus.CANCELLED), *some(4)[1:])
    for _ in range(2):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.CANCELLED


async def test_an_event_that_another_source_lists_is_not_gone(world):
    there = an_event(50, source="francetravail", mee_id=1)
    await world.sweep(an_event(mee_id=1), *some(4)[1:])
    await world.sweep(there, source="francetravail")
    for _ in range(3):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_source_that_was_given_up_vouches_for_nothing(world):
    await world.sweep(an_event(mee_id=1), source="openagenda")
    others = [an_event(number, source="francetravail") for number in (2, 3, 4)]
    await world.sweep(an_event(50, source="francetravail", mee_id=1), *others, source="francetravail")
    world.now += 2 * DAY
    for _ in range(2):
        await world.sweep(*others, source="francetravail")
    assert await status(world) is EventStatus.UNLISTED


async def test_many_that_vanish_are_told_in_several_transactions(world):
    events = some(400)
    await world.sweep(*events)
    for _ in range(2):
        result = await world.sweep(*events[130:])
    assert result.figures.vanished == 130
    assert await world.rows("SELECT count(*) FROM job_events WHERE status = 'unlisted'") == [(130,)]


async def test_a_sweep_that_suddenly_lacks_over_a_third_is_held_back(world):
    await world.sweep(*some(9))
    complete_at = (await world.health()).last_complete_at
    for _ in range(3):
        result = await world.sweep(*some(5))
    assert result.outcome is Outcome.HELD_BACK
    assert result.error == "4 of 9 events still to come are suddenly missing: none counted as gone"
    assert await world.rows("SELECT DISTINCT absences FROM listings") == [(0,)]
    health = await world.health()
    assert (health.trouble[0], health.last_complete_at) == (Trouble.HELD_BACK, complete_at)
    assert await world.rows("SELECT outcome FROM import_runs WHERE id = 4") == [("held_back",)]
    assert (await world.sweep(*some(6))).outcome is Outcome.COMPLETE
    assert (await world.health()).trouble is None


async def test_an_empty_but_valid_sweep_cancels_nothing(world):
    await world.sweep(*some(9))
    for _ in range(3):
        assert (await world.sweep()).outcome is Outcome.HELD_BACK
    assert await world.rows("SELECT DISTINCT status FROM job_events") == [("scheduled",)]


async def test_new_events_do_not_make_up_for_those_that_are_missing(world):
    await world.sweep(*some(9))
    result = await world.sweep(*some(2), *(an_event(number) for number in range(100, 200)))
    assert result.outcome is Outcome.HELD_BACK


async def test_a_source_that_gives_all_its_events_new_ids_is_believed(world):
    await world.sweep(*some(9))
    renumbered = [but(event, source_id=f"new-{event.source_id}") for event in some(9)]
    for _ in range(3):
        result = await world.sweep(*renumbered)
    assert (result.outcome, await world.count("job_events")) == (Outcome.COMPLETE, 9)
    assert await world.rows("SELECT DISTINCT status FROM job_events") == [("scheduled",)]
    moved = [but(event, starts_at=event.starts_at + HOUR) for event in renumbered]
    assert (await world.sweep(*moved)).figures.changed == 9
