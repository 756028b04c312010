"""A group, a channel: a kind answer that leads to the private chat, and nothing kept."""

import pytest

from storage.tables import conversations, outbox, subscribers
from tests.journeys.stage import plain

pytestmark = pytest.mark.again


def seen_in(stage, chat_id):
    return [plain(each["html"]) for each in stage.telegram.messages(chat_id) if each["from"] == "bot"]


async def test_added_to_a_group_it_says_where_it_talks(stage, lea):
    group = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    (said,) = seen_in(stage, group.id)
    assert "discussion privée" in said or "privé" in said
    assert await stage.rows(subscribers) == []


FOR_US = ["/start", "/start@rdv_bot", "/menu", "/stop@rdv_bot", "@rdv_bot bonjour"]
FOR_OTHERS = ["/start@another_bot", "bonjour à tous"]
FORGED = ["begin1", "erase1:1", "stop1", "lang1:en", "lead2:1:day_before:1:", "online1"]


async def test_in_a_group_it_answers_only_when_addressed(stage, lea):
    group = stage.telegram.add_group("Entraide emploi", by=lea.id, bot_status="administrator")
    await stage.settle()
    for text in (*FOR_US, *FOR_OTHERS):
        before = len(seen_in(stage, group.id))
        stage.telegram.say(lea.id, text, chat_id=group.id)
        await stage.settle()
        assert len(seen_in(stage, group.id)) - before == (text in FOR_US), text
    assert await stage.rows(subscribers) == []


async def test_in_a_channel_it_stays_silent(stage, lea):
    channel = stage.telegram.add_group("Annonces", by=lea.id, kind="channel", bot_status="administrator")
    await stage.settle()
    stage.telegram.say(lea.id, "/start", chat_id=channel.id)
    await stage.settle()
    assert seen_in(stage, channel.id) == []


async def test_a_button_forged_in_a_group_does_nothing(stage, lea):
    await lea.settle_in()
    group = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    before, kept = seen_in(stage, group.id), await stage.rows(subscribers)
    message = stage.telegram.messages(group.id)[-1]["id"]
    for data in FORGED:
        stage.telegram.tap_data(lea.id, message, data, chat_id=group.id)
        await stage.settle()
    assert seen_in(stage, group.id) == before
    assert await stage.rows(subscribers) == kept
    assert await stage.rows(conversations) == []


async def test_a_group_that_moves_or_puts_it_out_breaks_nothing(stage, lea):
    group = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    new = stage.telegram.migrate(group.id)
    stage.telegram.set_bot_status(new, "kicked", by=lea.id)
    await stage.settle()
    assert "Je vous préviens" in await lea.start()
    assert await stage.rows(outbox) == []


async def test_a_group_that_asks_without_end_reads_twenty_messages_a_minute(stage, lea):
    group = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    for _ in range(30):
        stage.telegram.say(lea.id, "/start", chat_id=group.id)
    await stage.settle()
    assert len(seen_in(stage, group.id)) == 20
    assert "Je vous préviens" in await lea.start()
