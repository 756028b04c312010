"""Each line of the rule, alone. That the SQL says the same is told in tests/storage/test_matching.py."""

import datetime as dt
import math

import hypothesis as hyp
import pytest
from hypothesis import strategies as st

from domain import grid, masks, matching, sectors
from domain.availability import Availability, DayPart, bit, cells
from domain.globe import EARTH_RADIUS_M, Point
from domain.job_events import EventKind, EventStatus, Mode
from domain.matching import Match, SectorFit
from domain.sectors import ALL_SECTORS, Sector, SectorBasis
from tests.factories import ALBI, NOW, TOULOUSE, alert, job_event

THURSDAY, FRIDAY = 3, 4
MORNING, AFTERNOON, EVENING = DayPart
HEALTH, HOSPITALITY = Sector.HEALTH, Sector.HOSPITALITY


def why(wish, event, now=NOW):
    return matching.match(wish, event, now=now)


def free(*half_days, **dates):
    return alert(availability=Availability(sum(half_days), **dates))


def north_of(point, km):
    return Point(point.latitude + math.degrees(km * 1000 / EARTH_RADIUS_M), point.longitude)


def test_an_alert_without_criteria_takes_an_event_at_its_door():
    assert why(alert(), job_event()) == Match(on_site=True, sector_fit=SectorFit.ANY)


# where


@pytest.mark.parametrize(("km", "fits"), [(29.99, True), (30, True), (30.01, False)])
def test_the_radius_itself_is_within_reach(km, fits):
    assert (why(alert(radius_km=30), job_event(point=north_of(TOULOUSE, km))) is not None) is fits


def test_a_wider_radius_reaches_farther():
    event = job_event(point=ALBI)
    assert why(alert(radius_km=50), event) is None
    assert why(alert(radius_km=100), event) == Match(on_site=True, sector_fit=SectorFit.ANY)


def test_the_date_line_is_no_border():
    east, west = Point(-13.3, 179.99), Point(-13.3, -179.99)
    assert why(alert(point=east, radius_km=10), job_event(point=west)) is not None


def test_the_last_metre_of_the_radius_is_within_reach():
    """Two points on the equator whose chord is the very longest that a radius of 10 km allows."""
    aside = math.degrees(math.asin(5_000 / EARTH_RADIUS_M))
    here, there = Point(0, -aside), Point(0, aside)
    assert grid.squared_chord(here, there) == grid.squared_reach(10)
    assert why(alert(point=here, radius_km=10), job_event(point=there)) is not None


def test_an_online_event_is_not_on_site_although_it_names_a_place():
    event = job_event(mode=Mode.ONLINE)
    assert why(alert(modes=Mode.BOTH), event) == Match(on_site=False, sector_fit=SectorFit.ANY)
    assert why(alert(modes=Mode.ON_SITE), event) is None


def test_who_names_no_place_is_near_nothing():
    assert why(alert(commune=None, point=None, modes=Mode.BOTH), job_event()) is None


def test_an_event_on_site_that_nobody_can_place_fits_nobody():
    assert why(alert(), job_event(point=None)) is None


def test_who_looks_online_only_is_not_sent_anywhere():
    online = alert(commune=None, point=None, modes=Mode.ONLINE)
    assert why(online, job_event()) is None
    assert why(online, job_event(mode=Mode.ONLINE)) == Match(on_site=False, sector_fit=SectorFit.ANY)


def test_online_events_come_from_anywhere_to_those_who_take_them():
    event = job_event(mode=Mode.ONLINE, point=None)
    assert why(alert(modes=Mode.BOTH), event) == Match(on_site=False, sector_fit=SectorFit.ANY)
    assert why(alert(modes=Mode.ON_SITE), event) is None


@pytest.mark.parametrize(
    ("point", "modes", "expected"),
    [
        (TOULOUSE, Mode.BOTH, True),
        (TOULOUSE, Mode.ON_SITE, True),
        (TOULOUSE, Mode.ONLINE, False),
        (ALBI, Mode.BOTH, False),
        (ALBI, Mode.ON_SITE, None),
    ],
)
def test_an_event_both_ways_is_on_site_for_whoever_may_come(point, modes, expected):
    found = why(alert(modes=modes), job_event(mode=Mode.BOTH, point=point))
    assert (found and found.on_site) is expected


