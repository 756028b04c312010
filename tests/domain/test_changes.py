"""People hear of what changes their plans, and of nothing else."""

import dataclasses
import datetime as dt
import subprocess
import sys

import pytest

from domain import changes
from domain.changes import ChangeKind
from domain.globe import Point
from domain.job_events import EventKind, EventStatus, JobEvent, Mode
from domain.sectors import Sector, SectorBasis

NINE = dt.datetime(2026, 6, 10, 7, tzinfo=dt.UTC)
EVENT = JobEvent(
    source="openagenda",
    source_id="1",
    kind=EventKind.JOB_DATING,
    title="Rencontre avec six employeurs",
    description="Venez avec un CV.",
    starts_at=NINE,
    ends_at=NINE + dt.timedelta(hours=3),
    zone="Europe/Paris",
    mode=Mode.ON_SITE,
    place_name="Agence de Toulouse Bellefontaine",
    address="12 avenue Jean Jaurès, 31000 Toulouse",
    commune="31555",
    commune_name="Toulouse",
    point=Point(43.6, 1.44),
    sectors=frozenset({Sector.TRANSPORT, Sector.RETAIL, Sector.HEALTH}),
    sector_basis=SectorBasis.INFERRED,
    seats_total=20,
    seats_left=14,
)


def but(**changed):
    return dataclasses.replace(EVENT, **changed)


def kinds(old, new):
    return changes.diff(old, new).kinds


@pytest.mark.parametrize(
    "silent",
    [
        but(),
        but(title="Rencontre : 6 employeurs"),
        but(description="Venez avec deux CV."),
        but(seats_left=3),
        but(sectors=frozenset({Sector.FINANCE}), sector_basis=SectorBasis.STATED),
        but(url="https://example.org/1", audiences=("Ouvert à tous",)),
        but(point=Point(43.61, 1.45)),
        but(address="12, av. Jean-Jaurès 31000 TOULOUSE"),
        but(address=""),
        but(address="31000 Toulouse"),
        but(place_name="France Travail - Agence de Toulouse Bellefontaine"),
        but(source="francetravail", source_id="9", mee_id=9),
    ],
)
def test_wording_seats_and_sectors_are_tidied_up_in_silence(silent):
    assert not changes.diff(EVENT, silent).is_told
    assert not changes.diff(silent, EVENT).is_told


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (but(starts_at=NINE + dt.timedelta(days=1), ends_at=NINE + dt.timedelta(days=1, hours=3)), "date"),
        (but(ends_at=NINE + dt.timedelta(hours=2)), "date"),
        (but(zone="Indian/Reunion"), "date"),
        (but(commune="31069", commune_name="Blagnac"), "place"),
        (but(place_name="Agence de Toulouse Jolimont"), "place"),
        (but(address="14 avenue Jean Jaurès, 31000 Toulouse"), "place"),
        (but(mode=Mode.BOTH), "mode"),
        (but(status=EventStatus.FULL, seats_left=0), "full"),
        (but(status=EventStatus.CANCELLED), "cancelled"),
        (but(status=EventStatus.UNLISTED), "unlisted"),
    ],
)
def test_what_changes_plans_is_told(new, kind):
    assert kinds(EVENT, new) == {ChangeKind(kind)}


def test_the_same_hours_in_a_zone_that_goes_alike_are_no_change():
    assert not changes.diff(EVENT, but(zone="Europe/Madrid")).is_told


def test_the_place_of_an_online_event_is_nobodys_concern():
    webinar = but(mode=Mode.ONLINE)
    assert not changes.diff(webinar, dataclasses.replace(webinar, commune="75056", address="Paris")).is_told


def test_going_online_is_a_change_of_mode_not_of_place():
    assert kinds(EVENT, but(mode=Mode.ONLINE, commune=None, address="", place_name="")) == {ChangeKind.MODE}


@pytest.mark.parametrize("was", [EventStatus.FULL, EventStatus.CANCELLED])
def test_seats_again_or_not_cancelled_after_all_reopens(was):
    assert kinds(but(status=was), EVENT) == {ChangeKind.REOPENED}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (EventStatus.SCHEDULED, {ChangeKind.RETURNED}),
        (EventStatus.FULL, {ChangeKind.RETURNED, ChangeKind.FULL}),
        (EventStatus.CANCELLED, {ChangeKind.RETURNED, ChangeKind.CANCELLED}),
    ],
)
def test_what_is_listed_again_returns_as_it_is_now(now, told):
    assert kinds(but(status=EventStatus.UNLISTED), but(status=now)) == told


def test_several_changes_are_told_together():
    moved = but(starts_at=NINE - dt.timedelta(hours=1), commune="31069", mode=Mode.BOTH)
    assert kinds(EVENT, moved) == {ChangeKind.DATE, ChangeKind.PLACE, ChangeKind.MODE}


@pytest.mark.parametrize(
    ("new", "suits"),
    [
        (but(commune="31069"), True),
        (but(status=EventStatus.FULL), False),
        (but(status=EventStatus.CANCELLED), False),
        (but(title="Autre"), False),
    ],
)
def test_only_what_moved_or_reopened_may_suit_others(new, suits):
    assert changes.diff(EVENT, new).suits_others is suits
    assert changes.diff(but(status=EventStatus.FULL), EVENT).suits_others


def test_the_fingerprint_is_the_same_in_every_process():
    program = (
        "import sys; sys.path[:0] = ['.', 'tests/domain']\n"
        "import test_changes as t; from domain import changes\n"
        "print(changes.fingerprint(t.EVENT))"
    )
    seen = {
        subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert seen == {changes.fingerprint(EVENT)}


def test_the_fingerprint_changes_with_anything_said_but_not_with_merged_ids():
    assert changes.fingerprint(but(description="Autre")) != changes.fingerprint(EVENT)
    assert changes.fingerprint(but(seats_left=13)) != changes.fingerprint(EVENT)
    assert changes.fingerprint(but(other_ids=("2",))) == changes.fingerprint(EVENT)


def test_half_a_character_from_outside_does_not_stop_the_fingerprint():
    assert changes.fingerprint(but(title="\ud83d"))
