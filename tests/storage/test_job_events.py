import datetime as dt
from dataclasses import replace

import pytest

from domain.job_events import EventKind, EventStatus, Mode
from domain.sectors import Sector, SectorBasis
from tests.factories import ALBI, NOW, TOULOUSE, alert, job_event

DAY = dt.timedelta(days=1)
WISH = alert()
FULL = job_event(
    "2027-03-05 14:00",
    source_id="full",
    zone="Indian/Reunion",
    mee_id=1 << 40,
    kind=EventKind.FORUM,
    description="Une ligne.\nUne autre : « là » 🙂",
    mode=Mode.BOTH,
    place_name="Halle",
    address="1 rue de l’Église",
    sectors=frozenset({Sector.HEALTH, Sector.CRAFTS}),
    sector_basis=SectorBasis.INFERRED,
    multisector=True,
    status=EventStatus.FULL,
    seats_total=20,
    seats_left=0,
    organiser="Agence",
    url="https://example.org/1",
    audiences=("Ouvert à tous",),
    benefits=("Rencontrer", "Découvrir"),
    objectives=("Trouver",),
    operations=("Semaine",),
)


async def add(uow, event, **more):
    return await uow.job_events.add(event, **{"now": NOW, "is_baseline": False} | more)


def ids(found):
    return [stored.id for stored in found]


@pytest.mark.parametrize("event", [job_event(), FULL, job_event(point=None, commune=None, mode=Mode.ONLINE)])
async def test_an_event_comes_back_as_it_was(uow, event):
    number = await add(uow, event)
    stored = await uow.job_events.get(number)
    assert stored.event == event
    assert (stored.id, stored.version, stored.first_seen_at, stored.checked_at) == (number, 1, NOW, NOW)
    assert await uow.job_events.get(number + 1) is None


async def test_an_event_was_checked_when_its_source_was_last_read_whole(uow):
    number = await add(uow, job_event())
    await uow.imports.begin("test", now=NOW)
    await uow.imports.complete("test", now=NOW + DAY)
    assert (await uow.job_events.get(number)).checked_at == NOW + DAY


async def test_many_are_kept_each_under_its_own_number(uow):
    events = [job_event(source_id=str(number)) for number in range(50)]
    kept = await uow.job_events.add_many(events, now=NOW, is_baseline=True)
    assert len(kept) == 50
    for number, event in kept.items():
        assert (await uow.job_events.get(number)).event == event
    assert not await uow.job_events.add_many([], now=NOW, is_baseline=True)


async def test_a_change_that_is_told_is_a_new_version(uow):
    number = await add(uow, job_event())
    await uow.job_events.save_silently({number: FULL})
    assert ((await uow.job_events.get(number)).event, (await uow.job_events.get(number)).version) == (FULL, 1)
    await uow.job_events.save(number, job_event())
    assert (await uow.job_events.get(number)).version == 2
    await uow.job_events.mark_unlisted([number])
    gone = await uow.job_events.get(number)
    assert (gone.event, gone.version) == (replace(job_event(), status=EventStatus.UNLISTED), 3)


async def test_what_fits_comes_soonest_first_and_within_the_time_asked_for(uow):
    later = await add(uow, job_event("2027-03-09 09:00", source_id="later"))
    sooner = await add(uow, job_event(source_id="sooner"))
    await add(uow, job_event(source_id="far", point=ALBI))
    await add(uow, job_event(source_id="full", status=EventStatus.FULL))
    assert ids(await uow.job_events.fitting(WISH, now=NOW, limit=9)) == [sooner, later]
    assert ids(await uow.job_events.fitting(WISH, now=NOW, limit=1)) == [sooner]
    assert ids(await uow.job_events.fitting(WISH, now=NOW, until=NOW + 5 * DAY, limit=9)) == [sooner]
    starts = job_event("2027-03-09 09:00").starts_at
    assert ids(await uow.job_events.fitting(WISH, now=NOW, until=starts, limit=9)) == [sooner]
    assert ids(await uow.job_events.fitting(WISH, now=starts - DAY, limit=9)) == [later]


async def test_the_nearest_are_counted_by_distance_and_must_fit_otherwise(uow):
    far = await add(uow, job_event(source_id="far", point=ALBI))
    near = await add(uow, job_event("2027-03-09 09:00", source_id="near", point=TOULOUSE))
    await add(uow, job_event(source_id="online", mode=Mode.ONLINE))
    await add(uow, job_event(source_id="nowhere", point=None))
    await add(
        uow, job_event(source_id="too late", hours=1, starts_at=NOW + 99 * DAY, ends_at=NOW + 100 * DAY)
    )
    wish = alert(radius_km=10, sectors=frozenset({Sector.HOSPITALITY}))
    found = await uow.job_events.nearest(wish, now=NOW, until=NOW + 30 * DAY, limit=9)
    assert [(stored.id, 66_000**2 < chord < 68_000**2) for stored, chord in found] == [
        (near, False),
        (far, True),
    ]
    picky = replace(wish, sectors=frozenset({Sector.HEALTH}))
    assert await uow.job_events.nearest(picky, now=NOW, until=NOW + 30 * DAY, limit=9) == []


async def test_without_a_place_nothing_is_near(uow):
    await add(uow, job_event())
    nowhere = alert(commune=None, point=None, modes=Mode.ONLINE)
    assert await uow.job_events.nearest(nowhere, now=NOW, until=NOW + 30 * DAY, limit=9) == []


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
        await add(uow, job_event(source_id=str(number), **changes), now=now)
    await add(uow, job_event(source_id="first sweep"), now=NOW + DAY / 2, is_baseline=True)
    found = await uow.job_events.publications(WISH, since=NOW, until=NOW + 2 * DAY)
    assert sorted(found) == [(NOW, False), (NOW, True), (NOW + DAY, True)]


async def test_what_ended_long_ago_is_forgotten(uow):
    over, coming = await add(uow, job_event()), await add(uow, job_event("2027-04-01 09:00", source_id="2"))
    ended = job_event().ends_at
    assert await uow.job_events.purge(before=ended) == 0
    assert await uow.job_events.purge(before=ended + dt.timedelta(microseconds=1)) == 1
    assert await uow.job_events.get(over) is None
    assert ids(await uow.job_events.upcoming(now=NOW, limit=9)) == [coming]
