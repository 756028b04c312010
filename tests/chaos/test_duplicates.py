"""The same update five times, at the same moment, or a button before the message it answers: one effect."""

import asyncio
import itertools
import json

import aiohttp
import pytest

from chaos.stand_in import SECTOR
from handlers.intake import Intake, envelope
from storage.tables import inbox
from tests.chaos.conftest import SECRET

BOTH = pytest.mark.parametrize("mode", ["polling", "webhook"], indirect=True)
TIMES = 5
_numbers = itertools.count(900_000_001)


def message(person, text):
    user = {"id": person.id, "is_bot": False, "first_name": "Léa", "language_code": "fr"}
    chat = {"id": person.id, "type": "private", "first_name": "Léa"}
    return {
        "update_id": next(_numbers),
        "message": {"message_id": 1, "from": user, "chat": chat, "date": 1803891600, "text": text},
    }


def tap(person, data):
    update = message(person, "")
    under = update.pop("message") | {"message_id": person.last["id"]}
    query = {"id": str(update["update_id"]), "from": under.pop("from"), "chat_instance": "1", "data": data}
    return update | {"callback_query": query | {"message": under}}


async def deliver(stage, *updates):
    """Bring updates as Telegram does in this mode, all at the same moment."""
    if not stage.environ.get("PUBLIC_URL"):
        await asyncio.gather(*(stage.program.intake.receive([json.dumps(update)]) for update in updates))
    else:
        url, headers = (
            f"{stage.environ['PUBLIC_URL']}/telegram/webhook",
            {"X-Telegram-Bot-Api-Secret-Token": SECRET},
        )
        async with aiohttp.ClientSession(headers=headers) as session:

            async def bring(update):
                async with session.post(url, json=update) as answer:
                    assert answer.status == 200

            await asyncio.gather(*(bring(update) for update in updates))
    await stage.settle()


async def at_the_sectors(person):
    for answer in ("/start", "commencer", "toulouse", "30"):
        await person.say(answer)


def ticked(person):
    """The letters that the newest screen of sectors shows as ticked."""
    for shown in reversed(person.from_bot):
        buttons = [
            one for row in shown["inline_keyboard"] for one in row if str(one.get("data")).startswith(SECTOR)
        ]
        if buttons:
            return {one["data"].removeprefix(SECTOR) for one in buttons if one["text"].startswith("✓")}
    return set()


@BOTH
async def test_an_update_that_comes_five_times_takes_effect_once(stage, lea):
    await at_the_sectors(lea)
    await deliver(stage, *[tap(lea, "sector1:N")] * TIMES)
    assert ticked(lea) == {"N"}
    assert [row["state"] for row in await stage.rows(inbox)].count("done") == 5


@BOTH
async def test_an_update_that_comes_again_later_takes_no_effect(stage, lea):
    await at_the_sectors(lea)
    press = tap(lea, "sector1:N")
    for _ in range(TIMES):
        await deliver(stage, press)
        assert ticked(lea) == {"N"}


@BOTH
async def test_several_taps_each_five_times_and_mixed_take_effect_once_each(stage, lea):
    await at_the_sectors(lea)
    letters = "ABCDN"
    await deliver(stage, *[tap(lea, f"sector1:{letter}") for letter in letters] * TIMES)
    assert ticked(lea) == set(letters)


@BOTH
async def test_a_button_that_overtakes_the_message_before_it_is_answered_kindly(stage, lea):
    """A tap on "Confirm" arrives before the typed radius that it was meant to follow."""
    for answer in ("/start", "commencer", "toulouse"):
        await lea.say(answer)
    await deliver(stage, tap(lea, "done2:"))
    assert "jusqu’à quelle distance" in lea.text
    await deliver(stage, message(lea, "30"))
    assert "2 sur 3" in lea.text
    assert {row["state"] for row in await stage.rows(inbox)} == {"done"}
    assert ticked(lea) == set()


async def test_what_comes_before_the_start_has_looked_at_what_it_kept_is_handled_once(stage, lea):
    """The web side is open before: Telegram brings again what a killed program had kept."""
    await at_the_sectors(lea)
    early = Intake(stage.program.intake.application, stage.program.database, stage.program.world, str, str)
    async with asyncio.TaskGroup() as tasks:
        kept = tasks.create_task(early.receive([json.dumps(tap(lea, "sector1:N"))]))
        await asyncio.sleep(0)
        running = tasks.create_task(early.run())
        await kept
        await early.settle()
        running.cancel()
    assert ticked(lea) == {"N"}


async def test_what_was_kept_and_not_handled_comes_first_after_a_start(stage, lea):
    await at_the_sectors(lea)
    presses = [json.dumps(tap(lea, f"sector1:{letter}")) for letter in "AN"]
    async with stage.program.database.unit_of_work() as uow:
        await uow.inbox.store([envelope(presses[0])], now=stage.clock())
    await stage.restart()
    await stage.program.intake.receive(presses)
    await stage.settle()
    assert ticked(lea) == {"A", "N"}
