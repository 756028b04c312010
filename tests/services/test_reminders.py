"""A reminder asked for comes once, at its instant, or says that it is too late."""

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.job_events import EventStatus
from domain.outbox import Kind
from domain.reminders import Lead
from domain.subscribers import Subscriber
from services import reminders
from services.reminders import Promised, TakenBack, TooLate
from storage import database
from tests import factories
from tests.messages import samples

NOW = samples.NOW
ANA, BEN = 10, 11


@pytest.fixture
async def units(database_url):
    async with database.opened(database_url) as opened:
        async with opened.unit_of_work() as uow:
            for chat_id in (ANA, BEN):
                await uow.subscribers.add(Subscriber(id=chat_id, created_at=NOW))
        yield opened


async def publish(uow, **changes):
    number = await factories.keep(uow, samples.event(**changes), now=NOW)
    return await uow.job_events.get(number)


async def ask(uow, stored, lead, *, now=NOW, chat_id=ANA, is_wanted=True):
    person = await uow.subscribers.get(chat_id)
    return await reminders.choose(uow, person, stored, lead, is_wanted=is_wanted, now=now)


async def queued(uow, *, now):
    await reminders.queue_due(uow, now=now)
    claimed = await uow.outbox.claim(now=now, wall=now, lease=dt.timedelta(seconds=30), limit=100)
    return [(message.chat_id, message.payload["lead"], message.due_at) for message in claimed]


