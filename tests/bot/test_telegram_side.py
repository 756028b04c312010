"""How the program comes to be told of updates."""

import asyncio

import structlog
from telegram.error import BadRequest, NetworkError

from bot import telegram_side


async def test_what_telegram_says_of_our_address_is_told_and_it_is_tried_again(monkeypatch):
    errors = [
        NetworkError("https://api.telegram.org/bot7:secret"),
        BadRequest("Bad webhook: IP address is reserved"),
    ]

    async def call():
        if errors:
            raise errors.pop()

    async def rest(_seconds):
        """Nobody waits here."""

    monkeypatch.setattr(asyncio, "sleep", rest)
    with structlog.testing.capture_logs() as log:
        await telegram_side._patiently(call)
    assert [line["error"] for line in log] == ["Bad webhook: IP address is reserved", "NetworkError"]
