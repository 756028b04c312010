"""A wish: kept, changed, told as often as wanted, and how many messages it will bring."""

import datetime as dt
import random
from collections import Counter
from dataclasses import replace

import pytest

from domain import schedule
from domain.alerts import Frequency
from domain.globe import Point
from domain.job_events import Mode
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Standing
from services import alerts, imports, subscribers
from sources import sample
from storage import database
from storage.tables import alerts as alert_rows
from tests import factories
from tests.databases import ON_SQLITE
from tests.factories import ALBI, NOW, TOULOUSE, alert, job_event, subscriber
from tests.rows import why

PARIS = "Europe/Paris"
DAY, WEEK, HALF_HOUR = dt.timedelta(days=1), dt.timedelta(weeks=1), dt.timedelta(minutes=30)
LATER = NOW + 60 * DAY


@pytest.fixture
async def data(database_url):
    async with database.opened(database_url) as opened:
        yield opened


@pytest.fixture
async def uow(data):
    async with data.unit_of_work() as transaction:
        yield transaction


@pytest.fixture
async def ana(uow):
    await uow.subscribers.add(subscriber(1))
    return subscriber(1)


async def publish(uow, event, *, now=NOW):
    """Save an event and hold it against all alerts, as importing does."""
    job_event_id = await factories.keep(uow, event, now=now)
    due = schedule.telling_times(now, now, [PARIS], is_sector_known=event.is_sector_known)
    await uow.match_queue.queue_for(job_event_id, event, due, now=now)
    return job_event_id


async def untold(uow):
    return [number for _, number, _ in await uow.match_queue.untold([1], now=LATER)]


async def test_before_the_first_answer_there_is_no_alert(uow, ana):
    assert await alerts.of(uow, 1) is None


async def test_a_first_alert_is_kept_with_the_zone_of_its_place(uow, ana):
    kept = await alerts.save(uow, ana, alert(1), zone="Indian/Reunion")
    assert kept.id
    assert await alerts.of(uow, 1) == kept
    assert (await uow.subscribers.get(1)).zone == "Indian/Reunion"


async def test_an_alert_without_a_place_leaves_the_zone_as_it_is(uow, ana):
    await uow.subscribers.save(replace(ana, zone="Indian/Reunion"))
    await alerts.save(uow, ana, alert(1, commune=None, point=None, modes=Mode.ONLINE), zone=None)
    assert (await uow.subscribers.get(1)).zone == "Indian/Reunion"


async def test_a_changed_alert_drops_what_waited_and_sends_no_backlog(uow, ana):
    kept = await alerts.save(uow, ana, alert(1, radius_km=10), zone=PARIS)
    near = await publish(uow, job_event())
    await publish(uow, job_event(source_id="2", point=ALBI))
    assert await untold(uow) == [near]
    wider = replace(kept, radius_km=100)
    assert await alerts.save(uow, ana, wider, zone=PARIS) == wider
    assert await alerts.of(uow, 1) == wider
    assert await untold(uow) == []
    since = await publish(uow, job_event(source_id="3", point=ALBI))
    assert await untold(uow) == [since]


async def test_what_was_told_already_stays_told_when_the_alert_changes(uow, ana):
    kept = await alerts.save(uow, ana, alert(1), zone=PARIS)
    number = await publish(uow, job_event())
    await uow.matches.mark_told([(1, number, 1)], now=NOW)
    await alerts.save(uow, ana, replace(kept, radius_km=100), zone=PARIS)
    assert await why(uow, 1, number) is not None


async def test_an_alert_that_was_erased_meanwhile_is_kept_anew(uow, ana):
    kept = await alerts.save(uow, ana, alert(1), zone=PARIS)
    await uow._connection.execute(alert_rows.delete().where(alert_rows.c.id == kept.id))
    again = await alerts.save(uow, ana, kept, zone=PARIS)
    assert await uow.alerts.of_subscriber(1) == [again]


@pytest.mark.parametrize("standing", [Standing.ACTIVE, Standing.PAUSED, Standing.STOPPED])
async def test_to_choose_how_often_is_to_ask_to_hear_again(uow, ana, standing):
    kept = await alerts.save(uow, ana, alert(1), zone=PARIS)
    changed = replace(ana, standing=standing)
    await uow.subscribers.save(changed)
    weekly = await alerts.tell(uow, changed, kept, Frequency.WEEKLY)
    assert weekly == await alerts.of(uow, 1) == replace(kept, frequency=Frequency.WEEKLY)
    assert await uow.subscribers.get(1) == ana


async def test_the_next_events_are_those_that_fit_but_for_what_was_refused(uow, ana):
    kept = await alerts.save(uow, ana, alert(1), zone=PARIS)
    numbers = [
        await factories.keep(
            uow, job_event(f"2027-03-{day:02} 09:00", source_id=str(day)), now=NOW, is_baseline=True
        )
        for day in (9, 4, 8, 5, 10)
    ]
    await factories.keep(uow, job_event(source_id="far", point=ALBI), now=NOW, is_baseline=True)
    await uow.matches.dismiss(1, numbers[1], "busy", now=NOW)
    found = await alerts.next_events(uow, kept, now=NOW)
    assert [stored.id for stored in found] == [numbers[3], numbers[2], numbers[0]]


# how many messages


