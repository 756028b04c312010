"""The typed context: the only way a handler reaches the turn it answers."""

from dataclasses import dataclass, field
from typing import Any, Self

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from handlers.turn import Turn


@dataclass(slots=True)
class AppData:
    """The turns under way, by update: intake puts them in and takes them out."""

    turns: dict[int, Turn] = field(default_factory=dict)


class BotContext(CallbackContext[ExtBot[None], dict[object, object], dict[object, object], AppData]):
    """What python-telegram-bot hands to each handler."""

    turn: Turn

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Self, Any, Any, Any, Any]) -> Self:
        """Find the turn of this update."""
        context = super().from_update(update, application)
        if isinstance(update, Update):
            context.turn = application.bot_data.turns[update.update_id]
        return context


BotApplication = Application[
    ExtBot[None], BotContext, dict[object, object], dict[object, object], AppData, None
]
