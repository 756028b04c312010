"""Whom an announcement is for, and what is told of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import announcements
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import MAX_TEXT, Audience, is_for
from domain.availability import Availability, DayPart, bit
from domain.errors import UserError
from domain.job_events import Mode
from domain.sectors import Sector
from tests.factories import ALBI, TOULOUSE, alert

MONDAY_MORNING = bit(0, DayPart.MORNING)
TUESDAY = bit(1, DayPart.MORNING)
HERE = {"commune": "31555", "point": TOULOUSE, "radius_km": 100}


def test_everyone_is_everyone():
    assert is_for(Audience(), alert())
    assert is_for(Audience(), alert(commune=None, point=None, modes=Mode.ONLINE))


@pytest.mark.parametrize(
    ("agencys", "persons", "reached"),
    [(100, 100, True), (100, 50, False), (50, 100, False), (70, 68, True)],
)
def test_an_agency_reaches_no_further_than_people_asked_to_be_reached(agencys, persons, reached):
    audience = Audience(**HERE | {"radius_km": agencys})
    assert is_for(audience, alert(point=ALBI, radius_km=persons)) is reached


def test_a_place_is_for_who_comes_on_site_and_online_for_who_takes_online():
    online = alert(modes=Mode.ONLINE)
    assert not is_for(Audience(**HERE), online)
    assert is_for(Audience(is_online=True), online)
    assert not is_for(Audience(is_online=True), alert(modes=Mode.ON_SITE))


def test_a_sector_is_for_who_wants_it_or_any():
    audience = Audience(sectors=frozenset({Sector.HEALTH, Sector.TRANSPORT}))
    assert is_for(audience, alert())
    assert is_for(audience, alert(sectors=frozenset({Sector.HEALTH})))
    assert not is_for(audience, alert(sectors=frozenset({Sector.INDUSTRY})))


def test_one_free_moment_is_enough_and_dates_must_meet():
    june = dt.date(2027, 6, 1), dt.date(2027, 6, 30)
    audience = Audience(availability=Availability(MONDAY_MORNING | TUESDAY, *june))
    assert is_for(audience, alert(availability=Availability(MONDAY_MORNING)))
    assert not is_for(audience, alert(availability=Availability(bit(2, DayPart.EVENING))))
    assert is_for(audience, alert(availability=Availability(not_before=june[1])))
    assert not is_for(audience, alert(availability=Availability(not_before=dt.date(2027, 7, 1))))
    assert not is_for(audience, alert(availability=Availability(not_after=dt.date(2027, 5, 31))))


@given(
    st.builds(
        Audience,
        commune=st.none() | st.just("31555"),
        point=st.none() | st.just(TOULOUSE),
        radius_km=st.integers(1, 200),
        is_online=st.booleans(),
        sectors=st.frozensets(st.sampled_from(Sector)),
        availability=st.builds(
            Availability, st.integers(1, (1 << 21) - 1), st.none() | st.dates(), st.none()
        ),
    )
)
def test_an_audience_comes_back_as_it_was_written(audience):
    assert Audience.read(audience.written()) == audience


@pytest.mark.parametrize(("count", "told"), [(0, False), (9, False), (10, True), (11, True)])
def test_numbers_under_ten_are_not_told(count, told):
    assert announcements.is_told(count) is told


@given(st.text())
def test_a_cleaned_text_holds_nothing_that_cannot_be_seen(text):
    cleaned = announcements.cleaned(text)
    assert not set(cleaned) & set("\x00\u200b\u202e\ufeff\ud800")
    assert announcements.cleaned(cleaned) == cleaned


def test_a_text_is_measured_as_telegram_does():
    assert not announcements.is_too_long("é" * MAX_TEXT)
    assert announcements.is_too_long("é" * (MAX_TEXT + 1))
    assert announcements.is_too_long("😀" * (MAX_TEXT // 2 + 1))
    assert announcements.cleaned("👩\u200d🔧\nCV") == "👩\u200d🔧\nCV"


def test_a_place_that_is_gone_never_means_everyone():
    draft = AnnouncementDraft()
    with pytest.raises(UserError, match="place_gone"):
        draft.audience(None)
    assert draft.but(is_everywhere=True).audience(None) == Audience()


def test_a_draft_comes_back_as_it_was_written():
    draft = AnnouncementDraft(text="Forum", is_everywhere=True, send_at="2027-03-02T13:30:00+00:00")
    assert AnnouncementDraft.read(draft.written()) == draft
    assert draft.due_at == dt.datetime(2027, 3, 2, 13, 30, tzinfo=dt.UTC)


def test_a_tab_parts_words_and_a_new_emoji_stays():
    assert announcements.cleaned("9 h\tMairie") == "9 h Mairie"
    assert announcements.cleaned("Venez \U0001fae9") == "Venez \U0001fae9"
