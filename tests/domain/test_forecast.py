import datetime as dt

import pytest

from domain import forecast
from domain.alerts import Frequency
from domain.subscribers import at_local
from tests.factories import NOW

AT_ONCE, DAILY, WEEKLY = Frequency
PARIS = "Europe/Paris"
DAY = dt.timedelta(days=1)
FOUR_WEEKS = 28 * DAY


def local(day, time):
    """1 February 2027 was a Monday."""
    return at_local(dt.date(2027, 2, day), dt.time.fromisoformat(time), PARIS)


def weekly(*published, frequency=AT_ONCE, history=FOUR_WEEKS, upcoming=(), is_known=True):
    return forecast.messages_a_week(
        published=[(instant, is_known) for instant in published],
        history=history,
        upcoming=[(instant, is_known) for instant in upcoming],
        frequency=frequency,
        zone=PARIS,
    )


TWELVE = [local(day, time) for day in (1, 3, 9, 23) for time in ("10:00", "11:00", "15:00")]


@pytest.mark.parametrize(("frequency", "messages"), [(AT_ONCE, 12), (DAILY, 4), (WEEKLY, 3)])
def test_as_many_come_as_came_in_the_past(frequency, messages):
    assert weekly(*TWELVE, frequency=frequency) == messages / 4


def test_nothing_published_is_nothing_to_expect():
    assert {weekly(frequency=frequency) for frequency in Frequency} == {0}


def test_what_gathers_within_a_minute_is_one_message():
    first = local(1, "10:00")
    assert weekly(first, first, first + dt.timedelta(seconds=59)) == 1 / 4
    assert weekly(first, first + dt.timedelta(seconds=60)) == 2 / 4


def test_the_order_does_not_matter():
    assert weekly(*reversed(TWELVE)) == weekly(*TWELVE)


def test_a_night_brings_one_message():
    assert weekly(local(1, "20:30"), local(2, "00:30"), local(2, "07:30")) == 1 / 4


def test_an_unknown_sector_comes_with_the_digest_of_the_next_day():
    assert weekly(*TWELVE, is_known=False) == weekly(*TWELVE, frequency=DAILY)


def test_known_and_unknown_make_two_messages():
    told = forecast.messages_a_week(
        published=[(local(1, "10:00"), True), (local(1, "10:00"), False)],
        history=FOUR_WEEKS,
        upcoming=[],
        frequency=AT_ONCE,
        zone=PARIS,
    )
    assert told == 2 / 4


def test_after_half_the_time_twice_as_many_are_expected():
    assert weekly(*TWELVE, history=FOUR_WEEKS / 2) == weekly(*TWELVE) * 2


def test_a_short_history_says_nothing_and_what_is_to_come_is_counted():
    almost = forecast.LEAST_HISTORY - dt.timedelta(seconds=1)
    assert weekly(*TWELVE, history=almost, upcoming=TWELVE[:4]) == 4 / 4
    assert weekly(*TWELVE, history=forecast.LEAST_HISTORY, upcoming=TWELVE[:4]) == 12 / 2


@pytest.mark.parametrize(("frequency", "most"), [(DAILY, 7), (WEEKLY, 1)])
@pytest.mark.parametrize("days", range(14, 22))
def test_digests_are_no_more_than_days_or_weeks(frequency, most, days):
    every_hour = [NOW - days * DAY + number * DAY / 24 for number in range(24 * days)]
    assert weekly(*every_hour, history=days * DAY, frequency=frequency) == most
