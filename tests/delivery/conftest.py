"""A real database, an open playground, and a bot that speaks to it through our transport."""

import pytest
import telegram

import storage.database
from delivery import pause, transport
from playground import options, server
from tests.delivery.rig import NOON, Rig

TOKEN = "123456:stand-in-token-of-thirty-five-chars"


@pytest.fixture
async def rig(database_url):
    open_to = options.Options(
        port=0,
        token=TOKEN,
        bot_name="Rendez-vous",
        bot_username="rdv_bot",
        clock=lambda: NOON,
        search_places=lambda _query: [],
    )
    waits = pause.Pause(jitter=lambda: 0)
    ours = transport.Transport(
        transport.Options(read_timeout=4), pause=waits, count=lambda _name, _labels: None
    )
    async with (
        storage.database.opened(database_url) as database,
        server.running(open_to) as opened,
        ours,
    ):
        bot = telegram.Bot(TOKEN, base_url=f"{opened.url}/bot", request=ours, get_updates_request=ours)
        yield Rig(database, opened.telegram, bot, waits)
