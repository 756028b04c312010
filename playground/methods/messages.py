"""Texts, places and what can be done to a message once it is there."""

import datetime as dt
from typing import Any

from playground import checks, entities, errors, formatting, keyboards, people, words
from playground.methods.table import SENDING, Method
from playground.telegram import Telegram

_ANSWER, _ADDRESS = 200, 256
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_DELETABLE = dt.timedelta(hours=48)
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def formatted(params: checks.Params, field: str, marks: str, limit: int) -> people.Body:
    """Read a text or caption with its markup, as the message will hold it."""
    text, mode = params.get(field, ""), params.get("parse_mode", "").lower()
    known = params.get(marks, [])
    if text and mode == "html":
        text, known = formatting.parse_html(text)
        known = formatting.plain_code(known)
    elif mode not in {"", "none"}:
        raise errors.bad_request("unsupported parse_mode")
    complaint = "message is too long" if field == "text" else "message caption is too long"
    text, known = words.settled(text, known, limit=limit, complaint=complaint)
    known = entities.found(text, known)
    return {field: text, **({marks: known} if known else {})} if text else {}


def text_content(params: checks.Params) -> people.Body:
    """Read the text of a message; it must say something."""
    if not params.get("text"):
        raise errors.bad_request("message text is empty")
    content = formatted(params, "text", "entities", words.TEXT_LIMIT)
    if not content:
        raise errors.bad_request("text must be non-empty")
    if "link_preview_options" in params:
        content["link_preview_options"] = params["link_preview_options"]
    return content


def put(telegram: Telegram, params: checks.Params, content: people.Body) -> people.Body:
    """Send any content with what every message may have: a reply, a keyboard, silence."""
    chat = telegram.require_writable(params.get("chat_id"))
    reply = _reply(chat, params.get("reply_parameters"))
    markup = keyboards.read(params.get("reply_markup"), bot_username=telegram.options.bot_username)
    inline = markup if markup and "inline_keyboard" in markup else None
    more = {
        **({"reply_to_message": reply} if reply else {}),
        **({"reply_markup": inline} if inline else {}),
        **({"has_protected_content": True} if params.get("protect_content") else {}),
    }
    silent = params.get("disable_notification", False)
    stored = telegram.post(chat, content | more, silent=silent)
    if markup and "keyboard" in markup:
        stored.has_reply_keyboard = True
        telegram.set_reply_keyboard(chat, markup)
    elif markup and "remove_keyboard" in markup:
        telegram.set_reply_keyboard(chat, None)
    return stored.body


def _reply(chat: people.Chat, wish: people.Body | None) -> people.Body | None:
    if wish is None:
        return None
    found = chat.messages.get(wish["message_id"])
    if found is None:
        if wish.get("allow_sending_without_reply"):
            return None
        raise errors.bad_request("message to be replied not found")
    return {key: value for key, value in found.body.items() if key != "reply_to_message"}


