"""What the program says to Telegram about itself, and how it receives."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import structlog
from telegram import Bot, BotCommand
from telegram.error import BadRequest, TelegramError

from bot.settings import Settings
from delivery.replies import TokenRefusedError
from domain.errors import SettingsError
from domain.subscribers import Language
from handlers.context import BotApplication
from handlers.intake import ENVELOPE, Intake
from handlers.polling import poll
from locales.translators import Translator
from messages import menus
from web import webhook

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0

log = structlog.get_logger(__name__)


async def greet(application: BotApplication) -> None:
    """Learn our own name; wait for Telegram as long as it takes, but not with a token that it refuses."""
    wait = FIRST_WAIT_S
    while True:
        try:
            await application.initialize()
        except TokenRefusedError as error:
            raise SettingsError(
                "Telegram does not accept TELEGRAM_BOT_TOKEN; copy it again from @BotFather"
            ) from error
        except TelegramError as error:
            log.warning("Telegram can't be reached yet", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)
        else:
            return


def own_name(application: BotApplication) -> str:
    """Return our name in Telegram, without its @; empty until `greet` has learnt it."""
    with suppress(RuntimeError):  # so says the library that it does not know
        return application.bot.username
    return ""


async def receive(bot: Bot, settings: Settings, intake: Intake) -> None:
    """Ask Telegram to bring updates to our address, or go and ask for them; for ever."""
    if settings.public_url:
        await _patiently(
            lambda: bot.set_webhook(
                f"{settings.public_url}{webhook.PATH}",
                secret_token=settings.webhook_secret.value,
                allowed_updates=ENVELOPE,
            )
        )
        await asyncio.Event().wait()
    else:
        await _patiently(bot.delete_webhook)
        await poll(bot, intake.receive)


async def introduce(bot: Bot, translators: Mapping[Language, Translator]) -> None:
    """Tell Telegram our commands and descriptions, in each language; English serves all others.

    Only what it does not know yet: told at each start, they would soon meet a 429, which holds up everything.
    """
    for language, t in translators.items():
        code = None if language is Language.ENGLISH else language.value
        try:
            await _introduce(bot, t, code)
        except TelegramError as error:
            log.warning("the command menu could not be set", error=type(error).__name__)


async def _introduce(bot: Bot, t: Translator, code: str | None) -> None:
    commands = tuple(BotCommand(name, description) for name, description in menus.commands(t))
    if await bot.get_my_commands(language_code=code) != commands:
        await bot.set_my_commands(commands, language_code=code)
    description = menus.description(t)
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)
    short_description = menus.short_description(t)
    if (await bot.get_my_short_description(code)).short_description != short_description:
        await bot.set_my_short_description(short_description, code)


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    wait = FIRST_WAIT_S
    while True:
        try:
            await call()
        except TelegramError as error:
            # Telegram's own words name what is wrong with our address; other errors may quote its own
            why = error.message if isinstance(error, BadRequest) else type(error).__name__
            log.warning("receiving could not be set up yet", error=why)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)
        else:
            return
