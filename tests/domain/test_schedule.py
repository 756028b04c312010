import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import hypothesis as hyp
import pytest
from hypothesis import strategies as st

from domain import schedule
from domain.alerts import Frequency
from domain.reminders import Lead
from domain.schedule import FRENCH_ZONES
from domain.subscribers import at_local, is_quiet
from tests.factories import NOW, job_event
from tests.wall_clock import reminded_at

PARIS = "Europe/Paris"
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
MOMENTS = st.datetimes(
    dt.datetime.fromisoformat("2026-01-01"),
    dt.datetime.fromisoformat("2028-01-01"),
    timezones=st.just(dt.UTC),
)
ZONES = st.sampled_from(FRENCH_ZONES)


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def local(text, zone=PARIS):
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def due(event, lead, zone=PARIS, now=LONG_AGO):
    return schedule.reminder_due_at(event, lead, zone, now=now)


def test_the_zones_are_those_in_which_a_commune_lies(known):
    assert sorted({commune.zone for commune in known.communes}) == sorted(FRENCH_ZONES)


# reminders


def test_the_day_before_is_told_at_17_h():
    assert due(job_event("2027-03-04 09:00"), Lead.DAY_BEFORE) == local("2027-03-03 17:00")


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        ("2027-03-04 14:00", "2027-03-04 12:00"),
        ("2027-03-04 10:00", "2027-03-04 08:00"),
        ("2027-03-04 09:59", "2027-03-04 08:00"),  # 7 h 59 is night: 8 h
        ("2027-03-04 08:45", "2027-03-04 08:00"),  # 45 minutes remain
        ("2027-03-04 08:44", "2027-03-03 19:00"),  # 44 do not: the evening before
        ("2027-03-04 02:00", "2027-03-03 19:00"),
        ("2027-03-04 00:30", "2027-03-03 19:00"),
        ("2027-03-04 22:00", "2027-03-04 19:00"),  # 20 h is night
        ("2027-03-04 21:59", "2027-03-04 19:59"),
    ],
)
def test_two_hours_before_but_not_by_night(starts, told):
    assert due(job_event(starts), Lead.TWO_HOURS) == local(told)


@pytest.mark.parametrize("lead", Lead)
def test_it_is_too_late_once_the_moment_has_come(lead):
    event = job_event("2027-03-04 08:30")
    at = due(event, lead)
    assert due(event, lead, now=at - dt.timedelta(microseconds=1)) == at
    assert due(event, lead, now=at) is None


def test_the_hour_is_that_of_the_person():
    event = job_event("2027-03-04 14:00", zone="Indian/Reunion")
    assert due(event, Lead.DAY_BEFORE, "Indian/Reunion") == local("2027-03-03 17:00", "Indian/Reunion")
    assert due(event, Lead.DAY_BEFORE, PARIS) == local("2027-03-03 17:00", PARIS)
    assert due(event, Lead.TWO_HOURS, PARIS) == local("2027-03-04 09:00", PARIS)


def test_the_day_before_is_that_of_the_person():
    # Tuesday 9 h in Wallis is Monday 11 h in Tahiti: 17 h of that Monday would be too late
    event = job_event("2027-03-02 09:00", zone="Pacific/Wallis")
    assert due(event, Lead.DAY_BEFORE, "Pacific/Tahiti") == local("2027-02-28 17:00", "Pacific/Tahiti")