async def test_a_reminder_is_promised_for_the_day_before_at_17_h(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        paris = dt.datetime(2027, 6, 9, 17, tzinfo=ZoneInfo("Europe/Paris"))
        assert await ask(uow, stored, Lead.DAY_BEFORE) == Promised(paris.astimezone(dt.UTC))


async def test_both_leads_can_be_ticked_and_each_comes_once(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        await publish(uow, source_id="2")
        await ask(uow, stored, Lead.DAY_BEFORE)
        await ask(uow, stored, Lead.TWO_HOURS)
        assert await reminders.ticked(uow, ANA, stored.id, now=NOW) == set(Lead)
        evening = dt.datetime(2027, 6, 9, 15, tzinfo=dt.UTC)
        morning = dt.datetime(2027, 6, 10, 6, tzinfo=dt.UTC)
        second = dt.timedelta(seconds=1)
        assert await reminders.queue_due(uow, now=evening - second) == 0
        assert await queued(uow, now=evening) == [(ANA, "day_before", evening)]
        assert await reminders.queue_due(uow, now=evening + second) == 0
        later = await queued(uow, now=morning)
        assert later == [(ANA, "day_before", evening), (ANA, "two_hours", morning)]
        assert await reminders.queue_due(uow, now=morning + second) == 0


async def test_one_reminder_is_taken_back_and_the_other_left_and_to_ask_twice_changes_nothing(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        await ask(uow, stored, Lead.DAY_BEFORE)
        await ask(uow, stored, Lead.TWO_HOURS)
        await ask(uow, stored, Lead.TWO_HOURS, chat_id=BEN)
        for _ in range(2):
            assert await ask(uow, stored, Lead.DAY_BEFORE, is_wanted=False) == TakenBack()
            assert await ask(uow, stored, Lead.TWO_HOURS) == await ask(uow, stored, Lead.TWO_HOURS)
            assert await reminders.ticked(uow, ANA, stored.id, now=NOW) == {Lead.TWO_HOURS}
        assert await reminders.cancel(uow, ANA, stored.id) == 1
        assert await reminders.ticked(uow, ANA, stored.id, now=NOW) == set()
        assert await reminders.ticked(uow, BEN, stored.id, now=NOW) == {Lead.TWO_HOURS}


async def test_one_asked_for_too_late_says_so_and_names_the_other(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        late = dt.datetime(2027, 6, 9, 15, 30, tzinfo=dt.UTC)
        assert await ask(uow, stored, Lead.DAY_BEFORE, now=late) == TooLate(Lead.TWO_HOURS)
        later = dt.datetime(2027, 6, 10, 6, 30, tzinfo=dt.UTC)
        assert await ask(uow, stored, Lead.TWO_HOURS, now=later) == TooLate(None)
        assert await reminders.of(uow, ANA, now=NOW) == []


async def test_nobody_is_reminded_of_what_is_cancelled(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow, status=EventStatus.CANCELLED)
        assert set(reminders.possible(stored, "Europe/Paris", now=NOW).values()) == {None}
        assert await ask(uow, stored, Lead.TWO_HOURS) == TooLate(None)


async def test_the_hour_is_the_persons_and_the_day_the_events(units):
    stored = samples.stored(samples.event(zone="Indian/Reunion"))
    due = reminders.possible(stored, "Indian/Reunion", now=NOW - dt.timedelta(days=2))
    reunion = dt.datetime(2027, 6, 9, 17, tzinfo=ZoneInfo("Indian/Reunion"))
    assert due[Lead.DAY_BEFORE] == reunion


async def test_my_reminders_come_soonest_first_with_their_events(units):
    async with units.unit_of_work() as uow:
        later = await publish(
            uow, source_id="2", starts_at=samples.STARTS + dt.timedelta(days=9),
            ends_at=samples.STARTS + dt.timedelta(days=9, hours=1),
        )  # fmt: skip
        sooner = await publish(uow)
        for stored in (later, sooner):
            await ask(uow, stored, Lead.TWO_HOURS)
        await ask(uow, sooner, Lead.DAY_BEFORE)
        await ask(uow, later, Lead.DAY_BEFORE, chat_id=BEN)
        mine = await reminders.of(uow, ANA, now=NOW)
        assert [(stored.id, [reminder.lead for reminder in due]) for stored, due in mine] == [
            (sooner.id, [Lead.DAY_BEFORE, Lead.TWO_HOURS]),
            (later.id, [Lead.TWO_HOURS]),
        ]


async def test_the_next_reminder_of_anybody_is_the_soonest_that_still_waits(units):
    async with units.unit_of_work() as uow:
        assert await reminders.next_due_at(uow) is None
        stored = await publish(uow)
        sooner = await ask(uow, stored, Lead.DAY_BEFORE)
        later = await ask(uow, stored, Lead.TWO_HOURS, chat_id=BEN)
        assert await reminders.next_due_at(uow) == sooner.due_at
        await reminders.queue_due(uow, now=sooner.due_at)
        assert await reminders.next_due_at(uow) == later.due_at


async def test_a_reminder_of_what_has_begun_is_not_queued(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        await ask(uow, stored, Lead.TWO_HOURS)
        assert await queued(uow, now=stored.event.starts_at) == []


async def test_a_moved_reminder_comes_at_its_new_instant_and_says_so_in_its_row(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        await ask(uow, stored, Lead.TWO_HOURS)
        moved = dataclasses.replace(stored.event, starts_at=stored.event.starts_at + dt.timedelta(hours=1))
        due = moved.starts_at - dt.timedelta(hours=2)
        await uow.job_events.save(stored.id, moved)
        await uow.reminders.move(stored.id, Lead.TWO_HOURS, "Europe/Paris", due)
        assert await queued(uow, now=due - dt.timedelta(minutes=1)) == []
        await reminders.queue_due(uow, now=due)
        (message,) = await uow.outbox.claim(now=due, wall=due, lease=dt.timedelta(seconds=30), limit=9)
        assert message.kind is Kind.REMINDER
        assert message.payload == {
            "job_event_id": stored.id,
            "lead": "two_hours",
            "due": int(due.timestamp()) * 1_000_000,
        }


async def test_what_has_come_is_promised_no_more(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        answer = await ask(uow, stored, Lead.TWO_HOURS)
        just_before = answer.due_at - dt.timedelta(microseconds=1)
        assert await reminders.ticked(uow, ANA, stored.id, now=just_before) == {Lead.TWO_HOURS}
        assert await reminders.ticked(uow, ANA, stored.id, now=answer.due_at) == frozenset()


async def test_a_promise_stands_for_its_own_lead_and_instant(units):
    async with units.unit_of_work() as uow:
        stored = await publish(uow)
        due_at = (await ask(uow, stored, Lead.TWO_HOURS)).due_at
        later = due_at + dt.timedelta(hours=1)
        assert await reminders.is_promised(uow, ANA, stored.id, "two_hours", due_at) is True
        assert await reminders.is_promised(uow, ANA, stored.id, "two_hours", later) is False
        assert await reminders.is_promised(uow, ANA, stored.id, "day_before", due_at) is False
        assert await reminders.is_promised(uow, BEN, stored.id, "two_hours", due_at) is False
