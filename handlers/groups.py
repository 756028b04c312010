"""Groups and channels: for now, a kind answer that leads to the private chat. Blocks and returns, too."""

from telegram import ChatMember, Update
from telegram.constants import ChatType

from handlers.context import BotContext
from messages import menus
from services import subscribers

_PRESENT = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER})


async def on_membership(update: Update, context: BotContext) -> None:
    """A person blocks or unblocks the bot; a group takes it in or puts it out."""
    change, turn = update.my_chat_member, context.turn
    if change is None:
        return
    is_present = change.new_chat_member.status in _PRESENT
    if change.chat.type == ChatType.PRIVATE:
        # No answer here: a greeting to someone who has just blocked us would fail.
        if not is_present:
            await subscribers.lose(turn.uow, turn.chat_id, is_final=False, now=turn.now)
        elif turn.subscriber is not None:
            await turn.welcome()
    elif (
        is_present and change.old_chat_member.status not in _PRESENT and change.chat.type != ChatType.CHANNEL
    ):
        turn.say(menus.private_only(turn.translator, turn.world.bot_username))


async def on_message(update: Update, context: BotContext) -> None:
    """Answer in a group only when addressed; stay silent otherwise."""
    message, turn = update.effective_message, context.turn
    if message and not update.edited_message and _is_for(turn.world.bot_username, message.text or ""):
        turn.say(menus.private_only(turn.translator, turn.world.bot_username))


def _is_for(bot_username: str, text: str) -> bool:
    """Say whether a message is a command that names no other bot, or names us."""
    command, at, addressee = text.partition(" ")[0].partition("@")
    if command.startswith("/") and at:
        return addressee.lower() == bot_username.lower()
    return command.startswith("/") or f"@{bot_username}".lower() in text.lower()
