"""What the doctor asks of Telegram: the token, the webhook, and the time."""

import datetime as dt
import email.utils
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from bot.clock import wall
from bot.settings import Settings
from domain.errors import SettingsError
from storage.checkup import Finding
from web import webhook

TIMEOUT_S = 15
MOST_SKEW_S = 60
_REFUSED = {401, 404}


class _UnreachableError(Exception):
    """Telegram does not answer, or something else answers in its place."""


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Telegram who we are and where it brings updates; nothing is asked without a token."""
    if not settings.telegram_bot_token:
        yield True, "no TELEGRAM_BOT_TOKEN: `run` opens the playground"
        return
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            status, me, date = await _ask(session, settings, "getMe")
            if status in _REFUSED:
                yield False, "Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather"
                return
            yield True, f"Telegram knows this bot as @{me.get('username')}"
            yield _clock(date)
            _, info, _ = await _ask(session, settings, "getWebhookInfo")
            yield _webhook(settings, info)
        except _UnreachableError as error:
            yield False, f"{settings.telegram_api_url} can't be reached ({error}); check the network"


async def username(session: aiohttp.ClientSession, settings: Settings) -> str:
    """Return the bot's own name; SettingsError when Telegram can't tell it."""
    try:
        status, me, _ = await _ask(session, settings, "getMe")
    except _UnreachableError as error:
        raise SettingsError(
            f"{settings.telegram_api_url} can't be reached ({error}); the link needs the bot's name"
        ) from error
    if status in _REFUSED:
        raise SettingsError("Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather")
    return str(me.get("username"))


async def _ask(
    session: aiohttp.ClientSession, settings: Settings, method: str
) -> tuple[int, dict[str, Any], str]:
    """Return status, result and date; no error bears the address, which holds the token."""
    url = f"{settings.telegram_api_url}/bot{settings.telegram_bot_token.value}/{method}"
    try:
        async with session.get(url, allow_redirects=False) as response:
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise _UnreachableError(type(error).__name__) from None
    if response.status in _REFUSED:
        return response.status, {}, ""
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), dict):
        raise _UnreachableError(f"it answers {response.status}")
    return response.status, answer["result"], response.headers.get("Date", "")


def _clock(date: str) -> Finding:
    """Compare this machine's clock with Telegram's."""
    try:
        theirs = email.utils.parsedate_to_datetime(date)
    except ValueError:
        return True, "Telegram does not tell the time; the clock was not compared"
    apart = abs((wall() - theirs.astimezone(dt.UTC)).total_seconds())
    if apart <= MOST_SKEW_S:
        return True, "the clock of this machine agrees with Telegram's"
    return False, f"the clock of this machine is {apart:.0f} s off; set it, or let it be set over the network"


def _webhook(settings: Settings, info: dict[str, Any]) -> Finding:
    wanted = f"{settings.public_url}{webhook.PATH}" if settings.public_url else ""
    trouble = info.get("last_error_message")
    if info.get("url", "") != wanted:
        return True, "the webhook is set otherwise; the next start puts it right"
    if wanted and trouble:
        return False, f"Telegram could not call {wanted}: {trouble}; {info.get('pending_update_count')} wait"
    return True, f"Telegram calls {wanted}" if wanted else "updates are fetched by polling"
