import datetime as dt
from zoneinfo import ZoneInfo

import hypothesis as hyp
import pytest
from hypothesis import strategies as st

from domain import subscribers
from domain.schedule import FRENCH_ZONES
from domain.subscribers import Language, Standing
from tests.factories import subscriber

MOMENTS = st.datetimes(
    dt.datetime.fromisoformat("2026-01-01"),
    dt.datetime.fromisoformat("2028-01-01"),
    timezones=st.just(dt.UTC),
)


@pytest.mark.parametrize("zone", FRENCH_ZONES)
@pytest.mark.parametrize(
    ("time", "is_night"),
    [("07:59:59", True), ("08:00", False), ("19:59:59", False), ("20:00", True), ("00:00", True)],
)
def test_night_is_from_20_h_to_8_h_where_the_person_is(zone, time, is_night):
    at = subscribers.at_local(dt.date(2027, 3, 28), dt.time.fromisoformat(time), zone)
    assert subscribers.is_quiet(at, zone) is is_night


def test_it_is_day_in_tahiti_while_it_is_night_in_paris():
    late = dt.datetime(2027, 1, 10, 22, tzinfo=dt.UTC)
    assert subscribers.is_quiet(late, "Europe/Paris")
    assert not subscribers.is_quiet(late, "Pacific/Tahiti")


@hyp.given(MOMENTS, st.sampled_from(FRENCH_ZONES))
def test_after_the_night_is_at_once_by_day_and_the_next_8_h_by_night(instant, zone):
    morning = subscribers.after_the_night(instant, zone)
    if subscribers.is_quiet(instant, zone):
        assert instant < morning <= instant + dt.timedelta(hours=13)
        assert morning.astimezone(ZoneInfo(zone)).time() == dt.time(8)
    else:
        assert morning == instant


def test_the_night_of_the_spring_change_is_an_hour_shorter():
    evening = subscribers.at_local(dt.date(2027, 3, 27), dt.time(20), "Europe/Paris")
    morning = subscribers.after_the_night(evening, "Europe/Paris")
    assert morning - evening == dt.timedelta(hours=11)
    assert morning.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize("code", ["en", "EN", "en-GB", "en_US"])
def test_english_is_spoken_to_those_whose_telegram_is_in_english(code):
    assert Language.of_telegram(code) is Language.ENGLISH


@pytest.mark.parametrize("code", ["fr", "fr-CA", "ar", "uk", "pt-br", "", None, "🙂", "e", "français", " "])
def test_french_is_spoken_to_everyone_else(code):
    assert Language.of_telegram(code) is Language.FRENCH


@hyp.given(st.text())
def test_whatever_telegram_says_a_language_comes_out(code):
    assert Language.of_telegram(code) in Language


def test_only_who_is_active_is_written_to():
    assert [standing for standing in Standing if subscriber(standing=standing).may_receive] == [
        Standing.ACTIVE
    ]
