"""A whole life with the bot at DEBUG, libraries too: no secret, and nothing of the person, is told."""

import asyncio
import logging
import re
import traceback
from urllib.parse import quote

import aiohttp
import pytest

from storage.tables import conversations
from tests.chaos.conftest import SECRET
from tests.journeys.stage import TOKEN

pytestmark = pytest.mark.long

NAME, TYPED, PLACE = "Zéphyrine", "mon secret est quetzalcoatl", "Saint-Cirq-Lapopie"
HIDDEN = [
    TOKEN,
    TOKEN.partition(":")[2],
    quote(TOKEN, safe=""),
    SECRET,
    NAME,
    "phyrine",
    "quetzalcoatl",
    "Lapopie",
]


@pytest.fixture
def everything(written):
    """The libraries speak from DEBUG up, too, through the handlers that the program installed."""
    logging.getLogger().setLevel(logging.DEBUG)
    return written


@pytest.fixture
async def zephyrine(everything, stage):
    return stage.person(NAME, "fr")


async def pages(stage):
    """What anyone who watches the program can read."""
    root = f"http://127.0.0.1:{stage.environ['WEB_PORT']}"
    async with aiohttp.ClientSession() as session:
        for path in ("metrics", "readyz", "healthz", "telegram/webhook", f"bot{TOKEN}/getMe"):
            async with session.get(f"{root}/{path}") as answer:
                yield await answer.text()
        async with session.post(f"{root}/telegram/webhook", json={"message": TYPED}) as answer:
            yield await answer.text()


async def live(stage, person):
    """First contact, a push, a reminder, troubles of every kind, and the end."""
    await person.start()
    await person.say("commencer")
    await person.say(PLACE)
    await person.say("50")
    await person.say(TYPED)
    await person.say("tout")
    await person.say("tout")
    await person.say("sur place")
    await person.say("valider")
    await person.say(TYPED)
    await person.edit(TYPED + " !")
    await person.send("voice")
    await stage.publish(stage.event(sector=None, commune_name=PLACE))
    await stage.pass_time(hours=1)
    await person.say("mes rappels")
    await person.say("mes données")
    for fault in ("too_many", "bad_gateway", "html_200", "reset", "bad_entities"):
        stage.telegram.faults.order(fault, seconds=1, times=1, method="sendMessage")
        await person.say("menu")
    await person.tap_data(f"open1:{TYPED}")
    stage.telegram.updates.push_raw({"message": {"text": TYPED, "chat": {"id": person.id}}})
    stage.telegram.updates.push_raw({"message": {"text": TYPED, "chat": {"id": 0, "first_name": NAME}}})
    await stage.settle()


@pytest.mark.parametrize("mode", ["polling", "webhook"], indirect=True)
async def test_no_secret_and_no_person_is_in_any_log_page_or_metric(stage, zephyrine, everything):
    await live(stage, zephyrine)
    told = [page async for page in pages(stage)]
    await stage.stop()
    log = everything()
    assert "handlers.intake" in log
    assert "aiosqlite" in log
    for text in (log, *told):
        for hidden in (*HIDDEN, str(zephyrine.id)):
            assert hidden not in text, found(hidden, text)


async def test_an_error_in_a_handler_tells_no_word_of_the_person(stage, zephyrine, everything):
    """A state that nobody could have written makes the next handler fail over the person's own words."""
    await zephyrine.start()
    await zephyrine.say("commencer")
    async with stage.program.database.unit_of_work() as uow:
        await uow._connection.execute(conversations.update().values(draft=f'["{TYPED}"]'))
    await zephyrine.say(TYPED)
    log = everything()
    assert "a handler failed" in log
    for hidden in (*HIDDEN, str(zephyrine.id)):
        assert hidden not in log, found(hidden, log)


async def test_what_the_transport_raises_does_not_hold_the_token(stage, zephyrine):
    await zephyrine.start()
    bot = stage.program.intake.application.bot
    for fault in ("reset", "bad_gateway", "html_200", "unauthorized", "empty_200", "cut_body"):
        stage.telegram.faults.order(fault, times=1, method="sendMessage")
        with pytest.raises(Exception) as caught:
            await bot.send_message(zephyrine.id, TYPED)
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert TOKEN not in told
        assert TOKEN.partition(":")[2] not in told
    await asyncio.sleep(0)


def found(hidden, text):
    """The line that should not be there."""
    return [line for line in text.splitlines() if re.search(re.escape(hidden), line)][:3]
