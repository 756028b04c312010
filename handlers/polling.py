"""Asking Telegram for updates: what was received is kept before the next question confirms it."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from domain.errors import DeliveryError
from handlers.intake import ENVELOPE

LONG_POLL_S = 30
MARGIN_S = 10
LEAST_S = 1.0
"""A question to which nothing comes takes so long: Telegram waits, what stands in its place may not."""
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0

log = structlog.get_logger(__name__)


async def poll(bot: Bot, receive: Callable[[Sequence[str]], Awaitable[None]]) -> None:
    """Ask for ever; trouble is waited out, and nothing is confirmed that is not kept."""
    loop = asyncio.get_running_loop()
    offset: int | None = None
    wait = FIRST_WAIT_S
    while True:
        try:
            asked = loop.time()
            updates = await _ask(bot, offset)
            if updates:
                await receive([json.dumps(update) for update in updates])
                offset = max(int(update["update_id"]) for update in updates) + 1
            else:
                await asyncio.sleep(asked + LEAST_S - loop.time())
            wait = FIRST_WAIT_S
        except Exception as error:  # noqa: BLE001 -- the network, or a disk that keeps nothing for a while
            log.warning("no updates", why=_explained(error))
            await asyncio.sleep(_seconds(error, wait))
            wait = min(wait * 2, LONGEST_WAIT_S)


async def _ask(bot: Bot, offset: int | None) -> list[dict[str, Any]]:
    """Return raw updates: parsing comes later, one by one, where one bad update spoils no other."""
    question: dict[str, object] = {"timeout": LONG_POLL_S, "allowed_updates": json.dumps(ENVELOPE)}
    if offset is not None:
        question["offset"] = offset
    # past the library's own method, which would parse what it gets
    found: object = await bot.request.post(
        f"{bot.base_url}/getUpdates?{urlencode(question)}", read_timeout=LONG_POLL_S + MARGIN_S
    )
    if not isinstance(found, list):
        raise TelegramError("the answer is no list of updates")
    return found


def _explained(error: Exception) -> str:
    if isinstance(error, Conflict):
        return "another program receives this bot's updates; stop it, or this one"
    if isinstance(error, DeliveryError):
        return "Telegram does not accept the token; check TELEGRAM_BOT_TOKEN"
    if type(error) is TelegramError:
        return error.message  # what answers is no Telegram: the words are our own
    return type(error).__name__


def _seconds(error: Exception, wait: float) -> float:
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return float(after if isinstance(after, int) else after.total_seconds())
    return wait
