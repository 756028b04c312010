import datetime as dt
from dataclasses import replace

import pytest

from domain.job_events import EventKind, EventStatus, Mode
from domain.sectors import Sector, SectorBasis
from tests.factories import NOW, job_event, keep

DAY = dt.timedelta(days=1)
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


@pytest.mark.parametrize("event", [job_event(), FULL, job_event(point=None, commune=None, mode=Mode.ONLINE)])
async def test_an_event_comes_back_as_it_was(uow, event):
    number = await keep(uow, event)
    stored = await uow.job_events.get(number)
    assert stored.event == event
    assert (stored.id, stored.version, stored.first_seen_at, stored.checked_at) == (number, 1, NOW, NOW)
    assert await uow.job_events.get(number + 1) is None


async def test_an_event_was_checked_when_its_source_was_last_read_whole(uow):
    number = await keep(uow, job_event())
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
    number = await keep(uow, job_event())
    await uow.job_events.save_silently({number: FULL})
    assert ((await uow.job_events.get(number)).event, (await uow.job_events.get(number)).version) == (FULL, 1)
    await uow.job_events.save(number, job_event())
    assert (await uow.job_events.get(number)).version == 2
    await uow.job_events.mark_unlisted([number])
    gone = await uow.job_events.get(number)
    assert (gone.event, gone.version) == (replace(job_event(), status=EventStatus.UNLISTED), 3)


async def test_what_ended_long_ago_is_forgotten(uow):
    over, coming = await keep(uow, job_event()), await keep(uow, job_event("2027-04-01 09:00", source_id="2"))
    ended = job_event().ends_at
    assert await uow.job_events.purge(before=ended) == 0
    assert await uow.job_events.purge(before=ended + dt.timedelta(microseconds=1)) == 1
    assert await uow.job_events.get(over) is None
    assert (await uow.job_events.get(coming)).id == coming
