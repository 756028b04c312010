"""One message to Telegram, and its exact outcome."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

import telegram

from delivery import transport
from domain import outcomes
from messages.screens import TEXT_OPTIONS


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
    outcome = await _outcome(_call(bot, chat_id, composed))
    if composed.edit is not None and isinstance(outcome, outcomes.Accepted):
        # the number belongs to the row of the message that was sent first
        return outcomes.Accepted(None)
    return outcome


async def probe(bot: telegram.Bot) -> outcomes.Outcome:
    """Ask Telegram who we are, to learn whether it talks to us again."""
    return await _outcome(bot.get_me())


async def _outcome(call: Awaitable[object]) -> outcomes.Outcome:
    with transport.listening() as heard:
        try:
            await call
        except Exception:
            # the transport heard Telegram; what the library made of it after does not matter
            if heard.outcome is None:
                raise
    return heard.outcome or outcomes.Unknown("the call did not pass our transport")


async def _call(bot: telegram.Bot, chat_id: int, composed: Composed) -> None:
    if composed.edit is not None:
        await bot.edit_message_text(
            composed.text,
            chat_id=chat_id,
            message_id=composed.edit,
            reply_markup=composed.keyboard,
            **TEXT_OPTIONS,
        )
        return
    reply = composed.reply_to and telegram.ReplyParameters(
        composed.reply_to, allow_sending_without_reply=True
    )
    await bot.send_message(
        chat_id,
        composed.text,
        reply_markup=composed.keyboard,
        disable_notification=composed.silent,
        reply_parameters=reply or None,
        **TEXT_OPTIONS,
    )
