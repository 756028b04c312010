"""A group or a channel gets its digest: set up in private by who administers it; silent when put out."""

import pytest

from domain.alerts import Frequency
from domain.announcements import Audience
from domain.availability import WHOLE_WEEK
from domain.subscribers import Standing
from services import announcements, personal_data
from storage.tables import alerts, groups, outbox, subscribers
from tests.journeys.stage import plain

REFUSED = "Seules les personnes qui administrent"


def seen_in(stage, chat_id):
    return [plain(each["html"]) for each in stage.telegram.messages(chat_id) if each["from"] == "bot"]


async def set_up(stage, person, chat_id, *, often="Un résumé par jour"):
    await person.start(f"g{chat_id}")
    for label in ("Guéret", "30", "tout"):
        await person.say(label)
    return await person.tap(often)


@pytest.fixture
async def group(stage, lea):
    made = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    return made


async def test_an_admin_sets_it_up_and_it_gets_one_message_a_day(stage, lea, group):
    hello = stage.telegram.messages(group.id)[-1]
    assert f"?start=g{group.id}" in str(hello["inline_keyboard"])
    assert "Entraide emploi : des événements où ?" in await lea.start(f"g{group.id}")
    assert "C’est fait. Entraide emploi reçoit un résumé par jour" in await set_up(stage, lea, group.id)
    before = len(seen_in(stage, group.id))
    await stage.publish(*(stage.event() for _ in range(3)))
    assert len(seen_in(stage, group.id)) == before
    await stage.pass_time(hours=24)
    (digest,) = seen_in(stage, group.id)[before:]
    assert digest.startswith("3 nouveaux événements")
    assert stage.telegram.messages(group.id)[-1]["inline_keyboard"] == []
    await stage.pass_time(hours=48)
    assert len(seen_in(stage, group.id)) == before + 1
    (kept,) = await stage.rows(groups)
    assert (kept["subscriber_id"], kept["keeper_id"]) == (group.id, lea.id)


async def test_the_menu_leaves_the_way_to_change_a_group_where_it_is(stage, lea, group):
    await lea.start(f"g{group.id}")
    await set_up(stage, lea, group.id)
    done = lea.last["id"]
    await lea.tap("Menu")
    (kept,) = [message for message in lea.messages if message["id"] == done]
    assert "Ne plus rien y publier" in str(kept["inline_keyboard"])
    assert lea.last["id"] != done


async def test_a_channel_too_and_the_bot_says_nothing_there_of_itself(stage, lea):
    await lea.settle_in()
    channel = stage.telegram.add_group("Annonces", by=lea.id, kind="channel", bot_status="administrator")
    await stage.settle()
    assert "Voulez-vous que j’y publie" in lea.text
    await lea.tap("Choisir ce que j’y publie")
    for label in ("Guéret", "30", "tout"):
        await lea.say(label)
    await lea.tap("Un résumé par jour")
    await stage.publish(stage.event())
    await stage.pass_time(hours=24)
    assert len(seen_in(stage, channel.id)) == 1


async def test_a_channel_that_takes_the_right_to_post_away_is_left_alone(stage, lea):
    channel = stage.telegram.add_group("Annonces", by=lea.id, kind="channel", bot_status="administrator")
    await set_up(stage, lea, channel.id)
    stage.telegram.set_bot_status(channel.id, "member", by=lea.id)
    await stage.settle()
    assert "Je n’ai plus le droit d’écrire dans Annonces" in lea.text
    await stage.publish(stage.event())
    await stage.pass_time(hours=30)
    assert seen_in(stage, channel.id) == []


async def test_an_announcement_is_for_people_not_for_groups(stage, lea, group):
    await set_up(stage, lea, group.id)
    async with stage.program.database.reading() as uow:
        assert await announcements.count(uow, Audience(), now=stage.clock()) == 0


async def test_the_export_of_a_keeper_names_the_group(stage, lea, group):
    await set_up(stage, lea, group.id)
    async with stage.program.database.reading() as uow:
        kept = await personal_data.export(uow, lea.id)
    assert [row["title"] for row in kept["groups"]] == ["Entraide emploi"]


async def test_who_does_not_administer_it_is_refused_at_the_first_and_at_the_last_act(
    stage, lea, omar, group
):
    await lea.start()
    assert "administers" in await omar.start(f"g{group.id}")
    for payload in ("g-1", "g-999999999999", "g-", "g12", f"g-{'9' * 30}"):
        await lea.start(payload)
        assert "des événements où" not in lea.text
    await lea.start(f"g{group.id}")
    for label in ("Guéret", "30", "tout"):
        await lea.say(label)
    data = lea.data("Un résumé par jour")
    stage.telegram.chats[group.id].owner_id = omar.id
    assert REFUSED in await lea.tap("Un résumé par jour")
    for forged in (data, f"group1:{group.id}", f"stopgroup1:{group.id}"):
        await lea.tap_data(forged)
    assert await stage.rows(groups) == []
    assert await stage.rows(alerts) == []


