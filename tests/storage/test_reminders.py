import datetime as dt
from dataclasses import replace

import pytest

from domain.outbox import Kind, Lane
from domain.reminders import Lead, Reminder
from domain.subscribers import Standing
from tests import factories
from tests.factories import NOW, job_event, subscriber

STARTS = job_event().starts_at
DUE = STARTS - dt.timedelta(hours=2)
EARLIER = STARTS - dt.timedelta(hours=16)
REUNION = "Indian/Reunion"


@pytest.fixture(autouse=True)
async def people(uow):
    await uow.subscribers.add(subscriber(1))
    await uow.subscribers.add(subscriber(2, zone=REUNION))


@pytest.fixture
async def event(uow):
    return await factories.keep(uow, job_event())


def reminder(event, owner=1, lead=Lead.TWO_HOURS, due_at=DUE):
    return Reminder(subscriber_id=owner, job_event_id=event, lead=lead, due_at=due_at)


async def queued(uow, now):
    """A lease of no length: one may look again."""
    return await uow.outbox.claim(now=now, wall=NOW, lease=dt.timedelta(0), limit=99)


async def test_what_is_promised_is_listed_soonest_first(uow, event):
    await uow.reminders.save(reminder(event))
    await uow.reminders.save(reminder(event, lead=Lead.DAY_BEFORE, due_at=EARLIER))
    await uow.reminders.save(reminder(event, owner=2))
    mine = [reminder(event, lead=Lead.DAY_BEFORE, due_at=EARLIER), reminder(event)]
    assert await uow.reminders.of_subscriber(1, now=NOW) == mine
    assert sorted(await uow.reminders.of_event(1, event), key=lambda each: each.due_at) == mine
    assert await uow.reminders.next_due() == EARLIER
    assert await uow.reminders.of_subscriber(1, now=STARTS) == [], "the event has begun"


async def test_nothing_is_promised_at_first(uow, event):
    assert await uow.reminders.next_due() is None
    assert await uow.reminders.of_subscriber(1, now=NOW) == []
    assert await uow.reminders.queue_due(now=STARTS) == 0


