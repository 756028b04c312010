"""Looking at events never ends at nothing: pages, near misses, online, alike."""

import datetime as dt

import pytest

from domain.globe import Point
from domain.job_events import EventStatus, Mode
from domain.matching import Match, SectorFit
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Subscriber
from services import browsing
from services.browsing import LAST_PAGE, Paging
from storage import database
from tests import factories
from tests.messages import samples

NOW = samples.NOW
ANA = 10
AUCH = Point(43.65, 0.585)
"""70 km from Toulouse."""


@pytest.fixture
async def units(tmp_path):
    async with database.opened(f"sqlite+aiosqlite:///{tmp_path}/bot.db") as opened:
        async with opened.unit_of_work() as uow:
            await uow.subscribers.add(Subscriber(id=ANA, created_at=NOW))
        yield opened


async def publish(uow, number, **changes):
    starts = samples.STARTS + number * dt.timedelta(days=7)
    values = {"source_id": str(number), "starts_at": starts, "ends_at": starts + dt.timedelta(hours=2)}
    added = await factories.keep(uow, samples.event(**values | changes), now=NOW)
    return await uow.job_events.get(added)


def numbers(found):
    return [stored.id for stored in found.events]


async def test_pages_follow_one_another_and_know_the_last(units):
    async with units.unit_of_work() as uow:
        ids = [(await publish(uow, number)).id for number in range(7)]
        await publish(uow, 9, status=EventStatus.FULL)
        alert = samples.alert(subscriber_id=ANA)

        async def page(number):
            return await browsing.fitting(uow, alert, Paging(number, 5), now=NOW)

        first, second, third = [await page(number) for number in range(3)]
        assert (numbers(first), first.has_next) == (ids[:5], True)
        assert (numbers(second), second.has_next) == (ids[5:], False)
        assert (numbers(third), third.has_next) == ([], False)
        assert await page(-4) == first
        assert (await page(10**9)).number == LAST_PAGE


async def test_what_was_refused_is_not_shown_again(units):
    async with units.unit_of_work() as uow:
        kept, refused = await publish(uow, 0), await publish(uow, 1)
        await uow.matches.dismiss(ANA, refused.id, "far", now=NOW)
        alert = samples.alert(subscriber_id=ANA)
        assert numbers(await browsing.fitting(uow, alert, Paging(0, 5), now=NOW)) == [kept.id]
        await uow.matches.undismiss(ANA, refused.id)
        assert numbers(await browsing.fitting(uow, alert, Paging(0, 5), now=NOW)) == [kept.id, refused.id]


async def test_who_chose_nothing_sees_what_comes_soonest_anywhere(units):
    async with units.unit_of_work() as uow:
        later, sooner = await publish(uow, 2), await publish(uow, 0, point=AUCH)
        online = await publish(uow, 1, mode=Mode.ONLINE, point=None, commune=None)
        await publish(uow, 3, starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1))
        found = await browsing.everywhere(uow, Paging(0, 5), now=NOW)
        assert numbers(found) == [sooner.id, online.id, later.id]


async def test_the_nearest_miss_is_the_nearest_not_the_soonest(units):
    async with units.unit_of_work() as uow:
        far = await publish(uow, 0, point=Point(48.85, 2.35))
        near = await publish(uow, 1, point=AUCH)
        await publish(uow, 2, point=AUCH, sectors=frozenset({Sector.HEALTH}))
        found = await browsing.nearest(uow, samples.alert(), Paging(0, 5), now=NOW)
        assert numbers(found) == [near.id, far.id]
        online_only = samples.alert(modes=Mode.ONLINE)
        assert numbers(await browsing.nearest(uow, online_only, Paging(0, 5), now=NOW)) == []


async def test_online_events_need_no_place_and_no_choices(units):
    async with units.unit_of_work() as uow:
        await publish(uow, 0)
        online = await publish(uow, 1, mode=Mode.ONLINE, point=None)
        both = await publish(uow, 2, mode=Mode.BOTH, sectors=frozenset({Sector.HEALTH}))
        assert numbers(await browsing.online(uow, None, Paging(0, 5), now=NOW)) == [online.id, both.id]
        on_site_only = samples.alert(modes=Mode.ON_SITE)
        assert await browsing.count_online(uow, on_site_only, now=NOW) == 1


async def test_events_alike_share_sector_and_neighbourhood_but_not_the_hour(units):
    async with units.unit_of_work() as uow:
        full = await publish(uow, 0, status=EventStatus.FULL)
        start = samples.STARTS + dt.timedelta(hours=10)
        evening = await publish(uow, 1, starts_at=start, ends_at=start + dt.timedelta(hours=1))
        await publish(uow, 2, point=AUCH)
        await publish(uow, 3, sectors=frozenset({Sector.HEALTH}))
        for alert in (None, samples.alert(subscriber_id=ANA)):
            found = await browsing.like(uow, full, alert, Paging(0, 5), now=NOW)
            assert numbers(found) == [evening.id]


async def test_events_like_one_without_a_place_are_online(units):
    async with units.unit_of_work() as uow:
        one = await publish(uow, 0, mode=Mode.ONLINE, point=None)
        other = await publish(uow, 1, mode=Mode.ONLINE, point=None)
        await publish(uow, 2)
        assert numbers(await browsing.like(uow, one, None, Paging(0, 5), now=NOW)) == [other.id]


def test_why_an_event_fits_is_known_even_when_it_is_over():
    over = samples.event(status=EventStatus.CANCELLED, starts_at=samples.STARTS)
    assert browsing.why(samples.alert(), over) == Match(on_site=True, sector_fit=SectorFit.STATED)
    unknown = samples.event(sector_basis=SectorBasis.UNKNOWN, sectors=frozenset())
    assert browsing.why(samples.alert(), unknown) == Match(on_site=True, sector_fit=SectorFit.UNKNOWN)
    assert browsing.why(samples.alert(sectors=frozenset({Sector.HEALTH})), samples.event()) is None
    assert browsing.why(None, samples.event()) is None
