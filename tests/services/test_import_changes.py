"""What changes is told once to those whom it concerns, and their reminders move."""

import dataclasses
import datetime as dt

from domain.alerts import Frequency
from domain.errors import SourceError
from domain.job_events import EventStatus, Mode
from domain.outbox import Kind
from domain.reminders import Lead
from domain.subscribers import Standing
from tests.services.import_world import (
    ANA,
    BEN,
    DAY,
    HOUR,
    LYON,
    MONDAY_NOON,
    an_event,
    but,
    some,
    told_and_reminded,
)


async def test_a_change_is_told_once_to_whom_it_concerns(world):
    await told_and_reminded(world)
    moved = but(an_event(), starts_at=MONDAY_NOON + 12 * DAY)
    changed_at = world.now
    result = await world.sweep(moved, *some(4)[1:])
    await world.sweep(moved, *some(4)[1:])
    assert (result.figures.changed, (await world.event()).version) == (1, 2)
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert (message.chat_id, message.key) == (ANA, "changed:1:2:1")
    assert message.payload == {"job_event_id": 1, "version": 2}
    assert (message.due_at, message.expires_at) == (changed_at, moved.starts_at)
    refreshes = await world.waiting(Kind.CARD_REFRESH)
    assert [refresh.chat_id for refresh in refreshes] == [ANA, BEN]
    assert all(refresh.key == f"refresh:{refresh.payload['outbox_id']}:1:2" for refresh in refreshes)


async def test_the_next_change_is_told_anew(world):
    await told_and_reminded(world)
    await world.sweep(an_event(1, mode=Mode.BOTH), *some(4)[1:])
    await world.sweep(an_event(1, commune="31069"), *some(4)[1:])
    keys = [message.key for message in await world.waiting(Kind.EVENT_CHANGED)]
    assert keys == ["changed:1:2:1", "changed:1:3:1"]


async def test_reminders_move_with_the_event(world):
    await told_and_reminded(world)
    moved = but(an_event(), starts_at=MONDAY_NOON + 12 * DAY)
    await world.sweep(moved, *some(4)[1:])
    async with world.database.reading() as uow:
        found = await uow.reminders.of_event(ANA, 1)
    assert {reminder.lead: reminder.due_at for reminder in found} == {
        Lead.DAY_BEFORE: dt.datetime(2026, 6, 12, 15, tzinfo=dt.UTC),
        Lead.TWO_HOURS: moved.starts_at - 2 * HOUR,
    }


async def test_a_reminder_that_comes_too_late_is_dropped_but_later_changes_are_still_told(world):
    await told_and_reminded(world)
    sooner = but(an_event(), starts_at=world.now + 5 * HOUR)
    await world.sweep(sooner, *some(4)[1:])
    async with world.database.reading() as uow:
        (left,) = await uow.reminders.of_subscriber(ANA, now=world.now)
    assert left.lead is Lead.TWO_HOURS
    await world.sweep(but(sooner, status=EventStatus.CANCELLED), *some(4)[1:])
    assert len(await world.waiting(Kind.EVENT_CHANGED)) == 2


async def test_a_cancelled_event_is_told_in_the_night_and_reminds_nobody(world):
    await told_and_reminded(world)
    world.now = night = dt.datetime(2026, 6, 1, 22, tzinfo=dt.UTC)
    result = await world.sweep(an_event(status=EventStatus.CANCELLED), *some(4)[1:])
    assert (result.figures.cancelled, result.figures.changed) == (1, 1)
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert message.due_at == night
    async with world.database.unit_of_work() as uow:
        assert await uow.reminders.of_subscriber(ANA, now=world.now) == []
        assert await uow.reminders.queue_due(now=MONDAY_NOON + 10 * DAY - HOUR) == 0


async def test_who_was_told_not_to_go_hears_that_it_takes_place_after_all_and_is_reminded(world):
    await told_and_reminded(world)
    await world.sweep(an_event(status=EventStatus.CANCELLED), *some(4)[1:])
    await world.send_all()
    await world.sweep(*some(4))
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert (message.chat_id, message.payload["version"]) == (ANA, 3)
    async with world.database.reading() as uow:
        left = await uow.reminders.of_subscriber(ANA, now=world.now)
    assert [reminder.lead for reminder in left] == [Lead.DAY_BEFORE, Lead.TWO_HOURS]


async def test_any_other_change_waits_for_the_morning(world):
    await told_and_reminded(world)
    world.now = dt.datetime(2026, 6, 1, 22, tzinfo=dt.UTC)
    await world.sweep(an_event(status=EventStatus.FULL, seats_left=0), *some(4)[1:])
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert message.due_at == dt.datetime(2026, 6, 2, 6, tzinfo=dt.UTC)
    assert await world.count("reminders") == 2


async def test_whoever_left_hears_of_no_change_and_a_pause_silences_none_that_was_asked_for(world):
    await told_and_reminded(world)
    await world.remind(BEN, 1)
    async with world.database.unit_of_work() as uow:
        for number, standing in ((ANA, Standing.PAUSED), (BEN, Standing.STOPPED)):
            person = await uow.subscribers.get(number)
            await uow.subscribers.save(dataclasses.replace(person, standing=standing))
    await world.sweep(an_event(mode=Mode.BOTH), *some(4)[1:])
    told = await world.waiting()
    assert [(message.kind, message.chat_id) for message in told] == [
        (Kind.EVENT_CHANGED, ANA),
        (Kind.CARD_REFRESH, ANA),
    ]


async def test_what_is_over_changes_in_silence(world):
    await told_and_reminded(world)
    world.now = MONDAY_NOON + 11 * DAY
    result = await world.sweep(an_event(mode=Mode.BOTH))
    assert (result.figures.saved, result.figures.changed) == (1, 0)
    assert await world.waiting() == []


async def test_an_event_that_moved_is_matched_anew_but_told_twice_to_nobody(world):
    await world.subscriber(ANA)
    await world.subscriber(BEN, point=LYON)
    await world.baseline(*some(3))
    await world.sweep(*some(4))
    await world.send_all()
    in_lyon = an_event(4, commune="69123", point=LYON)
    await world.sweep(*some(3), in_lyon)
    assert [message.chat_id for message in await world.waiting(Kind.MATCHES)] == [BEN]
    await world.send_all()
    await world.sweep(*some(4))
    assert await world.waiting(Kind.MATCHES) == []


async def test_an_event_that_moved_away_before_it_was_told_is_not_told(world):
    await world.subscriber(ANA, frequency=Frequency.DAILY)
    await world.baseline()
    await world.sweep(an_event())
    await world.sweep(an_event(commune="69123", point=LYON))
    async with world.database.reading() as uow:
        assert await uow.match_queue.untold([ANA], now=world.now + 9 * DAY) == []


async def test_seats_again_tell_those_who_never_heard_of_it(world):
    await world.subscriber()
    await world.baseline(an_event(status=EventStatus.FULL))
    await world.sweep(an_event(status=EventStatus.SCHEDULED))
    assert len(await world.waiting(Kind.MATCHES)) == 1


async def test_before_the_baseline_a_moved_event_is_pushed_to_nobody(world):
    await world.subscriber()
    await world.sweep(an_event(), breaks_off=SourceError("down"))
    await world.sweep(an_event(mode=Mode.BOTH))
    assert await world.waiting(Kind.MATCHES) == []
