"""The same session told twice is recognised; two sessions are not taken for one."""

import dataclasses
import datetime as dt

import pytest

from domain import doubles
from domain.job_events import EventKind, EventStatus, JobEvent, Mode, StoredEvent

NINE = dt.datetime(2026, 6, 10, 7, tzinfo=dt.UTC)
FORUM = JobEvent(
    source="openagenda",
    source_id="1",
    kind=EventKind.FORUM,
    title="Forum de l'emploi saisonnier",
    starts_at=NINE,
    ends_at=NINE + dt.timedelta(hours=3),
    zone="Europe/Paris",
    mode=Mode.ON_SITE,
    place_name="Agence de Toulouse Bellefontaine",
    commune="31555",
)


def but(**changed):
    return dataclasses.replace(FORUM, source="francetravail", source_id="77", **changed)


@pytest.mark.parametrize(
    "other",
    [
        but(),
        but(title="FORUM de l’emploi SAISONNIER"),
        but(title="Emploi saisonnier : forum de l'"),
        but(place_name=""),
        but(place_name="Toulouse Bellefontaine"),
        but(place_name="Agence Toulouse Bellefontaines"),
    ],
    ids=lambda event: f"{event.title}, {event.place_name}",
)
def test_one_start_one_place_and_nearly_one_title_are_one_session(other):
    assert doubles.is_double(FORUM, other)
    assert doubles.is_double(other, FORUM)


@pytest.mark.parametrize(
    "other",
    [
        but(starts_at=NINE + dt.timedelta(minutes=30)),
        but(commune="31069"),
        but(title="Forum de l'alternance"),
        but(place_name="Agence de Toulouse Jolimont"),
        but(status=EventStatus.CANCELLED),
    ],
    ids=["later", "next town", "other title", "other agency", "cancelled, published anew"],
)
def test_what_differs_in_more_than_wording_is_two_sessions(other):
    assert not doubles.is_double(FORUM, other)
    assert not doubles.is_double(other, FORUM)


def test_numbered_workshops_are_not_one():
    assert not doubles.is_double(but(title="Atelier CV 1"), but(title="Atelier CV 2"))


def test_titles_in_another_alphabet_are_compared_too():
    assert not doubles.is_double(but(title="ورشة عمل"), but(title="معرض التوظيف"))


def test_online_the_place_does_not_count():
    here, there = but(mode=Mode.ONLINE, place_name="Agence A"), but(mode=Mode.ONLINE, place_name="Studio B")
    assert doubles.is_double(here, there)


def test_one_id_on_the_site_is_one_session_whatever_else_is_said():
    moved = but(mee_id=5, title="Tout autre chose", starts_at=NINE + dt.timedelta(days=1))
    assert doubles.is_double(dataclasses.replace(FORUM, mee_id=5), moved)


def test_the_double_with_the_same_id_is_found_before_the_one_that_only_looks_alike():
    def stored(number, event):
        return StoredEvent(id=number, event=event, first_seen_at=NINE, checked_at=NINE)

    alike, same = stored(1, but(mee_id=4)), stored(2, but(mee_id=5, title="Forum"))
    assert doubles.find(but(mee_id=5), [alike, same]) == same
    assert doubles.find(but(mee_id=6), [alike, same]) == alike
    assert doubles.find(but(commune="75056"), [alike, same]) is None


def test_a_page_is_put_together_by_session():
    first, again = but(mee_id=5), but(mee_id=5, starts_at=NINE + dt.timedelta(days=1))
    alike, other = but(), but(commune="75056")
    assert doubles.sessions([first, again, alike, other]) == [[first, again, alike], [other]]
