"""Chats and who is in them."""

from typing import Any

from playground import checks, errors, people
from playground.methods.table import Method
from playground.telegram import Telegram

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer getChat."""
    chat = telegram.require_chat(params.get("chat_id"))
    return {
        **chat.body,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }


def get_member(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer getChatMember."""
    chat = telegram.require_chat(params.get("chat_id"))
    user_id = params["user_id"]
    if user_id == telegram.bot["id"]:
        return people.membership(chat.bot_status, telegram.bot)
    person = telegram.people.get(user_id)
    if person is None:
        raise errors.bad_request("invalid user_id specified")
    if chat.kind == "private" and chat.id != user_id:
        raise errors.bad_request("user not found")
    return people.membership(_status(chat, user_id), person.user)


def _status(chat: people.Chat, user_id: int) -> str:
    if chat.kind == "private":
        return "member"
    if user_id == chat.owner_id:
        return "creator"
    return "member" if user_id in chat.member_ids else "left"


def get_administrators(telegram: Telegram, params: checks.Params) -> list[people.Body]:
    """Answer getChatAdministrators."""
    chat = telegram.require_chat(params.get("chat_id"))
    if chat.kind == "private":
        raise errors.bad_request("there are no administrators in the private chat")
    owner = people.membership("creator", telegram.people[chat.owner_id].user)
    own = chat.bot_status == "administrator"
    return [owner, *([people.membership("administrator", telegram.bot)] if own else [])]


def leave_chat(telegram: Telegram, params: checks.Params) -> bool:
    """Answer leaveChat."""
    chat = telegram.require_writable(params.get("chat_id"))
    if chat.kind == "private":
        raise errors.bad_request("chat member status can't be changed in private chats")
    chat.bot_status = "left"
    return True


def member_count(telegram: Telegram, params: checks.Params) -> Any:
    """Answer getChatMemberCount."""
    chat = telegram.require_chat(params.get("chat_id"))
    return 2 if chat.kind == "private" else len(chat.member_ids) + 1


METHODS = (
    Method("getChat", checks.shape("chat_id: Chat"), get_chat),
    Method("getChatMember", checks.shape("chat_id: Chat, user_id: Integer!"), get_member),
    Method("getChatAdministrators", checks.shape("chat_id: Chat"), get_administrators),
    Method("getChatMemberCount", checks.shape("chat_id: Chat"), member_count),
    Method("leaveChat", checks.shape("chat_id: Chat"), leave_chat),
)
