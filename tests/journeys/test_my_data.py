"""Pause, stop, see, export, erase: by command, by menu and by typing the word, at any moment."""

import io
import json

import pytest

from storage.tables import (
    alerts,
    conversations,
    group_posts,
    groups,
    inbox,
    matches,
    members,
    outbox,
    reminders,
    subscribers,
)
from tests.databases import JOURNEY_ON_BOTH

OF_PEOPLE = (subscribers, conversations, alerts, matches, reminders, outbox)


async def standing(stage):
    (person,) = await stage.rows(subscribers)
    return person["standing"]


def exported(stage, person):
    """Return the file that the person received last."""
    document = next(each["document"] for each in reversed(person.from_bot) if each["document"])
    stored = next(
        each.body["document"]
        for each in reversed(stage.telegram.chats[person.id].messages.values())
        if "document" in each.body
    )
    assert document["name"].endswith(".json")
    return json.load(io.BytesIO(stage.telegram.files[stored["file_id"]].content))


# -- pause and stop ---------------------------------------------------------------------------------

BY_COMMAND = [("/pause",)]
BY_TYPING = [("pause",), ("faire une pause",)]
BY_MENU = [("/menu", "[Pause ou arrêt", "[Une pause d’un mois")]


async def go(person, *steps):
    for step in steps:
        await (person.tap(step.removeprefix("[")) if step.startswith("[") else person.say(step))
    return person.text


@pytest.mark.parametrize("steps", [*BY_COMMAND, *BY_TYPING, *BY_MENU])
async def test_a_pause_is_asked_for_and_ends_by_itself(stage, lea, steps):
    await lea.settle_in()
    assert "31 mars" in await go(lea, *steps)
    assert await standing(stage) == "paused"
    await stage.publish(stage.event())
    assert not any("n° 1" in text for text in lea.texts)
    await stage.pass_time(days=31)
    assert await standing(stage) == "active"
    assert not any("n° 1" in text for text in lea.texts), "no backlog"


@pytest.mark.parametrize(
    "steps",
    [
        ("/stop",),
        ("stop",),
        ("arrêtez de m’écrire",),
        ("désabonnement",),
        ("/menu", "[Pause ou arrêt", "[Tout arrêter"),
    ],
)
async def test_stop_stops_at_once(stage, lea, steps):
    await lea.settle_in()
    await stage.publish(stage.event())
    assert "vous ne recevrez plus de message" in await go(lea, *steps)
    before = len(lea.from_bot)
    await stage.publish(stage.event())
    await stage.pass_time(hours=20)
    assert len(lea.from_bot) == before
    assert {"Effacer tout maintenant", "Juste une pause d’un mois", "Recevoir de nouveau"} <= set(lea.labels)


@pytest.mark.parametrize("steps", [("/reprendre",), ("reprendre",), ("[Recevoir de nouveau",)])
@JOURNEY_ON_BOTH
async def test_one_who_stopped_takes_it_up_again_without_backlog(stage, lea, steps):
    await lea.settle_in()
    await lea.say("stop")
    await stage.publish(stage.event())
    await go(lea, *steps)
    assert await standing(stage) == "active"
    await stage.pass_time(hours=3)
    assert not any("n° 1" in text for text in lea.texts)
    await stage.publish(stage.event())
    assert "n° 2" in lea.text


async def test_stop_in_the_midst_of_the_questions_ends_them(stage, lea):
    await go(lea, "/start", "commencer", "toulouse", "stop")
    assert await standing(stage) == "stopped"
    assert await stage.rows(conversations) == []
    assert not any("quelle distance" in text for text in lea.texts), "no question is left on the screen"


async def test_one_who_stopped_midway_and_answers_later_hears_of_events(stage, lea):
    await go(lea, "/start", "commencer", "toulouse", "stop")
    stage.clock.move(days=3)
    assert "C’est prêt" in await lea.settle_in()
    await stage.publish(stage.event())
    assert "n° 1" in lea.text
    await stage.pass_time(days=40)
    assert await standing(stage) == "active"


async def test_one_who_stopped_reads_it_wherever_they_change_their_choices(lea):
    await lea.settle_in()
    await lea.say("stop")
    assert "ne recevez rien" in await lea.say("mes choix")
    assert "Recevoir de nouveau" in lea.labels
    await lea.tap("Changer la distance")
    assert "ne recevez rien" in await lea.say("50")
    assert "comptez" not in lea.text


@JOURNEY_ON_BOTH
async def test_thirty_days_after_a_stop_everything_is_erased(stage, lea):
    await lea.settle_in()
    await lea.say("stop")
    await stage.pass_time(days=29)
    assert len(await stage.rows(alerts)) == 1
    await stage.pass_time(days=2)
    assert [await stage.rows(table) for table in OF_PEOPLE] == [[]] * len(OF_PEOPLE)
    assert "Je vous préviens" in await lea.say("stop ?") or len(lea.labels) > 1


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("stop", "ne garde rien"),
        ("pause", "ne garde rien"),
        ("/reprendre", "Je vous préviens"),
        ("/export", "ne garde rien"),
    ],
)
async def test_a_newcomer_who_leaves_or_returns_reads_that_nothing_is_kept(stage, lea, said, read):
    assert read in await lea.say(said)
    assert await stage.rows(subscribers) == []


