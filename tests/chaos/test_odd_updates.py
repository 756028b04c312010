"""What Telegram should never send, and what a crash left half done: whatever comes next is handled."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from telegram import Update
from telegram.ext import TypeHandler

from domain.intents import Intent
from handlers import typing
from services import updates
from storage.tables import conversations, inbox, subscribers
from tests.chaos.test_duplicates import message
from tests.chaos.test_failing_disk import another


async def handled(stage, *bodies):
    """Bring these to an intake of its own, as after a start; return what it counted."""
    counted = []
    async with another(stage, counted.append) as intake:
        await intake.receive(bodies)
        await intake.settle()
    return counted


async def states(stage, *updates):
    rows = {row["update_id"]: (row["state"], row["reason"]) for row in await stage.rows(inbox)}
    return [rows.get(update["update_id"]) for update in updates]


async def test_what_can_not_be_handled_is_set_aside_without_a_word_of_it(stage, lea, written):
    await lea.start()
    of_nobody = {"update_id": 1, "something_new": {"text": "marqueur"}}
    unreadable = {"update_id": 2, "message": {"chat": {"id": lea.id}, "caption": ["marqueur"]}}
    failing = message(lea, "marqueur")
    failing["message"]["from"]["language_code"] = 7
    good = message(lea, "commencer")
    async with stage.program.database.unit_of_work() as uow:
        await uow.subscribers.erase(lea.id)  # of a newcomer, the language is read off each update
    updates = (of_nobody, unreadable, failing, good)
    counted = await handled(stage, *map(json.dumps, updates))
    assert await states(stage, *updates) == [
        ("quarantined", "of no chat"),
        ("quarantined", "not an update that we can read"),
        ("quarantined", "AttributeError while handling"),
        ("done", None),
    ]
    assert sorted(counted) == ["updates"] + ["updates_set_aside"] * 3
    kept = {row["update_id"]: row for row in await stage.rows(inbox) if row["body"]}
    assert {row["queue"] for row in kept.values()} == {0}
    assert "marqueur" not in f"{kept}{written()}"
    assert json.loads(kept[2]["body"])["message"] == {"chat": {"id": "int"}, "caption": ["str"]}
    assert "Où cherchez-vous ?" in lea.text


@pytest.mark.parametrize("levels", [40, 700])
async def test_however_deep_an_update_is_it_is_set_aside_and_the_next_one_handled(stage, lea, levels):
    await lea.start()
    deep = "[" * levels + '"marqueur"' + "]" * levels
    body = f'{{"update_id": 2, "message": {{"message_id": "x", "chat": {{"id": {lea.id}}}, "x": {deep}}}}}'
    good = message(lea, "commencer")
    await handled(stage, body, json.dumps(good))
    (kept,) = [row for row in await stage.rows(inbox) if row["body"]]
    assert (kept["state"], kept["queue"]) == ("quarantined", 0)
    assert "marqueur" not in kept["body"]
    assert json.loads(kept["body"])["update_id"] == "int"
    assert "Où cherchez-vous ?" in lea.text


async def test_a_body_that_was_spoilt_in_the_database_is_set_aside(stage, lea):
    await lea.start()
    received = updates.ReceivedUpdate(2, lea.id, "{ marqueur")
    async with stage.program.database.unit_of_work() as uow:
        await updates.keep(uow, [received], now=stage.clock())
    await handled(stage)
    (kept,) = [row for row in await stage.rows(inbox) if row["body"]]
    assert (kept["state"], json.loads(kept["body"])) == ("quarantined", "unreadable")


async def test_what_has_no_number_is_dropped_and_what_came_with_it_is_kept(stage, lea):
    await lea.start()
    good = message(lea, "commencer")
    assert await handled(stage, "{}", json.dumps(good), '"update"') == ["updates"]
    assert await states(stage, good) == [("done", None)]
    assert "Où cherchez-vous ?" in lea.text


async def test_what_another_process_takes_first_is_left_to_it(stage, lea, monkeypatch):
    await lea.start()
    good = message(lea, "commencer")
    unreadable = {"update_id": 2, "message": {"chat": {"id": lea.id}, "caption": ["?"]}}
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(updates, "is_next", anothers)
        assert await handled(stage, json.dumps(good), json.dumps(unreadable)) == []
    assert await states(stage, good, unreadable) == [("received", None)] * 2
    assert sorted(await handled(stage)) == ["updates", "updates_set_aside"]
    assert "Où cherchez-vous ?" in lea.text


async def test_a_failed_turn_that_another_process_takes_meanwhile_is_left_to_it(stage, lea, monkeypatch):
    """Undoing lets go of what held it."""
    await lea.start()
    good, asked = message(lea, "commencer"), []

    async def at_first(_uow, _update):
        asked.append(1)
        return len(asked) == 1

    async def failing(_turn):
        raise LookupError

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(updates, "is_next", at_first)
        elsewhere.setitem(typing.ANYWHERE, Intent.START, failing)
        assert await handled(stage, json.dumps(good)) == []
    assert len(asked) == 2
    assert await states(stage, good) == [("received", None)]


async def anothers(_uow, _update):
    return False


async def test_who_can_not_be_answered_is_known_to_be_out_of_reach(stage, lea):
    await lea.settle_in()
    assert (await kept(stage, lea)).standing == "active"
    stage.telegram.faults.order("blocked", method="sendMessage")
    await lea.say("mes choix")
    gone = await kept(stage, lea)
    assert gone.standing == "unreachable"
    assert gone.erase_at > stage.clock() + dt.timedelta(days=29), "who blocked may come back"
    await lea.say("mes choix")
    assert "Guéret" in lea.text


async def kept(stage, person):
    async with stage.program.database.reading() as uow:
        return await uow.subscribers.get(person.id)


async def test_what_needs_no_answer_is_done_at_once(stage, lea):
    await lea.start()
    silent = message(lea, "")
    silent["my_chat_member"] = silent.pop("message") | {
        "old_chat_member": {"status": "member", "user": {"id": 7, "is_bot": True, "first_name": "Bot"}},
        "new_chat_member": {
            "status": "kicked",
            "user": {"id": 7, "is_bot": True, "first_name": "Bot"},
            "until_date": 0,
        },
    }
    assert await handled(stage, json.dumps(silent)) == ["updates"]
    assert await states(stage, silent) == [("done", None)]


async def test_who_had_no_answer_before_a_crash_is_asked_again_once(stage, lea):
    await lea.start()
    await lea.say("commencer")
    await lea.say("toulouse")
    question, shown = lea.text, lea.last["id"]
    async with stage.program.database.unit_of_work() as uow:
        await uow._connection.execute(inbox.update().values(state="applied", queue=lea.id))
    await handled(stage)
    assert (lea.text, len(lea.from_bot)) == (question, 2)
    assert lea.last["id"] > shown
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}
    await lea.say("30")
    assert len(lea.from_bot) == 2, "the new message is the question that this answers, and replaces"
    before = lea.from_bot
    await handled(stage)
    assert lea.from_bot == before


async def test_a_newcomer_without_an_answer_is_welcomed_again(stage, lea):
    await lea.start()
    welcome = lea.text
    async with stage.program.database.unit_of_work() as uow:
        await uow._connection.execute(inbox.update().values(state="applied", queue=lea.id))
    await handled(stage)
    assert lea.texts == [welcome, welcome]


async def test_a_handler_that_fails_undoes_its_effects_and_says_so(stage, lea):
    for answer in ("/start", "commencer", "toulouse", "30"):
        await lea.say(answer)
    async with stage.program.database.unit_of_work() as uow:
        state = await uow.conversations.get(lea.id)
        await uow.conversations.save(lea.id, replace(state, draft={**state.draft, "sectors": 7}))
    kept = await stage.rows(conversations)
    assert "de notre côté" in await lea.say("transport")
    assert await stage.rows(conversations) == kept
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}


@pytest.mark.parametrize(
    ("failures", "settled"), [(1, ("done", None)), (2, ("quarantined", "KeyError while handling"))]
)
async def test_what_fails_is_tried_once_more_and_then_set_aside(stage, lea, failures, settled):
    await lea.start()
    program, steps = stage.program, iter(["keep", *["fail"] * failures])

    def clock():
        if next(steps, "go on") == "fail":
            raise KeyError
        return program.world.clock()

    update = message(lea, "marqueur")
    world = replace(program.world, clock=clock)
    async with another(stage, str, world=world) as intake:
        await intake.receive([json.dumps(update)])
        await intake.settle()
    assert await states(stage, update) == [settled]


async def test_what_was_written_before_a_handler_failed_is_undone(stage, lea):
    async def fail(_update, _context):
        raise KeyError

    await lea.start()
    before = await stage.rows(subscribers), await stage.rows(conversations)
    application = stage.program.intake.application
    application.add_handler(TypeHandler(Update, fail), group=9)
    assert "de notre côté" in await lea.say("commencer")
    assert (await stage.rows(subscribers), await stage.rows(conversations)) == before
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}
    assert application.bot_data.turns == {}
