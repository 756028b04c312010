"""Texts and places, and what every message may have."""

from playground import checks, entities, errors, formatting, keyboards, people, words
from playground.methods.table import CAPTION, SENDING, TEXT, Method
from playground.telegram import Telegram

_ADDRESS = 256
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
    entities.check(known, text)
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


def copy_message(telegram: Telegram, params: checks.Params) -> people.Body:
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


def send_action(telegram: Telegram, params: checks.Params) -> bool:
    """Answer sendChatAction."""
    chat = telegram.require_writable(params.get("chat_id"))
    if params["action"] not in _ACTIONS:
        raise errors.bad_request("wrong parameter action in request")
    telegram.tell(chat, {"type": "typing"})
    return True


_FROM = "from_chat_id: Chat!, message_id: Integer!"

METHODS = (
    Method("sendMessage", checks.shape(f"{SENDING}, {TEXT}"), send_message, sends=True),
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
    Method("copyMessage", checks.shape(f"{SENDING}, {_FROM}, {CAPTION}"), copy_message, sends=True),
    Method(
        "forwardMessage",
        checks.shape(f"chat_id: Chat, disable_notification: Boolean, protect_content: Boolean, {_FROM}"),
        forward_message,
        sends=True,
    ),
    Method("sendChatAction", checks.shape("chat_id: Chat, action: String!"), send_action),
)
