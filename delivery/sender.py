"""One message to Telegram, and its exact outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import telegram

from delivery.transport import Transport
from domain import outcomes
from messages import screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message in its receiver's language, ready to leave."""

    text: str
    """Telegram's HTML, at most 4,096 characters once read."""
    keyboard: telegram.InlineKeyboardMarkup | None = None
    silent: bool = False
    reply_to: int | None = None
    """Sent all the same when that message is gone."""
    edit: int | None = None
    """Put in the place of this message instead of being sent."""
    told: Sequence[int] = ()
    """The events that it tells of for the first time: noted in the transaction that records it as sent."""


async def send(bot: telegram.Bot, chat_id: int, composed: Composed) -> outcomes.Outcome:
    """Send, or edit in place, once. Raises only what kept the call from being made at all."""
    parameters = screens.parameters(composed.text, composed.keyboard) | {"chat_id": chat_id}
    if composed.edit is not None:
        outcome = await _made(bot, "editMessageText", parameters | {"message_id": composed.edit})
        # the number belongs to the row of the message that was sent first
        return outcomes.Accepted(None) if isinstance(outcome, outcomes.Accepted) else outcome
    parameters["disable_notification"] = composed.silent
    if composed.reply_to is not None:
        reply = telegram.ReplyParameters(composed.reply_to, allow_sending_without_reply=True)
        parameters["reply_parameters"] = reply.to_json()
    return await _made(bot, "sendMessage", parameters)


async def probe(bot: telegram.Bot) -> outcomes.Outcome:
    """Ask Telegram who we are, to learn whether it talks to us again."""
    return await _made(bot, "getMe", {})


async def _made(bot: telegram.Bot, method: str, parameters: Mapping[str, str | int]) -> outcomes.Outcome:
    return await cast(Transport, bot.request).deliver(f"{bot.base_url}/{method}", parameters)
