import datetime as dt

import hypothesis as hyp
import pytest
from hypothesis import strategies as st

from domain import availability
from domain.availability import WHOLE_WEEK, Availability, DayPart, bit, cells
from domain.errors import UserError
from tests.factories import job_event

MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6
MORNING, AFTERNOON, EVENING = DayPart


def covered(local_start, local_end):
    """2027-03-01 was a Monday."""
    return availability.half_days_covered(*map(dt.datetime.fromisoformat, (local_start, local_end)))


@pytest.mark.parametrize(
    ("starts", "ends", "parts"),
    [
        ("09:00", "12:00", [MORNING]),
        ("09:00", "13:00", [MORNING]),  # half an hour of the afternoon is not yet the afternoon
        ("09:00", "13:01", [MORNING, AFTERNOON]),
        ("12:00", "17:00", [AFTERNOON]),
        ("11:59", "17:00", [MORNING, AFTERNOON]),
        ("12:30", "18:00", [AFTERNOON]),
        ("17:00", "18:31", [AFTERNOON, EVENING]),
        ("18:00", "20:00", [EVENING]),
        ("08:00", "23:59", [MORNING, AFTERNOON, EVENING]),
    ],
)
def test_an_event_covers_the_parts_of_which_it_takes_more_than_half_an_hour(starts, ends, parts):
    assert covered(f"2027-03-01 {starts}", f"2027-03-01 {ends}") == cells([MONDAY], parts)


@pytest.mark.parametrize(
    ("starts", "ends", "part"),
    [("12:15", "12:45", MORNING), ("12:29", "12:59", MORNING), ("17:45", "18:10", AFTERNOON)],
)
def test_a_very_short_event_counts_for_the_part_it_starts_in(starts, ends, part):
    assert covered(f"2027-03-01 {starts}", f"2027-03-01 {ends}") == bit(MONDAY, part)


def test_an_event_over_midnight_covers_the_evening_and_the_next_morning():
    found = covered("2027-03-07 22:00", "2027-03-08 02:00")
    assert found == bit(SUNDAY, EVENING) | bit(MONDAY, MORNING)


def test_each_part_ends_at_midnight():
    assert covered("2027-03-01 23:45", "2027-03-02 01:00") == bit(TUESDAY, MORNING)


def test_an_event_until_midnight_does_not_touch_the_next_day():
    assert covered("2027-03-01 19:00", "2027-03-02 00:00") == bit(MONDAY, EVENING)


def test_two_days_are_covered_part_by_part():
    found = covered("2027-03-01 14:00", "2027-03-02 12:00")
    assert found == cells([MONDAY], [AFTERNOON, EVENING]) | bit(TUESDAY, MORNING)


@pytest.mark.parametrize("days", [7, 8, 400])
def test_a_week_or_more_covers_everything(days):
    start = dt.datetime.fromisoformat("2027-03-01 19:00")
    assert availability.half_days_covered(start, start + dt.timedelta(days=days)) == WHOLE_WEEK


def test_an_event_that_ends_before_it_starts_on_the_clock_still_counts():
    # 2 h 50 to 2 h 10, on the night of the autumn change: twenty minutes
    assert job_event("2026-10-25 02:50", hours=1 / 3).half_days == bit(SUNDAY, MORNING)


@pytest.mark.parametrize(
    ("time", "part"),
    [("00:00", MORNING), ("12:29", MORNING), ("12:30", AFTERNOON), ("17:59", AFTERNOON), ("18:00", EVENING)],
)
def test_each_time_of_day_has_its_part(time, part):
    assert availability.part_of(dt.time.fromisoformat(time)) is part


def test_the_grid_has_21_cells():
    assert cells(range(7), DayPart) == WHOLE_WEEK
    assert len({bit(day, part) for day in range(7) for part in DayPart}) == 21


def test_the_parts_may_be_any_iterable():
    assert cells(iter([MONDAY, TUESDAY]), iter([MORNING])) == bit(MONDAY, MORNING) | bit(TUESDAY, MORNING)


def test_one_is_free_where_one_ticked():
    saturdays = Availability(cells([SATURDAY], [MORNING]))
    assert saturdays.is_free(SATURDAY, MORNING)
    assert not saturdays.is_free(SATURDAY, AFTERNOON)
    assert not saturdays.is_free(SUNDAY, MORNING)


@pytest.mark.parametrize("half_days", [0, -1, WHOLE_WEEK + 1])
def test_a_grid_with_nothing_in_it_is_refused(half_days):
    with pytest.raises(UserError) as caught:
        Availability(half_days)
    assert caught.value.code == "availability_empty"


def test_dates_the_wrong_way_round_are_refused():
    first, last = dt.date(2027, 3, 2), dt.date(2027, 3, 1)
    with pytest.raises(UserError) as caught:
        Availability(not_before=first, not_after=last)
    assert (caught.value.code, caught.value.params) == (
        "dates_reversed",
        {"not_before": first, "not_after": last},
    )


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (None, None, True),
        ("2027-03-04", "2027-03-04", True),
        ("2027-03-05", None, False),
        (None, "2027-03-03", False),
        ("2027-03-04", None, True),
        (None, "2027-03-04", True),
    ],
)
def test_both_dates_count_themselves(first, last, fits):
    first, last = (dt.date.fromisoformat(day) if day else None for day in (first, last))
    assert Availability(not_before=first, not_after=last).covers_date(dt.date(2027, 3, 4)) is fits


@hyp.given(
    st.builds(dt.datetime.combine, st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), st.times()),
    st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(days=10)),
)
def test_what_is_covered_is_what_the_minutes_say(start, length):
    end = start + length
    minutes = dict.fromkeys((bit(day, part) for day in range(7) for part in DayPart), dt.timedelta(0))
    longest = dict(minutes)
    at = start
    while at < end:
        border = min(
            moment
            for day in (at.date(), at.date() + dt.timedelta(days=1))
            for time in (dt.time(0), dt.time(12, 30), dt.time(18))
            if (moment := dt.datetime.combine(day, time)) > at
        )
        key = bit(at.weekday(), availability.part_of(at.time()))
        longest[key] = max(longest[key], min(border, end) - at)
        at = border
    touched = sum(key for key, time in longest.items() if time > dt.timedelta(minutes=30))
    expected = touched or bit(start.weekday(), availability.part_of(start.time()))
    assert availability.half_days_covered(start, end) == expected
