"""The web side, opened; the options may be changed by a test before it asks for `front`."""

import aiohttp
import pytest

from tests.web.front import SECRET, Front, World
from web import app, serving
from web.options import WebOptions


@pytest.fixture
def world():
    return World()


@pytest.fixture
def options(world):
    return WebOptions(
        ready=world.ready,
        render=world.render,
        count=world.count,
        receive=world.receive,
        webhook_secret=SECRET,
        bot_url=lambda: "https://t.me/rdv_bot",
        operator="Association « A <b> »",
        body_timeout=0.3,
        ready_timeout=0.3,
    )


@pytest.fixture
def patience():
    return serving.Patience(head=0.5, farewell=1, connections=20)


@pytest.fixture
async def front(options, patience):
    async with (
        serving.serving(app.web_app(options), "127.0.0.1", 0, patience) as url,
        aiohttp.ClientSession() as session,
    ):
        yield Front(url, session)
