"""Whether a person administers a group: asked of Telegram at each act, before its transaction."""

import structlog
from telegram import Bot, ChatMember, Update
from telegram.error import TelegramError

from domain.groups import Rights, named_in
from messages.buttons import KeepGroup, SetUpGroup, StaleButtonError, StopGroup, unpack

_ADMINS = frozenset({ChatMember.ADMINISTRATOR, ChatMember.OWNER})

log = structlog.get_logger(__name__)


async def read(bot: Bot, update: Update) -> Rights | None:
    """Return what the person who writes, or taps, may do in the group that it is about; None for none."""
    chat_id, person = _group_of(update), update.effective_user
    if chat_id is None or person is None:
        return None
    try:
        member = await bot.get_chat_member(chat_id, person.id)
        chat = await bot.get_chat(chat_id)
    except TelegramError as error:
        # the bot is not there, or Telegram is not: no right is shown
        log.info("rights in a group can't be read", error=type(error).__name__)
        return None
    return Rights(chat_id, chat.title or "", is_admin=member.status in _ADMINS)


def _group_of(update: Update) -> int | None:
    if update.callback_query:
        try:
            button = unpack(update.callback_query.data or "")
        except StaleButtonError:
            return None
        return button.chat_id if isinstance(button, SetUpGroup | KeepGroup | StopGroup) else None
    text = (update.message.text or "") if update.message else ""
    command, _, payload = text.partition(" ")
    return named_in(payload.strip()) if command == "/start" else None
