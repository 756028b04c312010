"""The rule for one pair, and the SQL for all alerts, or for all events, at once, are the same."""

import datetime as dt
import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain import grid, matching
from domain.alerts import MAX_RADIUS_KM, RADII_KM, Alert, Frequency
from domain.availability import WHOLE_WEEK, Availability
from domain.globe import Point
from domain.job_events import EventKind, EventStatus, JobEvent, Mode
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Standing, Subscriber
from storage import database
from storage import matching as in_sql
from storage.tables import alert_cells
from tests import factories
from tests.databases import ON_SQLITE
from tests.rows import why

NOW = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
ALERTS, EVENTS = 500, 200
"""100,000 pairs."""

# Towns near one another, on both sides of the date line, far south and far north: neighbours matter.
CENTRES = (
    Point(43.6, 1.44),
    Point(48.85, 2.35),
    Point(-21.1, 55.5),
    Point(-17.5, -149.5),
    Point(-13.3, -179.99),
    Point(-13.3, 179.99),
    Point(47.0, -56.3),
)
ZONES = ("Europe/Paris", "Indian/Reunion", "Pacific/Tahiti", "America/Miquelon", "Pacific/Wallis")


def _near(chance: random.Random) -> Point:
    centre = chance.choice(CENTRES)
    longitude = (centre.longitude + chance.gauss(0, 0.5) + 180) % 360 - 180
    return Point(centre.latitude + chance.gauss(0, 0.5), longitude)


def _sectors(chance: random.Random) -> frozenset[Sector]:
    return frozenset(chance.sample(list(Sector), chance.randint(0, 4)))


def _alert(chance: random.Random, subscriber_id: int) -> Alert:
    point = _near(chance) if chance.random() < 0.9 else None
    first = dt.date(2027, 3, chance.randint(1, 28)) if chance.random() < 0.3 else None
    last = dt.date(2027, 3, chance.randint(1, 28)) if chance.random() < 0.3 else None
    if first and last and last < first:
        first, last = last, first
    return Alert(
        subscriber_id=subscriber_id,
        commune="31555" if point else None,
        point=point,
        radius_km=chance.choice([*RADII_KM, 1, MAX_RADIUS_KM]),
        sectors=_sectors(chance),
        takes_unknown_sector=chance.random() < 0.7,
        availability=Availability(chance.choice([WHOLE_WEEK, chance.randint(1, WHOLE_WEEK)]), first, last),
        modes=chance.choice([*Mode, Mode.BOTH]) if point else Mode.ONLINE,
        frequency=chance.choice(list(Frequency)),
        created_at=NOW,
    )


def _event(chance: random.Random, number: int) -> JobEvent:
    starts = NOW + dt.timedelta(minutes=chance.randint(-600, 40_000))
    basis = chance.choice(list(SectorBasis))
    sectors = frozenset() if basis is SectorBasis.UNKNOWN else _sectors(chance) or frozenset({Sector.HEALTH})
    return JobEvent(
        source="chance",
        source_id=str(number),
        kind=chance.choice(list(EventKind)),
        title=f"Event {number}",
        starts_at=starts,
        ends_at=starts + dt.timedelta(minutes=chance.choice([10, 60, 180, 300, 600, 3000])),
        zone=chance.choice(ZONES),
        mode=chance.choice([Mode.ON_SITE, Mode.ON_SITE, Mode.ONLINE, Mode.BOTH]),
        point=_near(chance) if chance.random() < 0.95 else None,
        sectors=sectors,
        sector_basis=basis,
        multisector=chance.random() < 0.1,
        status=chance.choice([*([EventStatus.SCHEDULED] * 6), *EventStatus]),
    )


