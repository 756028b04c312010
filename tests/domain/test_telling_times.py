"""When a new event is told, and a change of one: never in the night, unless the morning is too late."""

import datetime as dt

import pytest

from domain import schedule
from domain.alerts import Frequency

PARIS, TAHITI, REUNION = "Europe/Paris", "Pacific/Tahiti", "Indian/Reunion"


def june(day, hour, minute=0, second=0):
    """A Monday is the 1st; UTC."""
    return dt.datetime(2026, 6, day, hour, minute, second, tzinfo=dt.UTC)


def test_a_new_event_is_told_at_once_by_day_and_at_eight_after_the_night():
    now, until = june(1, 12), june(1, 12, 1)
    times = schedule.telling_times(now, until, [PARIS, TAHITI], is_sector_known=True)
    assert times == {
        (PARIS, Frequency.AT_ONCE): until,
        (PARIS, Frequency.DAILY): june(2, 7),
        (PARIS, Frequency.WEEKLY): june(8, 7),
        (TAHITI, Frequency.AT_ONCE): june(1, 18),
        (TAHITI, Frequency.DAILY): june(1, 19),
        (TAHITI, Frequency.WEEKLY): june(1, 19),
    }


def test_an_event_of_unknown_sector_goes_with_the_daily_digest():
    times = schedule.telling_times(june(1, 12), june(1, 12, 1), [PARIS], is_sector_known=False)
    assert times[PARIS, Frequency.AT_ONCE] == times[PARIS, Frequency.DAILY] == june(2, 7)


def test_matches_gather_until_one_instant_and_then_until_the_next():
    now = june(1, 12)
    first = schedule.gathering_until(now, None)
    assert first == now + schedule.GATHERING
    assert schedule.gathering_until(now + dt.timedelta(seconds=59), first) == first
    assert schedule.gathering_until(first, first) == first + schedule.GATHERING


@pytest.mark.parametrize(
    ("now", "until", "may"),
    [
        (june(1, 12), june(1, 12, 1), True),
        (june(1, 12, 1), june(1, 12, 1), False),
        (june(1, 5, 59, 30), june(1, 6, 0, 30), False),
        (june(1, 2), june(1, 2, 1), True),
    ],
    ids=["by day", "gone already", "the night ends in between", "by night"],
)
def test_the_end_of_a_sweep_hastens_nothing_into_the_night(now, until, may):
    assert schedule.may_hasten(now, until, [PARIS]) is may


@pytest.mark.parametrize(
    ("now", "starts_at", "is_urgent", "told_at"),
    [
        (june(1, 12), june(3, 7), False, june(1, 12)),
        (june(1, 22), june(3, 7), False, june(2, 6)),
        (june(1, 22), june(2, 6, 45), False, june(2, 6)),
        (june(1, 22), june(2, 6, 44), False, june(1, 22)),
        (june(1, 22), june(3, 7), True, june(1, 22)),
    ],
    ids=["by day", "after the night", "just enough notice", "the morning is too late", "urgent"],
)
def test_a_change_waits_for_the_morning_unless_that_is_too_late(now, starts_at, is_urgent, told_at):
    assert schedule.change_told_at(now, PARIS, starts_at, is_urgent=is_urgent) == told_at
    assert schedule.change_told_at(june(1, 4), REUNION, june(3, 7), is_urgent=False) == june(1, 4)