# what


@pytest.mark.parametrize(
    ("wanted", "event", "expected"),
    [
        ({HEALTH}, {"sectors": {HEALTH}}, SectorFit.STATED),
        ({HEALTH}, {"sectors": {HEALTH, HOSPITALITY}}, SectorFit.STATED),
        ({HEALTH}, {"sectors": {HEALTH}, "sector_basis": SectorBasis.INFERRED}, SectorFit.INFERRED),
        ({HEALTH}, {"sectors": {HOSPITALITY}}, None),
        ({HEALTH}, {"sectors": {HOSPITALITY}, "sector_basis": SectorBasis.INFERRED}, None),
        ({HEALTH}, {"sectors": {HOSPITALITY}, "multisector": True}, SectorFit.ANY),
        ({HEALTH}, {"sectors": (), "sector_basis": SectorBasis.UNKNOWN}, SectorFit.UNKNOWN),
        (
            {HEALTH},
            {"sectors": (), "sector_basis": SectorBasis.UNKNOWN, "multisector": True},
            SectorFit.ANY,
        ),
        ((), {"sectors": {HEALTH}}, SectorFit.ANY),
        ((), {"sectors": (), "sector_basis": SectorBasis.UNKNOWN}, SectorFit.UNKNOWN),
        (ALL_SECTORS, {"sectors": {HEALTH}}, SectorFit.STATED),
    ],
)
def test_sectors_agree_as_surely_as_they_are_known(wanted, event, expected):
    found = why(
        alert(sectors=frozenset(wanted)), job_event(**event | {"sectors": frozenset(event["sectors"])})
    )
    assert (found and found.sector_fit) == expected


@pytest.mark.parametrize("wanted", [frozenset(), frozenset({HEALTH})])
def test_one_may_refuse_events_whose_sector_nobody_told(wanted):
    picky = alert(sectors=wanted, takes_unknown_sector=False)
    unknown = {"sectors": frozenset(), "sector_basis": SectorBasis.UNKNOWN}
    assert why(picky, job_event(**unknown)) is None
    assert why(picky, job_event(**unknown, multisector=True)) is not None
    assert why(picky, job_event(sectors=frozenset({HEALTH}))) is not None


# when


def test_whoever_is_free_on_that_morning_may_come():
    assert why(free(bit(THURSDAY, MORNING)), job_event()) is not None
    assert why(free(bit(THURSDAY, AFTERNOON)), job_event()) is None
    assert why(free(bit(FRIDAY, MORNING)), job_event()) is None


def test_one_must_be_free_for_all_of_a_meeting():
    meeting = job_event("2027-03-04 11:00", hours=4)
    assert why(free(bit(THURSDAY, MORNING)), meeting) is None
    assert why(free(bit(THURSDAY, AFTERNOON)), meeting) is None
    assert why(free(*(bit(THURSDAY, part) for part in (MORNING, AFTERNOON))), meeting) is not None


@pytest.mark.parametrize("kind", [EventKind.FORUM, EventKind.ONLINE_FAIR, EventKind.OPEN_DAY])
def test_one_may_drop_in_at_a_fair_for_a_part_of_it(kind):
    fair = job_event("2027-03-04 11:00", hours=4, kind=kind)
    assert why(free(bit(THURSDAY, MORNING)), fair) is not None
    assert why(free(bit(THURSDAY, AFTERNOON)), fair) is not None
    assert why(free(bit(THURSDAY, EVENING)), fair) is None


def test_over_four_hours_nobody_stays_for_the_whole():
    assert why(free(bit(THURSDAY, MORNING)), job_event("2027-03-04 10:00", hours=4)) is None
    assert why(free(bit(THURSDAY, MORNING)), job_event("2027-03-04 10:00", hours=4.1)) is not None


def test_an_evening_begins_at_18_h():
    assert why(free(bit(THURSDAY, EVENING)), job_event("2027-03-04 18:00", hours=2)) is not None
    assert why(free(bit(THURSDAY, AFTERNOON)), job_event("2027-03-04 17:00", hours=1.5)) is not None


