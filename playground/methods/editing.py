"""What can be done to a message once it is there, and to a button once it is pressed."""

import datetime as dt

from playground import checks, errors, keyboards, people, updates, words
from playground.methods.messages import formatted, text_content
from playground.methods.table import CAPTION, TEXT, Method
from playground.telegram import Telegram

_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_DELETABLE = dt.timedelta(hours=48)


def _ours(telegram: Telegram, params: checks.Params) -> tuple[people.Chat, people.Stored]:
    """Find a message that the bot may edit."""
    chat = telegram.require_writable(params.get("chat_id"))
    if "message_id" not in params:
        raise errors.bad_request("message identifier is not specified")
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise errors.bad_request("message to edit not found")
    if stored.origin != "bot" or stored.has_reply_keyboard:
        raise errors.bad_request("message can't be edited")
    return chat, stored


def _edit(
    telegram: Telegram, params: checks.Params, *, without: set[str], content: people.Body
) -> people.Body:
    chat, stored = _ours(telegram, params)
    markup = keyboards.read_inline(params.get("reply_markup"), bot_username=telegram.options.bot_username)
    kept = {
        key: value for key, value in stored.body.items() if key not in {*without, "reply_markup", "edit_date"}
    }
    body = kept | content | ({"reply_markup": markup} if markup else {})
    if body == {key: value for key, value in stored.body.items() if key != "edit_date"}:
        raise errors.bad_request(_NOT_MODIFIED)
    telegram.replace(chat, stored, body | {"edit_date": telegram.seconds()})
    return stored.body


def edit_text(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer editMessageText."""
    content = text_content(params)
    _, stored = _ours(telegram, params)
    if "text" not in stored.body:
        raise errors.bad_request("there is no text in the message to edit")
    return _edit(telegram, params, without={"text", "entities", "link_preview_options"}, content=content)


def edit_caption(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer editMessageCaption."""
    content = formatted(params, "caption", "caption_entities", words.CAPTION_LIMIT)
    _, stored = _ours(telegram, params)
    if not {"document", "photo"} & stored.body.keys():
        raise errors.bad_request("there is no caption in the message to edit")
    return _edit(telegram, params, without={"caption", "caption_entities"}, content=content)


def edit_markup(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer editMessageReplyMarkup."""
    return _edit(telegram, params, without=set(), content={})


def delete_message(telegram: Telegram, params: checks.Params) -> bool:
    """Answer deleteMessage."""
    chat = telegram.require_chat(params.get("chat_id"))
    if "message_id" not in params:
        raise errors.bad_request("message identifier is not specified")
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise errors.bad_request("message to delete not found")
    age = telegram.seconds() - stored.body["date"]
    others = chat.kind != "private" and stored.origin != "bot" and chat.bot_status != "administrator"
    if age > _DELETABLE.total_seconds() or others:
        raise errors.bad_request("message can't be deleted for everyone")
    telegram.remove(chat, stored.id)
    return True


def answer_callback(telegram: Telegram, params: checks.Params) -> bool:
    """Answer answerCallbackQuery."""
    text = params.get("text", "")
    if words.utf16_length(text) > _ANSWER:
        raise errors.bad_request("MESSAGE_TOO_LONG")
    press = telegram.presses.get(params["callback_query_id"])
    if press is None or press.answered or telegram.clock() - press.at > updates.PRESS:
        raise errors.bad_request(_TOO_OLD)
    press.answered = True
    chat = telegram.chats[press.person_id]
    telegram.tell(chat, {"type": "toast", "text": text, "alert": params.get("show_alert", False)})
    return True


def pin_message(telegram: Telegram, params: checks.Params) -> bool:
    """Answer pinChatMessage."""
    chat = telegram.require_writable(params.get("chat_id"))
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise errors.bad_request("message to pin not found")
    if chat.kind != "private" and chat.bot_status != "administrator":
        raise errors.bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = stored.id
    telegram.post(chat, {"pinned_message": stored.body}, is_service=True)
    return True


def unpin_message(telegram: Telegram, params: checks.Params) -> bool:
    """Answer unpinChatMessage."""
    chat = telegram.require_writable(params.get("chat_id"))
    if chat.pinned is None or params.get("message_id", chat.pinned) != chat.pinned:
        raise errors.bad_request("message to unpin not found")
    chat.pinned = None
    return True


_EDIT = "chat_id: Chat, message_id: Integer, reply_markup: Markup"

METHODS = (
    Method("editMessageText", checks.shape(f"{_EDIT}, {TEXT}"), edit_text, sends=True),
    Method("editMessageCaption", checks.shape(f"{_EDIT}, {CAPTION}"), edit_caption, sends=True),
    Method("editMessageReplyMarkup", checks.shape(_EDIT), edit_markup, sends=True),
    Method("deleteMessage", checks.shape("chat_id: Chat, message_id: Integer"), delete_message),
    Method(
        "answerCallbackQuery",
        checks.shape(
            "callback_query_id: String!, text: String, show_alert: Boolean, url: String, cache_time: Integer",
        ),
        answer_callback,
    ),
    Method(
        "pinChatMessage",
        checks.shape("chat_id: Chat, message_id: Integer!, disable_notification: Boolean"),
        pin_message,
    ),
    Method("unpinChatMessage", checks.shape("chat_id: Chat, message_id: Integer"), unpin_message),
)
