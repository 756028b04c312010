"""What one alert finds; that the rule is the one of `domain.matching`, test_matching.py shows."""

import datetime as dt
from dataclasses import replace

from domain.job_events import EventStatus, Mode
from domain.sectors import Sector, SectorBasis
from tests.factories import ALBI, NOW, TOULOUSE, alert, job_event, keep

DAY = dt.timedelta(days=1)
WISH = alert()


def ids(found):
    return [stored.id for stored in found]


async def test_what_fits_comes_soonest_first_and_within_the_time_asked_for(uow):
    later = await keep(uow, job_event("2027-03-09 09:00", source_id="later"))
    sooner = await keep(uow, job_event(source_id="sooner"))
    await keep(uow, job_event(source_id="far", point=ALBI))
    await keep(uow, job_event(source_id="full", status=EventStatus.FULL))
    assert ids(await uow.browsing.fitting(WISH, now=NOW, limit=9)) == [sooner, later]
    assert ids(await uow.browsing.fitting(WISH, now=NOW, limit=1)) == [sooner]
    assert ids(await uow.browsing.fitting(WISH, now=NOW, until=NOW + 5 * DAY, limit=9)) == [sooner]
    starts = job_event("2027-03-09 09:00").starts_at
    assert ids(await uow.browsing.fitting(WISH, now=NOW, until=starts, limit=9)) == [sooner]
    assert ids(await uow.browsing.fitting(WISH, now=starts - DAY, limit=9)) == [later]


async def test_the_nearest_are_counted_by_distance_and_must_fit_otherwise(uow):
    far = await keep(uow, job_event(source_id="far", point=ALBI))
    near = await keep(uow, job_event("2027-03-09 09:00", source_id="near", point=TOULOUSE))
    await keep(uow, job_event(source_id="online", mode=Mode.ONLINE))
    await keep(uow, job_event(source_id="nowhere", point=None))
    await keep(
        uow, job_event(source_id="too late", hours=1, starts_at=NOW + 99 * DAY, ends_at=NOW + 100 * DAY)
    )
    wish = alert(radius_km=10, sectors=frozenset({Sector.HOSPITALITY}))
    found = await uow.browsing.nearest(wish, now=NOW, until=NOW + 30 * DAY, limit=9)
    assert [(stored.id, 66_000**2 < chord < 68_000**2) for stored, chord in found] == [
        (near, False),
        (far, True),
    ]
    picky = replace(wish, sectors=frozenset({Sector.HEALTH}))
    assert await uow.browsing.nearest(picky, now=NOW, until=NOW + 30 * DAY, limit=9) == []


async def test_without_a_place_nothing_is_near(uow):
    await keep(uow, job_event())
    nowhere = alert(commune=None, point=None, modes=Mode.ONLINE)
    assert await uow.browsing.nearest(nowhere, now=NOW, until=NOW + 30 * DAY, limit=9) == []


async def test_publications_are_instants_with_what_is_known_of_the_sector(uow):
    unknown = {"sectors": frozenset(), "sector_basis": SectorBasis.UNKNOWN}
    for number, (now, changes) in enumerate(
        [
            (NOW, {}),
            (NOW, {}),
            (NOW, unknown),
            (NOW + DAY, unknown | {"multisector": True}),
            (NOW + DAY, {"point": ALBI}),
            (NOW + 2 * DAY, {}),
        ]
    ):
        await keep(uow, job_event(source_id=str(number), **changes), now=now)
    await keep(uow, job_event(source_id="first sweep"), now=NOW + DAY / 2, is_baseline=True)
    found = await uow.browsing.publications(WISH, since=NOW, until=NOW + 2 * DAY)
    assert sorted(found) == [(NOW, False), (NOW, True), (NOW + DAY, True)]
