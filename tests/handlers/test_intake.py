"""One chat's updates in order, and no chat behind another's flood; whose turn an update is, however odd."""

import asyncio
import json

import pytest
import structlog

from domain.errors import StorageError
from domain.subscribers import Standing
from handlers import intake, line
from storage.tables import inbox, subscribers
from tests.chaos.test_duplicates import message
from tests.handlers.test_line import Table

FLOOD = 20


async def test_who_writes_behind_a_flood_does_not_wait_for_its_end(stage, monkeypatch):
    monkeypatch.setattr(line, "CHATS_AT_ONCE", 1)
    program = stage.program
    lea, omar = stage.person("Léa", "fr"), stage.person("Omar", "en")
    alone = intake.Intake(program.intake.application, program.database, program.world, str, str)
    flood = [message(omar, f"hello {number}") for number in range(FLOOD)]
    await _handled(alone, *flood, message(lea, "bonjour"))
    written = (stage.folder / "calls.jsonl").read_text("utf-8").splitlines()
    sent = [call for call in map(json.loads, written) if call["method"] == "sendMessage"]
    chats = [int(call["params"]["chat_id"]) for call in sent]
    assert chats == [omar.id, lea.id] + [omar.id] * (FLOOD - 1)


async def test_an_answer_that_telegram_refuses_is_counted_and_loses_nobody(stage):
    program, lea, counted = stage.program, stage.person("Léa", "fr"), []
    await lea.settle_in()
    alone = intake.Intake(program.intake.application, program.database, program.world, counted.append, str)
    stage.telegram.faults.order("bad_entities", method="sendMessage", times=1)
    await _handled(alone, message(lea, "menu"))
    assert counted == ["updates", "answers_failed"]
    assert [row["standing"] for row in await stage.rows(subscribers)] == [Standing.ACTIVE]


async def test_a_tap_is_answered_once_besides_its_screen(stage):
    lea = stage.person("Léa", "fr")
    await lea.start()
    await lea.tap("Commencer")
    written = (stage.folder / "calls.jsonl").read_text("utf-8").splitlines()
    answered = [call for call in map(json.loads, written) if call["method"] == "answerCallbackQuery"]
    assert len(answered) == 1, "else its waiting sign stays"


async def test_what_comes_while_it_ends_is_kept_for_the_next_start(stage):
    lea = stage.person("Léa", "fr")
    await lea.start()
    await stage.program.intake.finish()
    await stage.program.intake.receive([json.dumps(message(lea, "bonjour"))])
    await stage.program.intake.settle()
    assert {row["state"] for row in await stage.rows(inbox)} == {"done", "received"}
    read = len(lea.from_bot)
    await stage.restart()
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}
    assert len(lea.from_bot) > read


class CrashError(BaseException):
    """Nothing in the program catches it, as nothing survives a kill."""


@pytest.mark.parametrize(
    ("step", "state", "is_kept"),
    [
        ("intake.after_store", "received", True),
        ("intake.before_apply_commit", "received", True),
        ("intake.after_apply_commit", "applied", False),
    ],
)
async def test_effects_and_their_being_done_are_one(stage, step, state, is_kept):
    def reached(at):
        if at == step:
            raise CrashError

    program, lea = stage.program, stage.person("Léa", "fr")
    await lea.start()
    doomed = intake.Intake(program.intake.application, program.database, program.world, str, reached)
    with pytest.raises(BaseExceptionGroup):
        await _handled(doomed, message(lea, "bonjour"))
    (row,) = [row for row in await stage.rows(inbox) if row["state"] != "done"]
    assert (row["state"], row["body"] is not None) == (state, is_kept)
    read = len(lea.from_bot)
    await stage.restart()
    assert len(lea.from_bot) > read, "the next start answers"