SPANS = {
    "spring": ("2027-03-27", "2027-03-30"),
    "autumn": ("2026-10-24", "2026-10-27"),
    "spring in Miquelon": ("2027-03-13", "2027-03-16"),
    "autumn in Miquelon": ("2026-10-31", "2026-11-03"),
}


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("zone", [PARIS, "Indian/Reunion", "Pacific/Tahiti", "America/Miquelon"])
@pytest.mark.long
def test_every_minute_around_a_clock_change_has_its_reminder_at_the_right_hour(zone, span):
    place = ZoneInfo(zone)
    first, last = (at_local(dt.date.fromisoformat(day), dt.time(0), zone) for day in SPANS[span])
    for number in range((last - first) // MINUTE):
        starts_at = first + number * MINUTE
        event = job_event(zone=zone, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
        for lead in Lead:
            at = due(event, lead, zone)
            clock = at.astimezone(place)
            assert not is_quiet(at, zone)
            assert at < starts_at
            assert due(event, lead, zone, now=at - MINUTE) == at
            assert due(event, lead, zone, now=at) is None
            assert (clock.date(), clock.time()) == reminded_at(lead, starts_at, place)


@pytest.mark.long
@hyp.settings(max_examples=500)
@hyp.given(MOMENTS, ZONES, ZONES, st.sampled_from(Lead))
def test_a_reminder_comes_by_day_and_before_the_event_wherever_both_are(starts_at, here, there, lead):
    event = job_event(zone=there, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
    at = due(event, lead, here)
    assert not is_quiet(at, here)
    assert dt.timedelta(minutes=45) <= starts_at - at <= dt.timedelta(hours=32)


# digests


@pytest.mark.parametrize(
    ("now", "daily", "weekly"),
    [
        # 1 March 2027 is a Monday
        ("2027-03-01 08:59", "2027-03-01 09:00", "2027-03-01 09:00"),
        ("2027-03-01 09:00", "2027-03-02 09:00", "2027-03-08 09:00"),
        ("2027-03-03 23:00", "2027-03-04 09:00", "2027-03-08 09:00"),
        ("2027-03-28 01:59", "2027-03-28 09:00", "2027-03-29 09:00"),
        ("2026-10-24 10:00", "2026-10-25 09:00", "2026-10-26 09:00"),
    ],
)
def test_digests_come_at_9_h_and_on_mondays(now, daily, weekly):
    assert schedule.next_digest_at(local(now), PARIS, weekly=False) == local(daily)
    assert schedule.next_digest_at(local(now), PARIS, weekly=True) == local(weekly)


@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize("zone", FRENCH_ZONES)
def test_over_two_years_each_digest_comes_once_at_9_h(zone, weekly):
    at, seen = utc("2026-01-01 00:00"), []
    while at < utc("2028-01-01 00:00"):
        at = schedule.next_digest_at(at, zone, weekly=weekly)
        seen.append(at.astimezone(ZoneInfo(zone)))
    assert {moment.time() for moment in seen} == {dt.time(9)}
    days = [moment.date().toordinal() for moment in seen]
    assert {later - sooner for sooner, later in itertools.pairwise(days)} == {7 if weekly else 1}
    assert not weekly or {moment.weekday() for moment in seen} == {0}


# new events


def times(now, *, until=None, is_sector_known=True, zones=(PARIS,)):
    return schedule.telling_times(now, until or now, zones, is_sector_known=is_sector_known)


def test_by_day_what_is_at_once_goes_when_it_has_gathered():
    until = NOW + schedule.GATHERING
    assert times(NOW, until=until) == {
        (PARIS, Frequency.AT_ONCE): until,
        (PARIS, Frequency.DAILY): local("2027-03-02 09:00"),
        (PARIS, Frequency.WEEKLY): local("2027-03-08 09:00"),
    }


def test_by_night_what_is_at_once_waits_for_8_h():
    assert times(local("2027-03-01 23:00"))[PARIS, Frequency.AT_ONCE] == local("2027-03-02 08:00")


def test_an_unknown_sector_waits_for_the_daily_digest():
    told = times(NOW, is_sector_known=False)
    assert told[PARIS, Frequency.AT_ONCE] == told[PARIS, Frequency.DAILY] == local("2027-03-02 09:00")
    assert told[PARIS, Frequency.WEEKLY] == local("2027-03-08 09:00")


def test_each_zone_has_its_own_times():
    told = times(NOW, zones=FRENCH_ZONES)
    assert set(told) == {(zone, frequency) for zone in FRENCH_ZONES for frequency in Frequency}
    for (zone, _), at in told.items():
        assert at >= NOW
        assert not is_quiet(at, zone)


def test_what_gathers_goes_together():
    until = schedule.gathering_until(NOW, None)
    assert until == NOW + dt.timedelta(seconds=60)
    assert schedule.gathering_until(until - dt.timedelta(seconds=1), until) == until
    assert schedule.gathering_until(until, until) == until + dt.timedelta(seconds=60)


@pytest.mark.parametrize(
    ("now", "until", "may"),
    [
        ("2027-03-01 12:00:00", "2027-03-01 12:01:00", True),
        ("2027-03-01 12:01:00", "2027-03-01 12:01:00", False),  # it has gone already
        ("2027-03-01 07:59:30", "2027-03-01 08:00:30", False),  # it is night still
        ("2027-03-01 19:59:30", "2027-03-01 20:00:30", False),  # it was kept for the morning
        ("2027-03-01 23:00:00", "2027-03-01 23:01:00", True),
    ],
)
def test_what_gathers_may_go_sooner_unless_a_night_begins_or_ends(now, until, may):
    assert schedule.may_hasten(local(now), local(until), [PARIS]) is may


def test_a_night_anywhere_counts():
    until = local("2027-03-01 20:00:30", "Indian/Reunion")
    assert not schedule.may_hasten(until - MINUTE, until, [PARIS, "Indian/Reunion"])


# changes


@pytest.mark.parametrize(
    ("now", "starts", "is_urgent", "told"),
    [
        ("2027-03-01 12:00", "2027-03-04 09:00", False, "2027-03-01 12:00"),
        ("2027-03-01 23:00", "2027-03-04 09:00", False, "2027-03-02 08:00"),
        ("2027-03-01 23:00", "2027-03-02 08:45", False, "2027-03-02 08:00"),
        ("2027-03-01 23:00", "2027-03-02 08:44", False, "2027-03-01 23:00"),  # else too late
        ("2027-03-01 23:00", "2027-03-04 09:00", True, "2027-03-01 23:00"),
    ],
)
def test_a_change_wakes_nobody_unless_it_must(now, starts, is_urgent, told):
    at = schedule.change_told_at(local(now), PARIS, local(starts), is_urgent=is_urgent)
    assert at == local(told)