@pytest.mark.long(seconds=6)
@pytest.mark.parametrize(
    ("database_url", "count"),
    [("sqlite", EVENTS), ("postgresql", EVENTS // 5)],  # the rule itself takes half of the time
    indirect=["database_url"],
)
async def test_sql_and_the_rule_agree_on_a_hundred_thousand_pairs(url, count):
    await _agree(url, random.Random(1), wishes=ALERTS, shown=count)


async def test_sql_and_the_rule_agree_on_a_thousand_pairs(url):
    await _agree(url, random.Random(5), wishes=40, shown=25)


async def _agree(url, chance, *, wishes, shown):
    async with (
        database.opened(url) as data,
        data.unit_of_work() as uow,
    ):
        alerts = []
        for number in range(1, wishes + 1):
            await uow.subscribers.add(Subscriber(id=number, created_at=NOW))
            alerts.append(await uow.alerts.add(_alert(chance, number)))
        events = [_event(chance, number) for number in range(shown)]
        ids = {event.source_id: await factories.keep(uow, event) for event in events}
        expected = {
            (alert.id, ids[event.source_id]): found
            for alert in alerts
            for event in events
            if (found := matching.match(alert, event, now=NOW))
        }

        by_event: dict[tuple[int, int], bool] = {}
        for event in events:
            if matching.is_open(event, now=NOW):
                for alert_id, on_site in await uow._connection.execute(in_sql.fitting_alerts(event)):
                    pair = (alert_id, ids[event.source_id])
                    by_event[pair] = by_event.get(pair, False) or bool(on_site)
        by_alert = {
            (alert.id, stored.id)
            for alert in alerts
            for stored in await uow.browsing.fitting(alert, now=NOW, limit=shown)
        }
    assert wishes * shown / 100 < len(expected) < wishes * shown / 5, "the chances must not be trivial"
    assert by_event == {pair: found.on_site for pair, found in expected.items()}
    assert by_alert == set(expected)


async def test_an_event_at_a_place_that_nobody_knows_fits_no_alert(url):
    nowhere = replace(_event(random.Random(4), 1), mode=Mode.ON_SITE, commune=None, point=None)
    async with database.opened(url) as data, data.unit_of_work() as uow:
        await uow.subscribers.add(Subscriber(id=1, created_at=NOW))
        await uow.alerts.add(_alert(random.Random(4), 1))
        found = await uow._connection.execute(in_sql.fitting_alerts(nowhere))
        assert found.all() == []


async def test_a_person_is_told_once_however_many_alerts_fit(url):
    chance = random.Random(2)
    event = _event(chance, 1)
    due = {(zone, frequency): NOW for zone in ZONES for frequency in Frequency}
    due["Europe/Paris", Frequency.AT_ONCE] = NOW - dt.timedelta(hours=1)
    anything = {
        "commune": None,
        "modes": Mode.BOTH,
        "point": event.point,
        "radius_km": 100,
        "created_at": NOW,
    }
    async with (
        database.opened(url) as data,
        data.unit_of_work() as uow,
    ):
        for number in (1, 2):
            await uow.subscribers.add(Subscriber(id=number, created_at=NOW))
        await uow.subscribers.save(Subscriber(id=2, created_at=NOW, standing=Standing.PAUSED))
        await uow.alerts.add(Alert(subscriber_id=1, frequency=Frequency.WEEKLY, **anything))
        soonest = await uow.alerts.add(Alert(subscriber_id=1, frequency=Frequency.AT_ONCE, **anything))
        await uow.alerts.add(Alert(subscriber_id=2, **anything))
        job_event_id = await factories.keep(uow, event)
        first = await uow.match_queue.queue_for(job_event_id, event, due, now=NOW)
        again = await uow.match_queue.queue_for(job_event_id, event, due, now=NOW)
        told_by, _ = await why(uow, 1, job_event_id) or (None, None)
        queued = await uow.outbox.claim(now=NOW, wall=NOW, lease=dt.timedelta(seconds=1), limit=9)
    assert (first, again, told_by) == (1, 0, soonest.id)
    assert [message.chat_id for message in queued] == [1], "the paused one is not told"


@ON_SQLITE
async def test_an_event_looks_up_54_cells_and_no_table_is_read_whole(url):
    event = _event(random.Random(3), 1)
    async with (
        database.opened(url) as data,
        data.reading() as uow,
    ):
        statement = in_sql.fitting_alerts(event).compile(
            uow._connection.sync_engine, compile_kwargs={"literal_binds": True}
        )
        plan = [row[3] for row in await uow._connection.execute(sa.text(f"EXPLAIN QUERY PLAN {statement}"))]
    assert len(grid.cells_around(event.point)) == 54
    assert plan
    assert not [step for step in plan if step.startswith(f"SCAN {alert_cells.name}")], plan
