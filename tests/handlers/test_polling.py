"""Whatever answers in Telegram's place: nothing spins, nothing is lost, and the operator reads why."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest
import structlog
import telegram

from delivery import pause, transport
from handlers import polling
from tests.delivery import crooked

TOKEN = "123456:secret-token-of-some-thirty-five-chars"
UPDATE = {"update_id": 7, "message": {"text": "Bonjour"}}


def silent(_name, _labels):
    """Count nothing."""


@asynccontextmanager
async def asking(*answers):
    """Poll a server that answers so; give the server and the objects that were received."""
    ours = transport.Transport(transport.Options(), pause=pause.Pause(), count=silent)
    received = asyncio.Queue()

    async def receive(bodies):
        for update in map(json.loads, bodies):
            if isinstance(update, dict):
                received.put_nowait(update)

    async with crooked.running(*answers) as server, ours:
        bot = telegram.Bot(TOKEN, base_url=f"{server.url}/bot", request=ours, get_updates_request=ours)
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(polling.poll(bot, receive))
            yield server, received
            task.cancel()


async def until(server, requests):
    async with asyncio.timeout(20):
        while len(server.requests) < requests:  # noqa: ASYNC110 -- the server sets no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("odd", [{}, True, "updates", None, 7, [7]])
async def test_what_is_no_list_of_updates_is_waited_out(odd):
    begun = time.monotonic()
    with structlog.testing.capture_logs() as log:
        async with asking(crooked.result(odd), crooked.result([UPDATE]), crooked.silence) as (
            server,
            received,
        ):
            assert await received.get() == UPDATE
            await until(server, 3)
    assert time.monotonic() - begun >= polling.FIRST_WAIT_S
    assert [line["event"] for line in log] == ["no updates"]


async def test_empty_answers_that_come_at_once_are_asked_for_once_a_second():
    begun = time.monotonic()
    nothing = crooked.result([])
    async with asking(nothing, nothing, crooked.result([UPDATE]), crooked.silence) as (server, received):
        assert await received.get() == UPDATE
        assert time.monotonic() - begun >= 2 * polling.LEAST_S
        answered = time.monotonic()
        await until(server, 4)
    assert time.monotonic() - answered < polling.LEAST_S, "after an update the next question comes at once"


async def test_a_refused_token_is_named_as_such():
    with structlog.testing.capture_logs() as log:
        refused = crooked.refusal(401, "Unauthorized")
        async with asking(refused, crooked.result([UPDATE]), crooked.silence) as (_, received):
            await received.get()
    assert [line["why"] for line in log] == ["Telegram does not accept the token; check TELEGRAM_BOT_TOKEN"]


async def test_another_program_with_the_same_token_is_named(monkeypatch):
    monkeypatch.setattr(polling, "FIRST_WAIT_S", 0.01)
    conflict = crooked.refusal(409, "Conflict: terminated by other getUpdates request")
    with structlog.testing.capture_logs() as log:
        async with asking(conflict, crooked.result([UPDATE]), crooked.silence) as (_, received):
            assert await received.get() == UPDATE
    assert [line["why"] for line in log] == [
        "another program receives this bot's updates; stop it, or this one"
    ]


async def test_who_asks_too_fast_waits_as_long_as_telegram_says(monkeypatch):
    monkeypatch.setattr(polling, "FIRST_WAIT_S", 0.01)
    begun = time.monotonic()
    too_fast = crooked.refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    async with asking(too_fast, crooked.result([UPDATE]), crooked.silence) as (_, received):
        assert await received.get() == UPDATE
    assert time.monotonic() - begun >= 1
