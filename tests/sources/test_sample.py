import datetime as dt

import pytest

from domain import matching
from domain.alerts import Alert
from domain.availability import Availability, DayPart, bit, cells
from domain.job_events import Mode
from domain.sectors import Sector
from sources import sample
from sources.sample import Sample
from sources.sample_events import ROWS
from tests.sources.feeds import NOON, all_pages

DAY = dt.timedelta(days=1)


async def test_every_row_makes_an_event_in_the_future_whenever_one_looks(surroundings):
    for number in range(0, 60, 7):
        now = NOON + number * DAY + number * dt.timedelta(hours=1)
        events = (await all_pages(Sample(surroundings), now)).events
        assert len(events) == len(ROWS) >= 60
        assert len({event.source_id for event in events}) == len(events)
        assert all(now < event.starts_at <= now + 29 * DAY for event in events)
        assert all(event.starts_at < event.ends_at for event in events)


async def test_a_second_sweep_changes_nothing_and_no_event_vanishes_before_it_starts(surroundings):
    first = (await all_pages(Sample(surroundings), NOON)).events
    assert (await all_pages(Sample(surroundings), NOON + dt.timedelta(minutes=30))).events == first
    for days in range(1, 28):
        now = NOON + days * DAY
        later = set((await all_pages(Sample(surroundings), now)).events)
        assert {event for event in first if event.starts_at > now} <= later


async def test_newcomers_in_the_large_towns_find_something(surroundings):
    events = (await all_pages(Sample(surroundings), NOON)).events
    for department in ("31", "75", "69", "35", "59", "13", "974"):
        assert sum((event.commune or "").startswith(department) for event in events) >= 3
    assert sum(event.mode is Mode.ONLINE for event in events) >= 5
    assert {sector for event in events for sector in event.sectors} == set(Sector)
    assert {event.zone for event in events} >= {"Europe/Paris", "Indian/Reunion", "Pacific/Tahiti"}


def alert(surroundings, commune, sectors, availability) -> Alert:
    place = surroundings.gazetteer.get(commune) if commune else None
    return Alert(
        subscriber_id=1,
        commune=commune,
        point=place.point if place else None,
        sectors=frozenset(sectors),
        availability=availability,
        created_at=NOON,
    )


@pytest.mark.parametrize("commune", ["31555", "97411", "98735", None])
@pytest.mark.parametrize("sector", [Sector.HEALTH, None])
@pytest.mark.parametrize(
    "availability",
    [
        Availability(),
        Availability(bit(5, DayPart.EVENING)),
        Availability(cells(range(7), [DayPart.AFTERNOON])),
        Availability(not_before=NOON.date() + 40 * DAY),
    ],
)
def test_an_event_made_to_match_matches(surroundings, commune, sector, availability):
    wish = alert(surroundings, commune, [sector] if sector else [], availability)
    place = surroundings.gazetteer.get(commune) if commune else None
    made = sample.event_for(place, sector, availability, now=NOON, serial=3)
    assert made is not None
    assert made.starts_at > NOON + DAY
    assert matching.match(wish, made, now=NOON)


def test_nobody_can_be_matched_after_their_last_date():
    free = Availability(not_after=NOON.date() + DAY)
    assert sample.event_for(None, None, free, now=NOON, serial=1) is None


async def test_what_was_published_by_hand_stays_in_the_sweeps_until_it_starts(surroundings):
    source = Sample(surroundings)
    made = sample.event_for(None, None, Availability(), now=NOON, serial=1)
    assert made is not None
    source.publish(made)
    assert made in (await all_pages(source, NOON)).events
    assert made not in (await all_pages(source, made.starts_at)).events
