"""Reminders: the day before at 17 h and two hours before; each comes once, or its absence is told."""

import dataclasses
import datetime as dt

import pytest

from domain.job_events import EventStatus
from storage.tables import reminders
from tests.databases import JOURNEY_ON_BOTH

BOTH = ("La veille", "Deux heures avant")
WAYS_ON = {"Même domaine, près de là", "Mes prochains événements", "Événements à distance"}


def utc(day, hour, minute=0):
    return dt.datetime(2027, 3, day, hour, minute, tzinfo=dt.UTC)


def reminded(person):
    return sum(text.startswith("Rappel :") for text in person.texts)


async def ask(person, *leads):
    """Ask from the newest card."""
    await person.tap("Me le rappeler")
    for lead in leads:
        await person.tap(lead)


@pytest.fixture
async def event(stage, lea):
    """An event on Wednesday 3 March, 9 h 30 in Paris, on a card before Léa."""
    await lea.settle_in()
    event = stage.event(address="1 place Bonnyaud")
    await stage.publish(event)
    return event


async def at(stage, instant):
    await stage.pass_time(seconds=(instant - stage.clock()).total_seconds())


async def moved(stage, event, **by):
    span = dt.timedelta(**by)
    event = dataclasses.replace(event, starts_at=event.starts_at + span, ends_at=event.ends_at + span)
    await stage.publish(event)
    return event


@JOURNEY_ON_BOTH
async def test_both_come_at_their_hour_and_once(stage, lea, event):
    await ask(lea, *BOTH)
    assert {"✓ La veille", "✓ Deux heures avant"} <= set(lea.labels)
    await at(stage, utc(2, 15, 59))
    assert reminded(lea) == 0
    await at(stage, utc(2, 16))
    assert reminded(lea) == 1
    assert "1 place Bonnyaud" in lea.text
    assert {"Je ne peux plus", "Ajouter à mon agenda", "Voir sur la carte"} <= set(lea.labels)
    await stage.restart()
    await stage.pass_time(minutes=1)
    await at(stage, utc(3, 6, 59))
    assert reminded(lea) == 1, "7 h 30 is in the night: it comes at 8 h"
    await at(stage, utc(3, 7))
    assert reminded(lea) == 2
    await stage.restart()
    await at(stage, utc(4, 12))
    assert reminded(lea) == 2


async def test_only_the_one_that_was_asked_for_comes(stage, lea, event):
    await ask(lea, "Deux heures avant")
    await at(stage, utc(3, 6, 59))
    assert reminded(lea) == 0
    await at(stage, utc(3, 7))
    assert reminded(lea) == 1


async def test_a_double_tap_asks_for_a_reminder_once_and_takes_nothing_back(lea, event):
    await lea.tap("Me le rappeler")
    asks = lea.data("La veille")
    await lea.tap("La veille")
    await lea.tap_data(asks)
    assert "✓ La veille" in lea.labels


async def test_a_reminder_is_taken_back_where_it_was_asked(stage, lea, event):
    await ask(lea, "La veille", "La veille")
    assert "La veille" in lea.labels
    await at(stage, utc(3, 8))
    assert reminded(lea) == 0


@pytest.mark.parametrize("way", ["mes rappels", "/rappels", "menu"])
@JOURNEY_ON_BOTH
async def test_they_are_listed_and_cancelled(stage, lea, event, way):
    await ask(lea, *BOTH)
    if way == "menu":
        await lea.say("menu")
        await lea.tap("Mes rappels")
    else:
        await lea.say(way)
    assert "mardi 2 mars, 17 h" in lea.text
    assert "mercredi 3 mars, 8 h" in lea.text
    assert "pas de rappel" in await lea.tap("Annuler le rappel 1")
    await at(stage, utc(3, 12))
    assert reminded(lea) == 0


async def test_i_cannot_come_any_more_stops_the_other(stage, lea, event):
    await ask(lea, *BOTH)
    await at(stage, utc(2, 16))
    assert "plus de rappel" in await lea.tap("Je ne peux plus")
    assert "Me le rappeler quand même" in lea.labels
    await at(stage, utc(3, 12))
    assert reminded(lea) == 0