def made_up(chance, number, now):
    """An event published now, in or out of reach, of one sector, of several, or of none that anybody told."""
    starts_at = (now + chance.uniform(2, 40) * DAY).replace(minute=0, second=0, microsecond=0)
    starts_at = starts_at.replace(hour=chance.choice([8, 9, 13, 15]))
    basis = chance.choices(list(SectorBasis), [2, 5, 3])[0]
    return job_event(
        source_id=str(number),
        starts_at=starts_at,
        ends_at=starts_at + 2 * HALF_HOUR,
        point=chance.choice([TOULOUSE, TOULOUSE, ALBI]),
        sectors=frozenset() if basis is SectorBasis.UNKNOWN else frozenset(chance.sample(list(Sector), 3)),
        sector_basis=basis,
    )


def published_between(chance, start, end, a_day):
    """Half-hourly sweeps find what was published since: by day mostly, some by night, little on Sundays."""
    at = start
    while at < end:
        busy = 3.0 if 7 <= at.hour < 17 else 0.6
        rate = a_day / 48 * busy * (0.2 if at.weekday() == 6 else 1)
        for _ in range(sum(chance.random() < rate / 8 for _ in range(8))):
            yield at
        at += HALF_HOUR


@ON_SQLITE  # the same sums on both, over rows that other tests hold equal
@pytest.mark.long
@pytest.mark.parametrize(
    ("seed", "wanted"), [(1, frozenset()), (2, frozenset({Sector.HEALTH, Sector.RETAIL}))]
)
async def test_after_four_weeks_the_forecast_of_the_next_four_is_right_within_a_third(uow, seed, wanted):
    chance, a_day = random.Random(seed), 8
    await uow.imports.begin("test", now=NOW - 4 * WEEK)
    await uow.imports.complete("test", now=NOW - 4 * WEEK)
    for number, now in enumerate(published_between(chance, NOW - 4 * WEEK, NOW, a_day)):
        await factories.keep(uow, made_up(chance, number, now), now=now)
    told = []
    for number, frequency in enumerate(Frequency, start=1):
        await uow.subscribers.add(subscriber(number))
        wish = await uow.alerts.add(alert(number, frequency=frequency, sectors=wanted))
        told.append(await alerts.messages_a_week(uow, wish, now=NOW))
    for number, now in enumerate(published_between(chance, NOW, NOW + 4 * WEEK, a_day), start=10_000):
        await publish(uow, made_up(chance, number, now), now=now)
    queued = await uow.outbox.claim(now=LATER, wall=LATER, lease=DAY, limit=10_000)
    counted = Counter(message.chat_id for message in queued)
    seen = [counted[number] / 4 for number in (1, 2, 3)]
    assert seen[0] > seen[1] > seen[2] >= 1
    assert told == [pytest.approx(messages, rel=1 / 3) for messages in seen]


@pytest.mark.parametrize("days", [14, 17, 20])
async def test_nobody_is_told_to_expect_more_digests_than_there_are_days_or_weeks(uow, ana, days):
    for frequency, most in ((Frequency.DAILY, 7), (Frequency.WEEKLY, 1)):
        wish = await alerts.save(uow, ana, alert(1, frequency=frequency), zone=PARIS)
        await uow.imports.begin("test", now=NOW - days * DAY)
        await uow.imports.complete("test", now=NOW - days * DAY)
        at = NOW - days * DAY
        while at < NOW:
            await factories.keep(
                uow, job_event("2027-03-20 09:00", source_id=f"{frequency} {at}"), now=at, is_baseline=False
            )
            at += 6 * dt.timedelta(hours=1)
        assert await alerts.messages_a_week(uow, wish, now=NOW) == most


async def test_without_any_source_messages_are_rare(uow, ana):
    wish = await alerts.save(uow, ana, alert(1), zone=PARIS)
    assert await alerts.messages_a_week(uow, wish, now=NOW) == 0


WISHES = {
    "Toulouse, 100 km, or online": {"radius_km": 100},
    "far around the Ain, or online": {"point": Point(46.1517, 4.9201), "radius_km": 200},
    "online only": {"commune": None, "point": None, "modes": Mode.ONLINE},
    "hospitality and health around Toulouse, or online": {
        "radius_km": 200,
        "sectors": frozenset({Sector.HOSPITALITY, Sector.HEALTH}),
    },
}


@ON_SQLITE
@pytest.mark.long
async def test_on_the_sample_the_first_forecast_is_right_within_a_third(data, known):
    """From the first sweep on, without any history; four weeks bring every event of the sample once."""
    source, told, now = sample.Sample(known), {}, NOW

    async def sweep():
        await imports.sweep(data.unit_of_work, sample.NAME, source.sweep(now=now), lambda: now)

    await sweep()
    async with data.unit_of_work() as uow:
        for wish in WISHES.values():
            for frequency in Frequency:
                number = len(told) + 1
                person = await subscribers.welcome(uow, number, language=subscriber().language, now=NOW)
                kept = await alerts.save(uow, person, alert(number, frequency=frequency, **wish), zone=None)
                told[number] = await alerts.messages_a_week(uow, kept, now=NOW)
        changes = sorted(
            {stored.event.starts_at for stored in await uow.browsing.upcoming(now=NOW, limit=99)}
        )
    for starts_at in changes:
        now = starts_at + HALF_HOUR
        await sweep()
    async with data.reading() as uow:
        seen = {number: len((await uow.subscribers.export(number))["outbox"]) / 4 for number in told}
    assert min(seen.values()) >= 0.5
    assert told == {number: pytest.approx(messages, rel=1 / 3) for number, messages in seen.items()}
