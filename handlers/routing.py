"""From python-telegram-bot's handlers to our functions, which take a turn and what was tapped."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from handlers.context import BotContext
from handlers.turn import Turn
from messages.buttons import Button, StaleButtonError, unpack

OnCommand = Callable[[Turn], Awaitable[None]]
Buttons = Mapping[type[Button], Callable[[Turn, Any], Awaitable[None]]]


def on_command(name: str, act: OnCommand) -> CommandHandler[BotContext, None]:
    """Return the handler of a command in a private chat."""

    async def handle(_update: Update, context: BotContext) -> None:
        await act(context.turn)

    return CommandHandler(name, handle, filters=filters.ChatType.PRIVATE)


def on_buttons(
    conversations: Sequence[Callable[[Turn, Button], Awaitable[bool]]],
    buttons: Buttons,
    stale: OnCommand,
) -> CallbackQueryHandler[BotContext, None]:
    """Return the handler of every button.

    The conversation under way comes first: "Back" means its own question there.
    What fits nothing any more is stale.
    """

    async def handle(update: Update, context: BotContext) -> None:
        query = update.callback_query
        if query is None or query.from_user.id != context.turn.chat_id:
            return  # no button of ours stands in a group, or under a message sent through us
        try:
            button = unpack(query.data or "")
        except StaleButtonError:
            await stale(context.turn)
            return
        for take in conversations:
            if await take(context.turn, button):
                return
        act = buttons.get(type(button))
        await (act(context.turn, button) if act else stale(context.turn))

    return CallbackQueryHandler(handle)