def test_hours_are_those_of_the_event_not_of_the_person():
    # 9 h in Réunion is 6 h in Paris, and 9 h in Tahiti is 20 h there
    mornings = free(cells([THURSDAY], [MORNING]))
    for zone in ("Indian/Reunion", "Pacific/Tahiti"):
        assert why(mornings, job_event(zone=zone)) is not None
    evening = job_event("2027-03-04 20:00", zone="Pacific/Tahiti")
    assert evening.starts_at.date() == dt.date(2027, 3, 5)
    assert why(free(bit(THURSDAY, EVENING)), evening) is not None
    assert why(free(bit(FRIDAY, MORNING)), evening) is None


@pytest.mark.parametrize(
    ("dates", "fits"),
    [
        ({"not_before": dt.date(2027, 3, 4)}, True),
        ({"not_before": dt.date(2027, 3, 5)}, False),
        ({"not_after": dt.date(2027, 3, 4)}, True),
        ({"not_after": dt.date(2027, 3, 3)}, False),
    ],
)
def test_the_first_day_must_lie_between_the_dates(dates, fits):
    wish = alert(availability=Availability(**dates))
    assert (why(wish, job_event(hours=30)) is not None) is fits


def test_dates_are_those_where_the_event_is():
    evening = job_event("2027-03-04 20:00", zone="Pacific/Tahiti")
    assert why(alert(availability=Availability(not_after=dt.date(2027, 3, 4))), evening) is not None


# still open


def test_what_has_started_fits_nobody():
    event = job_event()
    assert why(alert(), event, now=event.starts_at - dt.timedelta(microseconds=1)) is not None
    assert why(alert(), event, now=event.starts_at) is None


@pytest.mark.parametrize("status", [EventStatus.FULL, EventStatus.CANCELLED, EventStatus.UNLISTED])
def test_what_is_full_or_withdrawn_fits_nobody(status):
    assert why(alert(), job_event(status=status)) is None


# as one integer


def test_the_bits_are_where_the_alerts_already_stored_have_them():
    wish = alert(
        sectors=frozenset({Sector.HEALTH}),
        takes_unknown_sector=False,
        availability=Availability(bit(0, MORNING)),
    )
    assert masks.of_alert(wish) == sectors.to_mask({Sector.HEALTH}) | 1 << 15
    assert (
        masks.of_alert(alert(availability=Availability(bit(6, EVENING)))) == (1 << 15) - 1 | 1 << 35 | 1 << 36
    )


def _either(sectors):
    return st.sampled_from(
        [
            {"sectors": sectors, "sector_basis": SectorBasis.STATED},
            {"sectors": sectors, "sector_basis": SectorBasis.INFERRED},
            {"sectors": frozenset(), "sector_basis": SectorBasis.UNKNOWN},
            {"sectors": sectors, "sector_basis": SectorBasis.UNKNOWN},
        ]
    )


@hyp.given(
    wanted=st.frozensets(st.sampled_from(Sector)),
    told=st.frozensets(st.sampled_from(Sector)).flatmap(_either),
    multisector=st.booleans(),
    takes_unknown=st.booleans(),
)
def test_the_mask_says_what_the_sectors_say(wanted, told, multisector, takes_unknown):
    wish = alert(sectors=wanted, takes_unknown_sector=takes_unknown)
    event = job_event(multisector=multisector, **told)
    by_mask = masks.of_alert(wish) & masks.sectors_of_event(event) != 0
    assert (matching.fit_sectors(wish, event) is not None) == by_mask


@hyp.given(
    half_days=st.integers(1, (1 << 21) - 1),
    hour=st.integers(0, 23),
    hours=st.integers(1, 30),
    day=st.integers(1, 7),
)
def test_the_mask_says_what_the_week_says(half_days, hour, hours, day):
    wish, event = free(half_days), job_event(f"2027-03-{day:02} {hour:02}:00", hours=hours)
    needed = masks.half_days_of_event(event)
    ticked = masks.of_alert(wish) & needed
    by_mask = ticked != 0 if event.is_drop_in else ticked == needed
    assert matching.is_free_for(wish.availability, event) == by_mask