async def test_put_out_it_is_silent_and_tells_who_set_it_up(stage, lea, group):
    await set_up(stage, lea, group.id)
    stage.telegram.set_bot_status(group.id, "kicked", by=lea.id)
    await stage.settle()
    assert "Je n’ai plus le droit d’écrire dans Entraide emploi" in lea.text
    before = len(seen_in(stage, group.id))
    await stage.publish(stage.event())
    await stage.pass_time(hours=30)
    assert len(seen_in(stage, group.id)) == before
    stage.telegram.set_bot_status(group.id, "member", by=lea.id)
    await stage.settle()
    (kept,) = [row for row in await stage.rows(subscribers) if row["id"] == group.id]
    assert kept["standing"] is Standing.ACTIVE


async def test_a_group_that_moves_is_followed(stage, lea, group):
    await set_up(stage, lea, group.id)
    await stage.publish(stage.event())
    new = stage.telegram.migrate(group.id)
    await stage.settle()
    await stage.pass_time(hours=24)
    assert [text for text in seen_in(stage, new) if "1 nouvel événement" in text]
    assert [row["subscriber_id"] for row in await stage.rows(groups)] == [new]
    assert not [row for row in await stage.rows(outbox) if row["chat_id"] == group.id]


async def test_it_can_be_stopped_and_changed(stage, lea, group):
    await set_up(stage, lea, group.id)
    assert "je ne publie plus rien" in await lea.tap("Ne plus rien y publier")
    await stage.publish(stage.event())
    await stage.pass_time(hours=30)
    assert not [text for text in seen_in(stage, group.id) if "nouvel" in text]
    await set_up(stage, lea, group.id, often="Un résumé par semaine")
    assert len(await stage.rows(alerts)) == 1
    await lea.tap("Changer")
    assert "Rien n’a changé" in await lea.say("retour")


async def test_who_comes_back_sees_what_is_posted_and_may_stop_it(stage, lea, omar, group):
    await set_up(stage, lea, group.id)
    seen = await lea.start(f"g{group.id}")
    assert seen == (
        "Entraide emploi : ce que j’y publie\n"
        "Lieu : Guéret (23), 30 km\nDomaines : Tous les domaines\nMessages : un résumé par jour"
    )
    assert "administers" in await omar.start(f"g{group.id}")
    assert "je ne publie plus rien" in await lea.tap("Ne plus rien y publier")
    assert "des événements où" in await lea.start(f"g{group.id}")


@pytest.mark.parametrize("kept", ["Garder Guéret (23), 30 km", "passer", "valider"])
async def test_to_change_one_thing_the_rest_need_not_be_said_again(stage, lea, group, kept):
    await lea.start(f"g{group.id}")
    for early in ("passer", "du 9 au 20 mars", "le matin"):
        assert "D’abord le lieu" in await lea.say(early)
    for label in ("Guéret", "30", "Santé", "Valider"):
        await lea.say(label)
    await lea.tap("Un résumé par jour")
    await lea.tap("Changer")
    await lea.say(kept)
    assert "✓ Santé" in str(lea.last["inline_keyboard"])
    await lea.tap("Valider")
    await lea.tap("Un résumé par semaine")
    (wish,) = await stage.rows(alerts)
    assert (wish["place_label"], wish["radius_km"], wish["frequency"]) == (
        "Guéret (23)",
        30,
        Frequency.WEEKLY,
    )
    assert (wish["not_before"], wish["not_after"], wish["half_days"]) == (None, None, WHOLE_WEEK)
    assert len(await stage.rows(alerts)) == 1


async def test_online_events_are_kept_as_a_place_is(stage, lea, group):
    await lea.start(f"g{group.id}")
    for label in ("en ligne", "tout"):
        await lea.say(label)
    await lea.tap("Un résumé par jour")
    await lea.tap("Changer")
    assert "Garder" not in str(lea.last["inline_keyboard"])
    assert "quels domaines" in await lea.say("passer")


async def test_a_keeper_who_is_erased_is_forgotten_and_the_group_goes_on(stage, lea, group):
    await set_up(stage, lea, group.id)
    await lea.say("effacer")
    await lea.tap("Tout effacer")
    (kept,) = await stage.rows(groups)
    assert kept["keeper_id"] is None
    await stage.publish(stage.event())
    await stage.pass_time(hours=24)
    assert "1 nouvel événement" in seen_in(stage, group.id)[-1]


async def test_how_often_is_touched_and_who_types_it_is_told_so(stage, lea, group):
    await lea.start(f"g{group.id}")
    for label in ("Guéret", "30", "tout"):
        await lea.say(label)
    for typed in ("un résumé par jour", "oui"):
        assert "Touchez l’un des boutons ci-dessous" in await lea.say(typed)
        assert REFUSED not in lea.text
    assert "C’est fait" in await lea.tap("Un résumé par jour")
