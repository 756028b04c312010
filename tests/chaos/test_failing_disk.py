"""A database that takes nothing for a while: what people send comes again, or waits; nothing is lost."""

import asyncio
import json
import sqlite3
from contextlib import asynccontextmanager, closing

import pytest

from domain.conversations import ConversationState
from domain.errors import StorageError
from handlers.intake import Intake, envelope
from storage.tables import inbox
from tests.chaos.test_duplicates import message


async def execute(stage, *statements):
    async with stage.program.database.unit_of_work() as uow:
        for statement in statements:
            await uow._connection.exec_driver_sql(statement)


@asynccontextmanager
async def nearly_full(stage, change):
    """The disk has room for all but this change; the error is SQLite's own."""
    load = "BEGIN INSERT INTO load VALUES (zeroblob(1000000)); END"
    await execute(
        stage,
        "CREATE TABLE load (bytes BLOB)",
        f"CREATE TRIGGER needs_room BEFORE {change} {load}",
        "PRAGMA max_page_count = 1",  # no fewer than there are
    )
    yield
    await execute(stage, "PRAGMA max_page_count = 1000000", "DROP TRIGGER needs_room")


@asynccontextmanager
async def locked(stage):
    """Another program writes, for longer than ours waits."""
    await execute(stage, "PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(stage.folder / "bot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
    await execute(stage, "PRAGMA busy_timeout = 30000")


@asynccontextmanager
async def another(stage, count=str, world=None):
    """One more intake at work on the same database: it begins as after a start."""
    program = stage.program
    intake = Intake(program.intake.application, program.database, world or program.world, count, str)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(intake.run())
        yield intake
        running.cancel()


async def _states(stage):
    return [row["state"] for row in await stage.rows(inbox)]


async def until_it_says(written, words):
    async with asyncio.timeout(20):
        while words not in written():  # noqa: ASYNC110 -- a log sets no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("mode", ["polling", "webhook"], indirect=True)
async def test_what_could_not_be_kept_comes_again(stage, lea, written):
    async with nearly_full(stage, "INSERT ON inbox"):
        stage.telegram.say(lea.id, "/start")
        await until_it_says(
            written, "no updates" if "PUBLIC_URL" not in stage.environ else "could not be kept"
        )
        assert not lea.from_bot
    await stage.settle()
    assert "Je vous préviens" in lea.text


@pytest.mark.parametrize(
    "change",
    ["INSERT ON conversations", "UPDATE ON inbox WHEN new.state = 'applied'"],
    ids=["a handler", "the end of it"],
)
async def test_what_found_no_room_on_the_disk_waits_and_takes_effect_once(stage, lea, written, change):
    await lea.say("/start")
    async with nearly_full(stage, change):
        stage.telegram.say(lea.id, "commencer")
        await until_it_says(written, "the database is waited for")
        assert [row["state"] for row in await stage.rows(inbox)] == ["done", "received"]
    await stage.settle()
    assert "Où cherchez-vous ?" in lea.text
    assert len(lea.from_bot) == 2
    assert [row["state"] for row in await stage.rows(inbox)] == ["done", "done"]


async def test_what_met_a_locked_database_waits(stage, lea, written):
    await lea.say("/start")
    async with stage.program.database.unit_of_work() as uow:
        await uow.inbox.store([envelope(json.dumps(message(lea, "commencer")))], now=stage.clock())
    async with another(stage) as intake:
        async with locked(stage):
            await until_it_says(written, "database is locked")
        await intake.settle()
    assert "Où cherchez-vous ?" in lea.text
    assert [row["state"] for row in await stage.rows(inbox)] == ["done", "done"]


async def test_an_answer_that_could_not_be_noted_is_noted_later_and_not_said_again(stage, lea, written):
    async with nearly_full(stage, "UPDATE ON inbox WHEN new.state = 'done'"):
        stage.telegram.say(lea.id, "/start")
        await until_it_says(written, "the database is waited for")
        assert "Je vous préviens" in lea.text
    await stage.settle()
    assert len(lea.from_bot) == 1
    assert [row["state"] for row in await stage.rows(inbox)] == ["done"]


async def test_what_is_set_aside_late_is_counted_once(stage, lea, written):
    counted = []
    unreadable = {"update_id": 7, "message": {"chat": {"id": lea.id}}}
    async with another(stage, counted.append) as intake:
        async with nearly_full(stage, "UPDATE ON inbox WHEN new.state = 'quarantined'"):
            await intake.receive([json.dumps(unreadable)])
            await until_it_says(written, "the database is waited for")
        await intake.settle()
    assert [row["state"] for row in await stage.rows(inbox)] == ["quarantined"]
    assert counted == ["updates_set_aside"]


async def test_a_state_that_can_not_be_drawn_again_keeps_nobody_else_waiting(stage, lea, written):
    """After a crash the present screen is due; here the state behind it is none that we know how to draw."""
    omar = stage.person("Omar", "en")
    await omar.say("/start")
    await lea.say("/start")
    await lea.say("commencer")
    broken = ConversationState(
        name="alert", step="sectors", draft={"sectors": 7}, screen_id=None, updated_at=stage.clock()
    )
    async with stage.program.database.unit_of_work() as uow:
        await uow.conversations.save(lea.id, broken)
        await uow._connection.execute(inbox.update().values(state="applied", queue=lea.id))
    before = omar.last["id"]
    async with another(stage) as intake:
        await until_it_says(written, "not answered")
        await intake.receive([json.dumps(message(omar, "/start"))])
        await intake.settle()
    assert omar.last["id"] > before


async def test_what_needs_no_answer_is_done_with_its_effects(stage, lea):
    """Else a crash in between has the present screen sent, here to somebody who has just blocked the bot."""
    await lea.settle_in()
    before = len(await stage.rows(inbox))
    async with nearly_full(stage, "UPDATE ON inbox WHEN old.state = 'applied'"):
        stage.telegram.block(lea.id)
        async with asyncio.timeout(20):
            while (states := (await _states(stage))[before:]) in ([], ["received"]):  # noqa: ASYNC110 -- nor does a table
                await asyncio.sleep(0.01)
    assert states == ["done"]


async def test_a_group_is_not_shown_the_screen_of_a_person_after_a_crash(stage, lea):
    group = stage.telegram.add_group("Entraide emploi", by=lea.id)
    await stage.settle()
    before = stage.telegram.messages(group.id)
    async with stage.program.database.unit_of_work() as uow:
        await uow._connection.execute(inbox.update().values(state="applied", queue=group.id))
    async with another(stage) as intake:
        async with asyncio.timeout(20):
            while set(await _states(stage)) != {"done"}:  # noqa: ASYNC110 -- the same
                await asyncio.sleep(0.01)
        await intake.settle()
    assert stage.telegram.messages(group.id) == before


async def test_a_start_waits_for_a_database_that_can_not_serve_yet(stage, lea, written):
    """PostgreSQL may go between our opening it and the first question."""
    await lea.say("/start")

    class Away:
        """The same database, away for one question."""

        unit_of_work = stage.program.database.unit_of_work

        def reading(self):
            self.reading = stage.program.database.reading
            raise StorageError("the server is shutting down")

    program = stage.program
    intake = Intake(program.intake.application, Away(), program.world, str, str)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(intake.run())
        await intake.receive([json.dumps(message(lea, "commencer"))])
        await intake.settle()
        running.cancel()
    assert "Où cherchez-vous ?" in lea.text
