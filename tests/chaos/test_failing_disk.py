"""A disk that takes nothing for a while: what people send comes again, or waits; nothing is set aside."""

import asyncio
import json

import pytest

from domain.conversations import ConversationState
from handlers.intake import Intake
from storage.tables import inbox
from tests.chaos.test_duplicates import message

NOTHING_IS_HANDLED = (
    "CREATE TRIGGER full BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
)
NOTHING_IS_KEPT = NOTHING_IS_HANDLED.replace("UPDATE", "INSERT")


async def execute(stage, statement):
    async with stage.program.database.unit_of_work() as uow:
        await uow._connection.exec_driver_sql(statement)


async def until_it_says(written, words):
    async with asyncio.timeout(20):
        while words not in written():  # noqa: ASYNC110 -- a log sets no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("mode", ["polling", "webhook"], indirect=True)
async def test_what_could_not_be_kept_comes_again(stage, lea, written):
    await execute(stage, NOTHING_IS_KEPT)
    stage.telegram.say(lea.id, "/start")
    await until_it_says(written, "no updates" if "PUBLIC_URL" not in stage.environ else "could not be kept")
    assert not lea.from_bot
    await execute(stage, "DROP TRIGGER full")
    await stage.settle()
    assert "Je vous préviens" in lea.text


async def test_what_could_not_be_handled_nor_set_aside_waits(stage, lea, written):
    await execute(stage, NOTHING_IS_HANDLED)
    stage.telegram.say(lea.id, "/start")
    await until_it_says(written, "nothing can be set aside")
    await execute(stage, "DROP TRIGGER full")
    await stage.settle()
    assert "Je vous préviens" in lea.text
    assert [row["state"] for row in await stage.rows(inbox)] == ["done"]


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
    program, before = stage.program, omar.from_bot[-1]["id"]
    again = Intake(program.intake.application, program.database, program.world, str, str)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(again.run())
        await until_it_says(written, "not answered")
        await again.receive([json.dumps(message(omar, "/start"))])
        await again.settle()
        running.cancel()
    assert omar.from_bot[-1]["id"] > before