async def test_beside_others_it_handles_the_chats_that_it_takes_and_rings_for_what_is_new(stage):
    program, lea = stage.program, stage.person("Léa", "fr")
    await lea.start()
    body, rung = json.dumps(message(lea, "bonjour")), []
    one = intake.Intake(
        program.intake.application, program.database, program.world, str, str, ring=lambda: rung.append(1)
    )
    for _ in range(2):
        await one.receive([body])
    assert rung == [1]
    table = Table({lea.id: [intake.envelope(body)]})
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(one.run(table))
        assert await table.next_asked(3) == ["take 16", f"let go [{lea.id}]", "take 16"]
        running.cancel()
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}


async def _handled(alone, *updates):
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(alone.run())
        await alone.receive([json.dumps(update) for update in updates])
        await alone.settle()
        running.cancel()


async def test_a_chat_whose_answer_failed_is_like_any_other_once_one_came(stage, monkeypatch):
    """Else an answer that another process leaves behind later would never be given here."""
    rests, sleep = [], asyncio.sleep

    async def rest(seconds):
        rests.append(seconds)
        await sleep(0 if seconds == intake.RETRY_AFTER_S else seconds)

    monkeypatch.setattr(intake, "RETRY_AFTER_S", 1.25)
    monkeypatch.setattr(asyncio, "sleep", rest)
    program, lea = stage.program, stage.person("Léa", "fr")
    shared = Table({})
    alone = intake.Intake(program.intake.application, program.database, program.world, str, str)
    note, failures = intake.Intake._note_answered, [RuntimeError("once")]

    async def failing(self, *told, **more):
        if failures:
            raise failures.pop()
        await note(self, *told, **more)

    monkeypatch.setattr(intake.Intake, "_note_answered", failing)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(alone.run(shared))
        for unanswered in ({lea.id}, set()):
            body = json.dumps(message(lea, "bonjour"))
            async with program.database.unit_of_work() as uow:
                await uow.inbox.store([intake.envelope(body)], now=program.world.clock())
            shared.waiting[lea.id] = [intake.envelope(body)]
            alone.wake()
            while await shared.asked.get() != f"let go {[lea.id]}":
                """Until the chat is left."""
            assert alone._unanswered == unanswered
            assert rests.count(intake.RETRY_AFTER_S) == 1, "nobody takes it again at once"
        running.cancel()


@pytest.mark.parametrize(
    ("update", "chat_id"),
    [
        ({"message": {"chat": {"id": 5}}}, 5),
        ({"edited_message": {"chat": {"id": 5}}}, 5),
        ({"my_chat_member": {"chat": {"id": -5}}}, -5),
        ({"callback_query": {"message": {"chat": {"id": 5}}}}, 5),
        ({"callback_query": {"inline_message_id": "x"}}, 0),
        ({"callback_query": {"message": None}}, 0),
        ({"message": None, "edited_message": {"chat": {"id": 5}}}, 5),
        ({"message": {"chat": 5}}, 0),
        ({"message": {"chat": {"id": "5"}}}, 0),
        ({"message": {"chat": {"id": True}}}, 0),
        ({"message": {"chat": {"id": 1 << 63}}}, 0),
        ({"message": "hello"}, 0),
        ({"poll": {"id": "5"}}, 0),
        ({}, 0),
    ],
)
def test_an_update_waits_in_line_for_its_chat_or_for_nobody(update, chat_id):
    found = intake.envelope(json.dumps(update | {"update_id": 7}))
    assert (found.update_id, found.queue) == (7, chat_id)


@pytest.mark.parametrize(
    "body",
    ["", "{", "7", "[]", "null", "{}"]
    + [json.dumps({"update_id": odd}) for odd in (None, "7", 7.5, True, 1 << 63, -(1 << 63), [7])],
)
def test_what_has_no_number_is_no_update(body):
    assert intake.envelope(body) is None


async def test_a_database_that_does_not_serve_is_waited_for_and_named_once(monkeypatch):
    monkeypatch.setattr(intake, "RETRY_AFTER_S", 0)
    troubles = [StorageError("disk full")] * 3

    async def act():
        if troubles:
            raise troubles.pop()
        return "done"

    with structlog.testing.capture_logs() as log:
        assert await intake._patiently(act) == "done"
    assert [(line["event"], line["why"]) for line in log] == [("the database is waited for", "disk full")]