async def test_what_is_due_is_queued_once(uow, event):
    await uow.reminders.save(reminder(event))
    assert await uow.reminders.queue_due(now=DUE - dt.timedelta(microseconds=1)) == 0
    assert await uow.reminders.queue_due(now=DUE) == 1
    assert await uow.reminders.queue_due(now=DUE) == 0
    (message,) = await queued(uow, DUE)
    assert (message.kind, message.lane, message.chat_id) == (Kind.REMINDER, Lane.URGENT, 1)
    assert (message.due_at, message.expires_at, message.attempts) == (DUE, STARTS, 0)
    micros = (DUE - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
    assert message.payload == {"job_event_id": event, "lead": "two_hours", "due": micros}
    assert await uow.reminders.next_due() is None
    assert await uow.reminders.of_subscriber(1, now=DUE) == []
    assert await uow.reminders.of_event(1, event) == [reminder(event)]


async def test_both_leads_and_all_people_are_queued_in_one_go(uow, event):
    for owner in (1, 2):
        await uow.reminders.save(reminder(event, owner))
        await uow.reminders.save(reminder(event, owner, Lead.DAY_BEFORE, EARLIER))
    assert await uow.reminders.queue_due(now=EARLIER) == 2
    assert await uow.reminders.queue_due(now=DUE) == 2
    assert len({message.key for message in await queued(uow, DUE)}) == 4


async def test_after_a_long_sleep_what_has_begun_is_spent_in_silence(uow, event):
    await uow.reminders.save(reminder(event))
    assert await uow.reminders.queue_due(now=STARTS) == 0
    assert await uow.reminders.next_due() is None
    assert await queued(uow, STARTS) == []


async def test_a_promise_made_again_is_kept_at_the_new_instant(uow, event):
    await uow.reminders.save(reminder(event))
    await uow.reminders.queue_due(now=DUE)
    later = DUE + dt.timedelta(minutes=30)
    await uow.reminders.save(reminder(event, due_at=later))
    assert await uow.reminders.queue_due(now=DUE) == 0
    assert await uow.reminders.queue_due(now=later) == 1
    assert [message.due_at for message in await queued(uow, later)] == [DUE, later]


async def test_one_lead_or_all_of_an_event_are_taken_back(uow, event):
    other = await factories.keep(uow, job_event(source_id="2"))
    for lead in Lead:
        await uow.reminders.save(reminder(event, lead=lead))
    await uow.reminders.save(reminder(event, owner=2))
    await uow.reminders.save(reminder(other))
    assert await uow.reminders.cancel(1, event, Lead.DAY_BEFORE) == 1
    assert await uow.reminders.of_event(1, event) == [reminder(event)]
    assert await uow.reminders.cancel(1, event) == 1
    assert await uow.reminders.cancel(1, event) == 0
    assert await uow.reminders.of_event(2, event) == [reminder(event, owner=2)]
    await uow.reminders.cancel_all(1)
    assert await uow.reminders.of_event(1, other) == []
    assert await uow.reminders.of_event(2, event) != []


async def test_reminders_move_with_their_event_by_lead_and_zone(uow, event):
    for owner in (1, 2):
        for lead in Lead:
            await uow.reminders.save(reminder(event, owner, lead))
    await uow.reminders.queue_due(now=DUE)
    moved = DUE + dt.timedelta(days=1)
    await uow.reminders.move(event, Lead.TWO_HOURS, "Europe/Paris", moved)
    assert {
        (each.subscriber_id, each.lead, each.due_at) for each, _ in await uow.reminders.waiting_for(event)
    } == {
        (1, Lead.TWO_HOURS, moved),
        (1, Lead.DAY_BEFORE, DUE),
        (2, Lead.TWO_HOURS, DUE),
        (2, Lead.DAY_BEFORE, DUE),
    }
    assert await uow.reminders.next_due() == moved, "only what moved waits again"


async def test_whoever_promised_is_told_with_their_zone(uow, event):
    await uow.reminders.save(reminder(event))
    await uow.reminders.save(reminder(event, owner=2))
    other = await factories.keep(uow, job_event(source_id="2"))
    await uow.reminders.save(reminder(other))
    assert len(await uow.reminders.waiting_for(event)) == 2
    zones = {each.subscriber_id: zone for each, zone in await uow.reminders.waiting_for(event)}
    assert zones == {1: "Europe/Paris", 2: REUNION}


async def test_what_is_too_late_is_spent_and_its_owner_still_hears_of_the_event(uow, event):
    await uow.reminders.save(reminder(event))
    await uow.reminders.save(reminder(event, owner=2))
    await uow.reminders.spend(event, Lead.TWO_HOURS, "Europe/Paris", now=NOW)
    assert await uow.reminders.queue_due(now=DUE) == 1
    assert [message.chat_id for message in await queued(uow, DUE)] == [2]
    assert len(await uow.reminders.waiting_for(event)) == 2


async def test_a_change_is_told_once_to_each_who_asked_when_their_zone_wakes(uow, event):
    for owner in (1, 2):
        for lead in Lead:
            await uow.reminders.save(reminder(event, owner, lead))
    await uow.subscribers.add(subscriber(3))
    await uow.reminders.save(reminder(await factories.keep(uow, job_event(source_id="2")), owner=3))
    due = {"Europe/Paris": NOW, REUNION: NOW + dt.timedelta(hours=3)}
    change = {"expires_at": STARTS, "now": NOW}
    assert await uow.reminders.queue_changed(event, 2, due, **change) == 2
    assert await uow.reminders.queue_changed(event, 2, due, **change) == 0
    assert [
        (message.chat_id, message.due_at, message.kind, message.payload, message.attempts)
        for message in await queued(uow, STARTS)
    ] == [
        (1, NOW, Kind.EVENT_CHANGED, {"job_event_id": event, "version": 2}, 0),
        (2, due[REUNION], Kind.EVENT_CHANGED, {"job_event_id": event, "version": 2}, 0),
    ]
    assert await uow.reminders.queue_changed(event, 3, due, **change) == 2


@pytest.mark.parametrize(
    ("standing", "told"),
    [(Standing.ACTIVE, 1), (Standing.PAUSED, 1), (Standing.STOPPED, 0), (Standing.UNREACHABLE, 0)],
)
async def test_a_pause_does_not_silence_what_one_asked_for(uow, event, standing, told):
    await uow.reminders.save(reminder(event))
    await uow.subscribers.save(replace(subscriber(1), standing=standing))
    assert (
        await uow.reminders.queue_changed(event, 2, {"Europe/Paris": NOW}, expires_at=STARTS, now=NOW) == told
    )


async def test_reminders_go_with_their_event(uow, event):
    await uow.reminders.save(reminder(event))
    assert await uow.job_events.purge(before=STARTS + dt.timedelta(days=1)) == 1
    assert await uow.reminders.of_event(1, event) == []
