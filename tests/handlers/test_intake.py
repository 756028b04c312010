"""One chat's updates in order, and no chat behind another's flood."""

import asyncio
import json

from handlers import intake, line
from tests.chaos.test_duplicates import message

FLOOD = 20


async def test_who_writes_behind_a_flood_does_not_wait_for_its_end(stage, monkeypatch):
    monkeypatch.setattr(line, "CHATS_AT_ONCE", 1)
    program = stage.program
    lea, omar = stage.person("Léa", "fr"), stage.person("Omar", "en")
    alone = intake.Intake(program.intake.application, program.database, program.world, str, str)
    flood = [json.dumps(message(omar, f"hello {number}")) for number in range(FLOOD)]
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(alone.run())
        await alone.receive([*flood, json.dumps(message(lea, "bonjour"))])
        await alone.settle()
        running.cancel()
    written = (stage.folder / "calls.jsonl").read_text("utf-8").splitlines()
    sent = [call for call in map(json.loads, written) if call["method"] == "sendMessage"]
    chats = [int(call["params"]["chat_id"]) for call in sent]
    assert chats == [omar.id, lea.id] + [omar.id] * (FLOOD - 1)
