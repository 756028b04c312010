"""A year of reminders in four zones with both clock changes of each, jumping to where something is due."""

import datetime as dt
import json
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from domain.reminders import Lead
from services import reminders
from services.reminders import Promised, TooLate
from storage import database
from tests import factories
from tests.factories import job_event, subscriber
from tests.wall_clock import reminded_at

ZONES = ("Europe/Paris", "Indian/Reunion", "Pacific/Tahiti", "America/Miquelon")
BEGIN = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)
TICK = dt.timedelta(minutes=5)
CHANGES = {dt.date(2026, 10, 25), dt.date(2026, 11, 1), dt.date(2027, 3, 14), dt.date(2027, 3, 28)}
TIMES = ("09:00", "14:30", "08:30", "10:15", "18:00", "02:30", "08:45", "22:00", "00:30", "09:59", "07:00")


def days(step):
    """Every so many days of the year, and each day around a clock change."""
    for number in range(2, 365):
        day = BEGIN.date() + dt.timedelta(days=number)
        if number % step == 0 or any(abs((day - change).days) <= 2 for change in CHANGES):
            yield day


@pytest.fixture
async def units(database_url):
    async with database.opened(database_url) as opened:
        yield opened


async def promise_a_year(units, step):
    """One person in each zone asks to be reminded twice of each event; return what must come."""
    expected = {}
    async with units.unit_of_work() as uow:
        for number, zone in enumerate(ZONES, start=1):
            await uow.subscribers.add(subscriber(number, zone=zone))
            events = [
                job_event(f"{day} {TIMES[turn % len(TIMES)]}", zone=zone, source_id=f"{zone} {day}")
                for turn, day in enumerate(days(step))
            ]
            ids = await uow.job_events.add_many(events, now=BEGIN, is_baseline=True)
            person = await uow.subscribers.get(number)
            for stored in await uow.job_events.get_many(list(ids)):
                for lead in Lead:
                    answer = await reminders.choose(uow, person, stored, lead, now=BEGIN)
                    assert isinstance(answer, Promised)
                    expected[number, stored.id, lead.value] = reminded_at(
                        lead, stored.event.starts_at, ZoneInfo(zone)
                    )
    return expected


@pytest.mark.long(seconds=10)
@pytest.mark.parametrize(
    ("database_url", "step", "least"),
    [("sqlite", 1, 2_800), ("postgresql", 20, 280)],  # each statement is held equal on both elsewhere
    indirect=["database_url"],
)
async def test_each_reminder_of_a_year_comes_once_at_the_right_hour(units, step, least):
    expected = await promise_a_year(units, step)
    assert len(expected) > least
    now, ticks = BEGIN, 0
    while True:
        async with units.unit_of_work() as uow:
            due_at = await uow.reminders.next_due()
            if due_at is None:
                break
            assert due_at > now, "nothing due was left behind"
            now += -((now - due_at) // TICK) * TICK
            ticks += 1
            await reminders.queue_due(uow, now=now)
    assert ticks > least / 2
    seen, came = Counter(), {}
    async with units.reading() as uow:
        for number, zone in enumerate(ZONES, start=1):
            for row in (await uow.subscribers.export(number))["outbox"]:
                payload = json.loads(row["payload"])
                created_at, due_at, expires_at = (
                    dt.datetime.fromisoformat(row[name]) for name in ("created_at", "due_at", "expires_at")
                )
                key = (number, payload["job_event_id"], payload["lead"])
                clock = due_at.astimezone(ZoneInfo(zone))
                late = created_at - due_at
                seen[key] += 1
                came[key] = (clock.date(), clock.time())
                assert dt.timedelta(0) <= late < TICK
                assert due_at < expires_at
    assert set(seen.values()) == {1}
    assert came == expected


async def test_what_is_asked_for_in_the_last_minute_says_that_it_is_too_late(units):
    async with units.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        number = await factories.keep(uow, job_event("2026-10-25 09:00"), now=BEGIN, is_baseline=True)
        person, stored = await uow.subscribers.get(1), await uow.job_events.get(number)
        # 8 h on the morning of the autumn change is 7 h UTC: the person sleeps before, and is told after
        for now, answer in (("06:59", Promised), ("07:00", TooLate)):
            at = dt.datetime.fromisoformat(f"2026-10-25 {now}+00:00")
            assert isinstance(await reminders.choose(uow, person, stored, Lead.TWO_HOURS, now=at), answer)