async def test_one_asked_for_too_late_says_so(stage, lea, event):
    question = lea.data("Me le rappeler")
    await at(stage, utc(2, 16, 30))
    text = await lea.tap_data(question)
    assert "La veille : trop tard" in text
    assert "La veille" not in lea.labels
    await at(stage, utc(3, 7, 30))
    text = await lea.tap_data(question)
    assert text.count("trop tard") == 2
    assert "Ajouter à mon agenda" in lea.labels


@JOURNEY_ON_BOTH
async def test_it_moves_with_its_event(stage, lea, event):
    await ask(lea, *BOTH)
    await moved(stage, event, days=2)
    assert "a changé" in lea.text
    assert "jeudi 4 mars, 17 h" in lea.text
    await at(stage, utc(3, 12))
    assert reminded(lea) == 0
    await at(stage, utc(4, 16))
    assert reminded(lea) == 1
    await at(stage, utc(5, 7))
    assert reminded(lea) == 2


@JOURNEY_ON_BOTH
async def test_it_is_dropped_and_told_when_its_event_is_cancelled(stage, lea, event):
    await ask(lea, *BOTH)
    await stage.publish(dataclasses.replace(event, status=EventStatus.CANCELLED))
    assert "Annulé par l’organisateur" in lea.text
    assert set(lea.labels) >= WAYS_ON
    assert [row for row in await stage.rows(reminders) if row["queued_at"] is None] == []
    for way in [lea.data(way) for way in sorted(WAYS_ON)]:
        await lea.tap_data(way)
        assert len(lea.labels) > 1
    await at(stage, utc(3, 12))
    assert reminded(lea) == 0


async def test_asleep_over_its_hour_it_still_comes_once(stage, lea, event):
    await ask(lea, "La veille")
    await stage.stop()
    stage.clock.now = utc(2, 18)
    await stage.start()
    await stage.pass_time(seconds=1)
    assert reminded(lea) == 1
    await stage.restart()
    await stage.pass_time(hours=1)
    assert reminded(lea) == 1


async def test_asleep_over_the_event_it_does_not_come_at_all(stage, lea, event):
    await ask(lea, *BOTH)
    await stage.stop()
    stage.clock.now = utc(3, 20)
    await stage.start()
    await stage.pass_time(seconds=1)
    await stage.pass_time(hours=15)
    assert reminded(lea) == 0


async def test_a_pause_leaves_what_was_asked_for(stage, lea, event):
    await ask(lea, "La veille")
    await lea.say("pause")
    await at(stage, utc(2, 16))
    assert reminded(lea) == 1


async def test_a_stop_takes_them_too(stage, lea, event):
    await ask(lea, "La veille")
    await lea.say("stop")
    await at(stage, utc(3, 12))
    assert reminded(lea) == 0


async def test_a_newcomer_may_ask_for_one_from_a_shared_link(stage, lea):
    await lea.start("e3")
    await ask(lea, *BOTH)
    await lea.say("mes rappels")
    assert "Annuler le rappel 1" in lea.labels


async def test_many_are_numbered_on_and_tidied_page_by_page(stage, lea):
    await lea.settle_in()
    for _ in range(7):
        await stage.publish(stage.event())
        await ask(lea, "La veille")
    await lea.say("mes rappels")
    await lea.tap("Page suivante")
    assert [label[:18] for label in lea.labels if label.startswith("Annuler")] == [
        "Annuler le rappel 6"[:18], "Annuler le rappel 7"[:18]
    ]  # fmt: skip
    assert "6. " in await lea.tap("Annuler le rappel 7")
    assert "7. " not in lea.text
    assert "5. " in await lea.tap("Annuler le rappel 6")


async def test_of_an_event_that_is_over_no_reminder_is_offered(stage, lea, event):
    await ask(lea)
    await stage.pass_time(days=31)
    assert "Cet événement est passé" in await lea.tap("La veille")
    assert set(lea.labels) >= WAYS_ON
    assert await stage.rows(reminders) == []