def send_message(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer sendMessage."""
    telegram.require_writable(params.get("chat_id"))
    return put(telegram, params, text_content(params))


def send_location(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer sendLocation."""
    return put(telegram, params, {"location": _point(params)})


def send_venue(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer sendVenue."""
    for field in ("title", "address"):
        if not params.get(field):
            raise errors.bad_request(f"{field} is empty")
        if words.utf16_length(params[field]) > _ADDRESS:
            raise errors.bad_request(f"venue {field} is too long")
    point = _point(params)
    venue = {"location": point, "title": params["title"], "address": params["address"]}
    return put(telegram, params, {"venue": venue, "location": point})


def _point(params: checks.Params) -> people.Body:
    for field, most in (("latitude", 90), ("longitude", 180)):
        if field not in params:
            raise errors.bad_request(f"{field} is empty")
        if abs(params[field]) > most:
            raise errors.bad_request("wrong location specified")
    return {"latitude": params["latitude"], "longitude": params["longitude"]}


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
    lifetime = dt.timedelta(seconds=150)
    if press is None or press.answered or telegram.clock() - press.at > lifetime:
        raise errors.bad_request(_TOO_OLD)
    press.answered = True
    chat = telegram.chats[press.person_id]
    telegram.tell(chat, {"type": "toast", "text": text, "alert": params.get("show_alert", False)})
    return True


def send_action(telegram: Telegram, params: checks.Params) -> bool:
    """Answer sendChatAction."""
    chat = telegram.require_writable(params.get("chat_id"))
    if params["action"] not in _ACTIONS:
        raise errors.bad_request("wrong parameter action in request")
    telegram.tell(chat, {"type": "typing"})
    return True


def _source(telegram: Telegram, params: checks.Params, verb: str) -> people.Body:
    chat = telegram.require_chat(params.get("from_chat_id"))
    stored = chat.messages.get(params["message_id"])
    if stored is None:
        raise errors.bad_request(f"message to {verb} not found")
    if stored.origin == "service":
        raise errors.bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return stored.body


_CONTENT = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "document",
    "photo",
    "voice",
    "sticker",
    "venue",
    "location",
)


def copy_message(telegram: Telegram, params: checks.Params) -> dict[str, Any]:
    """Answer copyMessage."""
    source = _source(telegram, params, "copy")
    content = {key: source[key] for key in _CONTENT if key in source}
    if "caption" in params and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= formatted(params, "caption", "caption_entities", words.CAPTION_LIMIT)
    return {"message_id": put(telegram, params, content)["message_id"]}


def forward_message(telegram: Telegram, params: checks.Params) -> people.Body:
    """Answer forwardMessage."""
    source = _source(telegram, params, "forward")
    content = {key: source[key] for key in _CONTENT if key in source}
    origin = {"type": "user", "date": source["date"], "sender_user": source.get("from", telegram.bot)}
    return put(telegram, params, content | {"forward_origin": origin})


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


_TEXT = (
    "parse_mode: String, entities: [MessageEntity], link_preview_options: LinkPreviewOptions, text: String"
)
_CAPTION = "caption: String, parse_mode: String, caption_entities: [MessageEntity]"
_EDIT = "chat_id: Chat, message_id: Integer, reply_markup: Markup"
_FROM = "from_chat_id: Chat!, message_id: Integer!"

METHODS = (
    Method("sendMessage", checks.shape(f"{SENDING}, {_TEXT}"), send_message, sends=True),
    Method(
        "sendLocation",
        checks.shape(f"{SENDING}, latitude: Float, longitude: Float"),
        send_location,
        sends=True,
    ),
    Method(
        "sendVenue",
        checks.shape(f"{SENDING}, latitude: Float, longitude: Float, title: String, address: String"),
        send_venue,
        sends=True,
    ),
    Method("editMessageText", checks.shape(f"{_EDIT}, {_TEXT}"), edit_text, sends=True),
    Method("editMessageCaption", checks.shape(f"{_EDIT}, {_CAPTION}"), edit_caption, sends=True),
    Method("editMessageReplyMarkup", checks.shape(_EDIT), edit_markup, sends=True),
    Method("deleteMessage", checks.shape("chat_id: Chat, message_id: Integer"), delete_message),
    Method(
        "answerCallbackQuery",
        checks.shape(
            "callback_query_id: String!, text: String, show_alert: Boolean, url: String, cache_time: Integer",
        ),
        answer_callback,
    ),
    Method("sendChatAction", checks.shape("chat_id: Chat, action: String!"), send_action),
    Method("copyMessage", checks.shape(f"{SENDING}, {_FROM}, {_CAPTION}"), copy_message, sends=True),
    Method(
        "forwardMessage",
        checks.shape(f"chat_id: Chat, disable_notification: Boolean, protect_content: Boolean, {_FROM}"),
        forward_message,
        sends=True,
    ),
    Method(
        "pinChatMessage",
        checks.shape("chat_id: Chat, message_id: Integer!, disable_notification: Boolean"),
        pin_message,
    ),
    Method("unpinChatMessage", checks.shape("chat_id: Chat, message_id: Integer"), unpin_message),
)
