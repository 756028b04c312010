"""Sending what a turn answers, after its effects are committed.

Telegram may refuse an edit (too old, deleted): then the screen comes as a new
message, so that a person always has the present screen.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Protocol, assert_never, cast

from telegram import Bot, BotCommandScopeChat, InlineKeyboardMarkup
from telegram.error import BadRequest, NetworkError, TelegramError

from domain import outcomes
from handlers.turn import Answer, Draw, Remove, SendFile, SendPlace, SetCommands, Show, Toast
from messages import screens
from messages.screens import Screen

WAITS_S = (0.5, 2.0, 8.0)
"""Between tries of one answer, in real seconds."""


class Door(Protocol):
    """What the bot's request object is (delivery/transport.py)."""

    async def answer(self, url: str, parameters: Mapping[str, str | int]) -> int | None:
        """Make a call, waiting for the end of a pause; return the number of the message that was sent.

        Raises telegram.error.TelegramError.
        """


async def send(bot: Bot, chat_id: int, answers: Sequence[Answer], *, query_id: str | None) -> int | None:
    """Send the answers in order; return the message that now shows the conversation's question.

    Where Telegram can't be reached, each is tried again a few times: better said twice than
    never. Raises telegram.error.TelegramError when the chat can't be written to.
    """
    if query_id is None:
        answers = spoken(answers)
    else:
        toast = next((answer.text for answer in answers if isinstance(answer, Toast)), None)
        await answer_query(bot, query_id, toast)
    question: int | None = None
    for answer in answers:
        shown = await _persist(partial(_give, bot, chat_id, answer))
        if isinstance(answer, Show) and answer.is_question:
            question = shown
    return question


def spoken(answers: Sequence[Answer]) -> list[Answer]:
    """Return the same answers where nothing was tapped: a short word leads the screen after it.

    One message, not two: the phone rings once, and a screen reader reads on.
    """
    said: list[Answer] = []
    for answer in answers:
        before = said[-1] if said else None
        if isinstance(answer, Show) and isinstance(before, Toast):
            text = f"{before.text}\n\n{answer.screen.text}"
            said[-1] = replace(answer, screen=replace(answer.screen, text=text))
        else:
            said.append(answer)
    return [Show(Screen(answer.text)) if isinstance(answer, Toast) else answer for answer in said]


async def answer_query(bot: Bot, query_id: str, text: str | None) -> None:
    """Answer a tap, so that its button stops spinning; what can't be, need not: the screen follows."""
    with suppress(TelegramError):
        told: dict[str, str | int] = {"callback_query_id": query_id}
        await _call(bot, "answerCallbackQuery", told if text is None else told | {"text": text})


async def _call(bot: Bot, method: str, parameters: Mapping[str, str | int]) -> int | None:
    """Make a call past the library; return the number of the message that was sent."""
    return await cast(Door, bot.request).answer(f"{bot.base_url}/{method}", parameters)


async def _persist(call: Callable[[], Awaitable[int | None]]) -> int | None:
    for wait in WAITS_S:
        try:
            return await call()
        except TelegramError as error:
            if not is_passing(error):
                raise
        await asyncio.sleep(wait)
    return await call()


async def _give(bot: Bot, chat_id: int, answer: Answer) -> int | None:
    """Give one answer; return the message that shows it, if it is a screen."""
    match answer:
        case Show():
            return await _show(bot, chat_id, answer)
        case Remove():
            await _remove(bot, chat_id, answer.message_id)
        case SendFile():
            await bot.send_document(chat_id, answer.content, filename=answer.name, caption=answer.caption)
        case SendPlace():
            await bot.send_venue(
                chat_id,
                title=answer.title,
                address=answer.address,
                latitude=answer.latitude,
                longitude=answer.longitude,
            )
        case SetCommands():
            await _set_commands(bot, chat_id, answer.commands)
        case Toast() | Draw():
            pass  # said already: a tap is answered first, whatever comes after; drawn already, into a screen
        case _:
            assert_never(answer)
    return None


async def _show(bot: Bot, chat_id: int, show: Show) -> int | None:
    screen = show.screen
    if show.edits is not None and isinstance(screen.keyboard, InlineKeyboardMarkup | None):
        edited = await _edit(bot, chat_id, show.edits, screen, screen.keyboard)
        if edited:
            return show.edits
    told = screens.parameters(screen.text, screen.keyboard) | {"chat_id": chat_id}
    return await _call(bot, "sendMessage", told)


async def _edit(
    bot: Bot, chat_id: int, message_id: int, screen: Screen, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Return whether the message now shows the screen."""
    try:
        told = screens.parameters(screen.text, keyboard) | {"chat_id": chat_id, "message_id": message_id}
        await _call(bot, "editMessageText", told)
    except BadRequest as error:
        refused = unchanged(error)
        if refused is None:
            raise
        return refused.is_so
    return True


async def _remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Delete a question; one that can't be deleted any more only stays in the way."""
    with suppress(BadRequest):
        await bot.delete_message(chat_id, message_id)


async def _set_commands(bot: Bot, chat_id: int, commands: Sequence[tuple[str, str]] | None) -> None:
    scope = BotCommandScopeChat(chat_id)
    if commands is None:
        await bot.delete_my_commands(scope)
    else:
        await bot.set_my_commands(commands, scope)


def is_passing(error: TelegramError) -> bool:
    """Say whether the same call may well succeed in a moment: nothing was judged, only the way failed."""
    # the library makes a refusal a kind of network error, and odd answers of a gateway a bare error
    return type(error) is TelegramError or (
        isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    )


def unchanged(error: BadRequest) -> outcomes.Unchanged | None:
    """Return why there is nothing to do; None when the refusal means anything else."""
    outcome = outcomes.of_answer(HTTPStatus.BAD_REQUEST, error.message)
    return outcome if isinstance(outcome, outcomes.Unchanged) else None
