"""An open playground, a clock to move, and bare callers of the Bot API and of the phone's API."""

import aiohttp
import pytest

from playground import options, server
from tests.playground import stand_in


@pytest.fixture
def clock():
    return stand_in.Clock()


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def settings(clock, tmp_path):
    async def say_so(chat_id: int, language: str) -> str:
        clock.move(hours=1)
        return f"{'fait pour' if language == 'fr' else 'done for'} {chat_id}"

    return options.Options(
        port=0,
        token=stand_in.TOKEN,
        bot_name="Rendez-vous",
        bot_username="rdv_bot",
        clock=clock,
        search_places=lambda query: [options.Spot(f"{query} (31)", 43.6, 1.44)],
        controls=[options.Control({"en": "1 h later", "fr": "1 h après"}, say_so)],
        log_path=tmp_path / "calls.jsonl",
        steerable=True,
        pace=0.01,
    )


@pytest.fixture
async def opened(settings):
    async with server.running(settings) as opened:
        yield opened


@pytest.fixture
def telegram(opened):
    return opened.telegram


@pytest.fixture
def call(session, opened):
    return stand_in.Caller(session, opened.url)


@pytest.fixture
def phone(session, opened):
    return stand_in.Telephone(session, opened.url)


@pytest.fixture
def ana(telegram):
    """Somebody who has started the bot."""
    return telegram.add_person("Ana", "fr", has_started=True)
