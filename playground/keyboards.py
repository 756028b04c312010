"""Keyboards as the Bot API takes them: under a message, or in the place of the phone's own."""

import json
from typing import Any, TypeAlias

from playground import checks, errors, links, words

Markup: TypeAlias = dict[str, Any]

_DATA_BYTES = 64
_ROW, _BUTTONS = 8, 100
_COPY_TEXT = 256
_PLACEHOLDER = 64
_STYLES = {"danger", "success", "primary"}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_KINDS = {
    "inline_keyboard": "InlineKeyboardMarkup",
    "keyboard": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "force_reply": "ForceReply",
}


def read(value: Any, *, bot_username: str) -> Markup | None:
    """Give a reply markup that Telegram would take, or refuse it; an empty one is none."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise errors.bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise errors.bad_request("object expected as reply markup")
    kind = next((_KINDS[key] for key in _KINDS if key in value), None)
    if kind is None:
        if value:
            raise errors.bad_request(f"unknown field reply_markup.{next(iter(value))}")
        return None
    if kind == "InlineKeyboardMarkup":
        return _inline(value, bot_username=bot_username)
    if kind == "ReplyKeyboardMarkup":
        return _reply(value)
    checks.check("reply_markup", value, kind)
    return value


def read_inline(value: Any, *, bot_username: str) -> Markup | None:
    """Give the keyboard of an edit: only one under the message will do."""
    markup = read(value, bot_username=bot_username)
    if markup is not None and "inline_keyboard" not in markup:
        raise errors.bad_request("inline keyboard expected")
    return markup


def _rows(value: Markup, field: str, kind: str) -> list[list[Any]]:
    rows = value[field]
    if not isinstance(rows, list):
        raise errors.bad_request(f'field "{field}" of the {kind} must be an Array')
    if any(not isinstance(row, list) for row in rows):
        raise errors.bad_request(f'field "{field}" of the {kind} must be an Array of Arrays')
    if any(len(row) > _ROW for row in rows) or sum(map(len, rows)) > _BUTTONS:
        raise errors.bad_request("REPLY_MARKUP_TOO_LONG")
    return [row for row in rows if row]


def _inline(value: Markup, *, bot_username: str) -> Markup | None:
    rows = _rows(value, "inline_keyboard", "InlineKeyboardMarkup")
    for button in (button for row in rows for button in row):
        _check_inline_button(button, bot_username=bot_username)
    for field in value.keys() - {"inline_keyboard"}:
        raise errors.bad_request(f"unknown field reply_markup.{field}")
    return {"inline_keyboard": [[dict(button) for button in row] for row in rows]} if rows else None


def _check_inline_button(button: Any, *, bot_username: str) -> None:
    complaint = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise errors.bad_request(f"{complaint}InlineKeyboardButton must be an Object")
    _check_looks(button, complaint)
    actions = [key for key in button if key not in _LOOKS]
    if not actions:
        raise errors.bad_request(f"{complaint}Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise errors.bad_request(
            f"{complaint}exactly one action expected, found {', '.join(sorted(actions))}"
        )
    checks.check("button", button, "InlineKeyboardButton")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= _DATA_BYTES:
        raise errors.bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        links.check_button_url(button["url"], bot_username=bot_username)
    if "copy_text" in button and not 1 <= words.utf16_length(button["copy_text"]["text"]) <= _COPY_TEXT:
        raise errors.bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_looks(button: Markup, complaint: str) -> None:
    if not isinstance(button.get("text"), str):
        raise errors.bad_request(f'{complaint}Can\'t find field "text"')
    if not button["text"].strip():
        raise errors.bad_request("inline keyboard button text must be non-empty")
    if button.get("style", "primary") not in _STYLES:
        raise errors.bad_request(f"{complaint}unsupported button style specified")


def _reply(value: Markup) -> Markup | None:
    rows = _rows(value, "keyboard", "ReplyKeyboardMarkup")
    plain = [[{"text": button} if isinstance(button, str) else button for button in row] for row in rows]
    complaint = "can't parse keyboard button: "
    for button in (button for row in plain for button in row):
        if not isinstance(button, dict):
            raise errors.bad_request(f"{complaint}KeyboardButton must be a String or an Object")
        _check_looks(button, complaint)
        if len([key for key in button if key not in _LOOKS]) > 1:
            raise errors.bad_request(f"{complaint}at most one action expected")
    markup = {**value, "keyboard": plain}
    checks.check("reply_markup", markup, "ReplyKeyboardMarkup")
    if words.utf16_length(value.get("input_field_placeholder", "")) > _PLACEHOLDER:
        raise errors.bad_request("input field placeholder is too long")
    return markup if plain else None
