import dataclasses
import datetime as dt
import random
from typing import Any

import pytest

from domain.job_events import EventKind, EventStatus, JobEvent, Mode
from sources import deduplicate
from tests.sources.feeds import NOON


def event(source_id: str, **changes: Any) -> JobEvent:
    base = JobEvent(
        source="openagenda",
        source_id=source_id,
        kind=EventKind.JOB_DATING,
        title="Job dating des boulangers",
        starts_at=NOON,
        ends_at=NOON + dt.timedelta(hours=2),
        zone="Europe/Paris",
        mode=Mode.ON_SITE,
        commune="31555",
        place_name="Agence",
    )
    return dataclasses.replace(base, **changes)


LATER = NOON + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("one", "other", "are_doubles"),
    [
        ({}, {}, True),
        ({}, {"title": "JOB DATING : des boulangers !"}, True),
        ({}, {"title": "Job dating des bouchers"}, False),
        ({}, {"starts_at": LATER}, False),
        ({}, {"commune": "75112"}, False),
        ({}, {"place_name": "Mairie"}, False),
        ({}, {"place_name": ""}, True),
        ({"mode": Mode.ONLINE}, {"mode": Mode.ONLINE, "place_name": "Mairie"}, True),
        ({"title": "Atelier numéro 1"}, {"title": "Atelier numéro 2"}, False),
        (
            {"title": "Soigner : les cliniques de la ville"},
            {"title": "Soigner : les cliniques de la ville (1)"},
            True,
        ),
        ({"mee_id": 5, "title": "Un"}, {"mee_id": 5, "title": "Deux", "starts_at": LATER}, True),
        ({"mee_id": 5, "title": "Un"}, {"mee_id": 6, "title": "Deux"}, False),
    ],
)
def test_doubles_are_the_same_session_told_twice(one, other, are_doubles):
    found = deduplicate.merged([event("1", **one), event("2", **other)])
    assert len(found) == (1 if are_doubles else 2)


def test_the_oldest_id_survives_in_whatever_order_they_come():
    doubles = [
        event("9"),
        event("10", url="https://example.org/"),
        event("100", mee_id=7),
        event("101", mee_id=7),
    ]
    for seed in range(20):
        shuffled = random.Random(seed).sample(doubles, len(doubles))
        (survivor,) = deduplicate.merged(shuffled)
        assert survivor.source_id == "9"
        assert survivor.other_ids == ("10", "100", "101")
        assert (survivor.url, survivor.mee_id) == ("https://example.org/", 7)


def test_a_session_cancelled_and_published_anew_is_two():
    cancelled, anew = event("1", status=EventStatus.CANCELLED), event("2")
    assert set(deduplicate.merged([cancelled, anew])) == {cancelled, anew}


def test_events_come_out_by_start():
    found = deduplicate.merged(
        [event("3", starts_at=LATER), event("2", title="Un"), event("1", title="Deux")]
    )
    assert [one.source_id for one in found] == ["1", "2", "3"]


@pytest.mark.long
def test_thousands_of_events_at_one_instant_cost_no_minutes():
    crowd = [event(str(number), title=f"Rencontre {number:x}") for number in range(3_000)]
    assert len(deduplicate.merged(crowd)) > 1_000