# -- see and export ---------------------------------------------------------------------------------


async def test_what_is_kept_is_shown(lea):
    await lea.settle_in()
    for steps in [("/donnees",), ("mes données",), ("/menu", "[Vos données"), ("rgpd",)]:
        assert "Guéret (23), 30 km" in await go(lea, *steps)
        assert {"Exporter (fichier JSON)", "Tout effacer"} <= set(lea.labels)


@JOURNEY_ON_BOTH
async def test_everything_is_exported(stage, lea, omar):
    await lea.settle_in()
    await omar.settle_in(place="Lyon")
    await stage.publish(stage.event())
    await lea.tap("Me le rappeler")
    await lea.tap("La veille")
    await lea.say("mes choix")
    await lea.tap("Changer la distance")
    for steps in [("/export",), ("exporter",), ("/donnees", "[Exporter")]:
        files = len(stage.telegram.files)
        await go(lea, *steps)
        assert len(stage.telegram.files) == files + 1
        kept = exported(stage, lea)
        assert kept.pop(members.name) == kept.pop(groups.name) == kept.pop(group_posts.name) == []
        assert set(kept) == {table.name for table in OF_PEOPLE}
        assert all(kept[table.name] for table in OF_PEOPLE)
        assert kept["alerts"][0]["place_label"] == "Guéret (23)"
        assert str(omar.id) not in json.dumps(kept)


# -- erase ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        ("/effacer", "[Tout effacer"),
        ("effacer mes données", "[Tout effacer"),
        ("/menu", "[Vos données", "[Tout effacer", "[Tout effacer"),
        ("stop", "[Effacer tout maintenant", "[Tout effacer"),
    ],
)
async def test_everything_is_erased_down_to_the_bytes(stage, lea, omar, steps):
    await omar.settle_in(place="Lyon")
    await lea.settle_in(place="Sainte-Feyre")
    await stage.publish(stage.event())
    await lea.tap("Me le rappeler")
    await lea.tap("La veille")
    await go(lea, "mes choix", "[Changer la distance")
    assert "Vos données sont effacées" in await go(lea, *steps)
    mine = [row for table in OF_PEOPLE for row in await stage.rows(table) if lea.id in row.values()]
    assert mine == []
    assert all(row["queue"] != lea.id for row in await stage.rows(inbox))
    files = {path.name: path.read_bytes() for path in stage.folder.glob("bot.db*")}
    for name, content in files.items():
        for marker in ("Feyre", str(lea.id), "Léa", "La veille"):
            assert marker.encode() not in content, (name, marker)
        assert lea.id.to_bytes(3, "big") not in content, name
    assert any(str(omar.id).encode() in content or b"Lyon" in content for content in files.values())
    before = len(lea.from_bot)
    await stage.publish(stage.event())
    await stage.pass_time(days=2)
    assert len(lea.from_bot) == before


async def test_one_who_changes_their_mind_keeps_everything(stage, lea):
    await lea.settle_in()
    before = await stage.rows(alerts)
    assert "Tout effacer ?" in await lea.say("effacer")
    assert "Guéret" in await lea.tap("Garder mes données")
    assert await stage.rows(alerts) == before


@JOURNEY_ON_BOTH
async def test_one_who_was_erased_comes_back_as_a_newcomer(stage, lea):
    await lea.settle_in()
    await go(lea, "effacer", "[Tout effacer")
    assert "1 sur 3" in await lea.tap("Commencer")
    assert "C’est prêt" in await lea.settle_in()
    await stage.publish(stage.event())
    assert "n° 1" in lea.text


# -- blocked ----------------------------------------------------------------------------------------


@JOURNEY_ON_BOTH
async def test_nothing_is_sent_to_one_who_blocks_the_bot(stage, lea):
    await lea.settle_in()
    stage.telegram.block(lea.id)
    await stage.settle()
    assert await standing(stage) == "unreachable"
    before = len(lea.from_bot)
    await stage.publish(stage.event())
    await stage.pass_time(hours=24)
    assert len(lea.from_bot) == before
    assert await stage.rows(outbox) == []


@pytest.mark.parametrize("days", [28, 32])
async def test_one_who_blocked_the_bot_comes_back_a_month_later(stage, lea, days):
    await lea.settle_in()
    stage.telegram.block(lea.id)
    await stage.settle()
    await stage.pass_time(days=days)
    stage.telegram.unblock(lea.id)
    await stage.settle()
    text = await lea.start()
    if days < 30:
        assert "Vous recevez les événements" in text
        await stage.publish(stage.event())
        assert "n° 1" in lea.text
    else:
        assert "Je vous préviens" in text
        assert await stage.rows(subscribers) == []


async def test_an_account_that_is_gone_is_erased_once_a_send_tells_so(stage, lea):
    await lea.settle_in()
    stage.telegram.deactivate(lea.id)
    await stage.publish(stage.event())
    await stage.pass_time(minutes=10)
    assert [await stage.rows(table) for table in (subscribers, alerts, matches)] == [[], [], []]
