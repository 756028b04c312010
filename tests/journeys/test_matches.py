"""A new event becomes one message to each person it fits, at their hour, once."""

import datetime as dt

import pytest

from domain.sectors import Sector, SectorBasis
from storage.tables import matches, outbox
from tests.databases import JOURNEY_ON_BOTH
from tests.journeys.stage import GUERET

pytestmark = pytest.mark.again

REUNION = "97411"


def utc(day, hour, minute=0):
    return dt.datetime(2027, 3, day, hour, minute, tzinfo=dt.UTC)


def pushes(person):
    return [text for text in person.texts if "Job dating" in text]


async def test_what_a_source_first_gives_is_never_pushed(stage, lea):
    await lea.settle_in(place="Toulouse")
    before = len(lea.from_bot)
    await stage.sweep()
    await stage.pass_time(hours=24)
    assert len(lea.from_bot) == before
    assert await stage.rows(outbox) == []


@JOURNEY_ON_BOTH
async def test_a_new_event_is_told_at_once_and_once(stage, lea):
    await lea.settle_in()
    event = stage.event()
    await stage.publish(event)
    assert len(pushes(lea)) == 1
    assert "Mercredi 3 mars, de 9 h 30 à 11 h" in lea.text
    assert "Pourquoi ce message : tous les domaines, moins de 30 km." in lea.text
    assert lea.labels == ["M’inscrire sur le site", "Me le rappeler", "Pas pour moi", "Plus…"]
    await stage.sweep()
    await stage.restart()
    await stage.pass_time(hours=24)
    assert len(pushes(lea)) == 1


@JOURNEY_ON_BOTH
async def test_several_events_in_one_sweep_make_one_message_paged(stage, lea):
    await lea.settle_in()
    before = len(lea.from_bot)
    await stage.publish(*(stage.event() for _ in range(7)))
    assert len(lea.from_bot) == before + 1
    assert "7 événements pour vous" in lea.text
    assert [label[:2] for label in lea.labels[:5]] == ["1.", "2.", "3.", "4.", "5."]
    await lea.tap("Page suivante")
    assert "6." in lea.text
    await lea.tap("7.")
    assert "Me le rappeler" in lea.labels
    assert "6." in await lea.tap("Revenir à la liste")
    assert "1." in await lea.tap("Page précédente")
    assert len(lea.from_bot) == before + 1


@JOURNEY_ON_BOTH
async def test_an_event_seen_while_looking_is_not_pushed_later(stage, lea):
    await stage.publish(stage.event())
    assert "n° 1" in await lea.settle_in()
    before = len(lea.from_bot)
    await stage.sweep()
    await stage.pass_time(hours=24)
    assert len(lea.from_bot) == before


async def test_a_changed_event_is_not_told_anew(stage, lea):
    await lea.settle_in()
    event = stage.event()
    await stage.publish(event)
    before = len(lea.from_bot)
    await stage.publish(replaced(event, title="Job dating : une usine, autrement"))
    await stage.publish(replaced(event, starts_at=event.starts_at + dt.timedelta(hours=1)))
    await stage.pass_time(hours=1)
    assert len(lea.from_bot) == before
    assert len([row for row in await stage.rows(matches) if row["told_at"]]) == 1


def replaced(event, **changes):
    if "starts_at" in changes:
        changes["ends_at"] = changes["starts_at"] + (event.ends_at - event.starts_at)
    return type(event)(**{name: getattr(event, name) for name in event.__dataclass_fields__} | changes)


@pytest.mark.parametrize("way", ["widened", "resumed", "new"])
@JOURNEY_ON_BOTH
async def test_no_alert_ever_sends_a_backlog(stage, lea, way):
    if way != "new":
        await lea.settle_in(place="Toulouse" if way == "widened" else "Guéret")
    if way == "resumed":
        await lea.say("pause")
    await stage.publish(*(stage.event() for _ in range(3)))
    if way == "widened":
        await lea.say("mes choix")
        await lea.tap("Changer le lieu")
        await lea.say("Guéret")
        await lea.tap("30 km")
    elif way == "resumed":
        await lea.say("reprendre")
    else:
        await lea.settle_in()
    before = len(lea.from_bot)
    await stage.sweep()
    await stage.pass_time(hours=24)
    assert len(lea.from_bot) == before


