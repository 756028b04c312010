"""Groups and channels: taken in, put out, moved; a kind answer that leads away. Blocks, too."""

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram.constants import ChatType

from handlers.context import BotContext
from handlers.turn import Turn
from messages import groups
from services import groups as kept_groups
from services import subscribers

_PRESENT = frozenset({ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER})


async def on_membership(update: Update, context: BotContext) -> None:
    """A person blocks or unblocks the bot; a group takes it in or puts it out."""
    change, turn = update.my_chat_member, context.turn
    if change is None:
        return
    is_present = _is_present(change.new_chat_member)
    if change.chat.type == ChatType.PRIVATE:
        # No answer here: a greeting to someone who has just blocked us would fail.
        if not is_present:
            await subscribers.lose(turn.uow, turn.chat_id, is_final=False, now=turn.now)
        elif turn.subscriber is not None:
            await turn.welcome()
    elif not is_present or _may_not_write(change):
        await kept_groups.lose(turn.uow, turn.chat_id, is_final=False, now=turn.now)
    else:
        await _taken_in(turn, change, is_new=not _is_present(change.old_chat_member))


def _is_present(member: ChatMember) -> bool:
    """One whose rights are restricted may be in the group, or out of it."""
    return member.status in _PRESENT or (isinstance(member, ChatMemberRestricted) and member.is_member)


async def _taken_in(turn: Turn, change: ChatMemberUpdated, *, is_new: bool) -> None:
    """Speak where a group reads it; of a channel, to who took the bot in, alone."""
    await kept_groups.resume(turn.uow, turn.chat_id)
    if not is_new or turn.subscriber is not None:
        return
    if change.chat.type == ChatType.CHANNEL:
        await kept_groups.offer(turn.uow, turn.chat_id, change.from_user.id, now=turn.now)
    else:
        await _say_hello(turn)


async def _say_hello(turn: Turn) -> None:
    """Say nothing to a group that is asking too much: Telegram would refuse the digest too."""
    if await turn.world.may_answer(turn.uow, turn.chat_id):
        turn.say(groups.hello(turn.translator, turn.world.own_name(), turn.chat_id))


def _may_not_write(change: ChatMemberUpdated) -> bool:
    """In a channel only an administrator with that right posts; in a group, all but who was silenced."""
    member = change.new_chat_member
    if change.chat.type != ChatType.CHANNEL:
        return isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    return not (isinstance(member, ChatMemberAdministrator) and member.can_post_messages is not False)


async def on_message(update: Update, context: BotContext) -> None:
    """Answer in a group only when addressed; stay silent otherwise."""
    message, turn = update.effective_message, context.turn
    if message and message.migrate_to_chat_id:
        await subscribers.migrate(turn.uow, turn.chat_id, message.migrate_to_chat_id)
        return
    if message and not update.edited_message and _is_for(turn.world.own_name(), message.text or ""):
        await _say_hello(turn)


def _is_for(bot_username: str, text: str) -> bool:
    """Say whether a message is a command that names no other bot, or names us."""
    command, at, addressee = text.partition(" ")[0].partition("@")
    if command.startswith("/") and at:
        return addressee.lower() == bot_username.lower()
    return command.startswith("/") or f"@{bot_username}".lower() in text.lower()
