import datetime as dt

from domain import outbox
from domain.outbox import MAX_ATTEMPTS, UNKNOWN_POLICY, Kind, Lane, OnUnknown


def test_the_wait_doubles_up_to_five_minutes():
    waits = [outbox.retry_delay(attempts) / dt.timedelta(seconds=1) for attempts in range(14)]
    assert waits == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]


def test_one_tries_for_about_twenty_minutes():
    tried = sum((outbox.retry_delay(attempts) for attempts in range(1, MAX_ATTEMPTS)), dt.timedelta(0))
    assert dt.timedelta(minutes=15) < tried < dt.timedelta(minutes=25)


def test_lanes_are_the_numbers_that_stored_messages_have():
    assert {lane.name: lane.value for lane in Lane} == {
        "URGENT": 0,
        "ALERTS": 1,
        "ANNOUNCEMENTS": 2,
        "DIGESTS": 3,
        "QUIET": 4,
    }


def test_every_kind_says_what_to_do_when_it_may_have_been_sent():
    assert set(UNKNOWN_POLICY) == set(Kind)
    assert UNKNOWN_POLICY[Kind.REMINDER] is OnUnknown.RESEND


def test_what_is_urgent_goes_before_alerts_and_alerts_before_digests():
    assert sorted(Lane) == [
        Lane.URGENT,
        Lane.ALERTS,
        Lane.ANNOUNCEMENTS,
        Lane.DIGESTS,
        Lane.QUIET,
    ]