async def test_an_event_of_no_stated_sector_waits_for_the_digest(stage, lea):
    await lea.settle_in()
    unknown = stage.event(sector_basis=SectorBasis.UNKNOWN, multisector=False)
    await stage.publish(unknown)
    assert not pushes(lea)
    await stage.pass_time(hours=24)
    assert len(pushes(lea)) == 1
    assert "domaine non précisé" in lea.text or "tous les domaines" in lea.text


async def test_who_refuses_unstated_sectors_never_gets_them(stage, lea):
    for answer in ("/start", "commencer", "Guéret", "30"):
        await lea.say(answer)
    await lea.tap("Santé")
    await lea.tap("Aussi les domaines non précisés")
    await lea.tap("Valider")
    await lea.tap("Tout")
    await lea.tap("Valider")
    await stage.publish(stage.event(sector_basis=SectorBasis.UNKNOWN, multisector=False))
    await stage.pass_time(hours=48)
    assert not pushes(lea)


@JOURNEY_ON_BOTH
async def test_each_hears_at_the_frequency_they_chose(stage):
    people = {often: stage.person(often) for often in ("tout de suite", "par jour", "par semaine")}
    for often, person in people.items():
        await person.settle_in()
        await person.say(often)
    in_three_weeks = stage.clock() + dt.timedelta(days=21)
    await stage.publish(replaced(stage.event(), starts_at=in_three_weeks))
    assert [len(pushes(person)) for person in people.values()] == [1, 0, 0]
    await stage.pass_time(hours=22, minutes=59)  # Tuesday, 8 h 59 in Paris
    assert [len(pushes(person)) for person in people.values()] == [1, 0, 0]
    await stage.pass_time(minutes=2)
    assert [len(pushes(person)) for person in people.values()] == [1, 1, 0]
    await stage.pass_time(days=5, hours=23, minutes=58)  # Monday, 8 h 59
    assert [len(pushes(person)) for person in people.values()] == [1, 1, 0]
    await stage.pass_time(minutes=2)
    assert [len(pushes(person)) for person in people.values()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("place", "published", "heard"),
    [
        (GUERET, utc(1, 20), utc(2, 7)),
        (REUNION, utc(1, 17), utc(2, 4)),
        (
            GUERET,
            utc(1, 18, 58),
            utc(1, 18, 58),
        ),
    ],
    ids=["21 h in Paris", "21 h in Réunion", "19 h 58 in Paris"],
)
@JOURNEY_ON_BOTH
async def test_nobody_is_woken(stage, lea, place, published, heard):
    await lea.settle_in(place="Guéret" if place == GUERET else "97400")
    before = len(lea.from_bot)
    stage.clock.now = published
    await stage.publish(stage.event(place))
    if heard > published:
        stage.clock.now = heard - dt.timedelta(minutes=1)
        await stage.pass_time(seconds=1)
        assert len(lea.from_bot) == before
        stage.clock.now = heard
        await stage.pass_time(seconds=1)
    assert len(lea.from_bot) == before + 1


async def test_only_those_whom_it_fits_hear_of_it(stage):
    near, far, other, evening = (stage.person(name) for name in ("near", "far", "other", "evening"))
    await near.settle_in(what="tout")
    await far.settle_in(place="Toulouse")
    await evening.settle_in(when="le soir")
    for answer in ("/start", "commencer", "Guéret", "30"):
        await other.say(answer)
    for label in ("Santé", "Valider", "Tout", "Valider"):
        await other.tap(label)
    await stage.publish(stage.event(sector=Sector.INDUSTRY))
    told = [person for person in (near, far, other, evening) if any("n° 1" in text for text in person.texts)]
    assert told == [near]


async def test_two_people_each_get_their_own_message_in_their_own_language(stage, lea, omar):
    await lea.settle_in()
    for answer in ("/start", "start", "Guéret", "30", "all", "any time"):
        await omar.say(answer)
    await omar.tap("Confirm")
    await stage.publish(stage.event())
    assert "Mercredi 3 mars" in lea.text
    assert "Wednesday" in omar.text
    assert omar.labels == ["Register on the site", "Remind me", "Not for me", "More…"]
