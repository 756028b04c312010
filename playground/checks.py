"""Parameters as the Bot API takes them: JSON, form, multipart or query string; each named, each of its type.

The real server ignores a parameter that it does not know, and reads a number it cannot parse as 0.
Here both are refused, so that tests find them. A shape is written in one line:
``"chat_id: Chat!, text: String, commands: [BotCommand]"`` (an exclamation mark: required).
"""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from playground import errors

Params: TypeAlias = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """One parameter: its type's name, how deep it is in arrays, and whether it must be there."""

    kind: str
    depth: int
    required: bool


Shape: TypeAlias = dict[str, Field]

_FIELD = re.compile(r"(\w+): (\[*)(\w+)\]*(!?)")


def shape(line: str) -> Shape:
    """Read a shape written in one line."""
    return {
        name: Field(kind, len(brackets), bool(required))
        for name, brackets, kind, required in _FIELD.findall(line)
    }


_NESTED: dict[str, Shape] = {
    "BotCommand": shape("command: String!, description: String!"),
    "BotCommandScope": shape("type: String!, chat_id: Chat, user_id: Integer"),
    "LinkPreviewOptions": shape(
        "is_disabled: Boolean, url: String, prefer_small_media: Boolean, prefer_large_media: Boolean, "
        "show_above_text: Boolean",
    ),
    "MenuButton": shape("type: String!, text: String, web_app: WebAppInfo"),
    "MessageEntity": shape(
        "type: String!, offset: Integer!, length: Integer!, url: String, user: Object, language: String, "
        "custom_emoji_id: String, unix_time: Integer, date_time_format: String",
    ),
    "ReplyParameters": shape("message_id: Integer!, chat_id: Chat, allow_sending_without_reply: Boolean"),
    "WebAppInfo": shape("url: String!"),
    "CopyTextButton": shape("text: String!"),
    "InlineKeyboardButton": shape(
        "text: String!, icon_custom_emoji_id: String, style: String, url: String, callback_data: String, "
        "web_app: WebAppInfo, login_url: Object, switch_inline_query: String, "
        "switch_inline_query_current_chat: String, switch_inline_query_chosen_chat: Object, "
        "copy_text: CopyTextButton, callback_game: Object, pay: Boolean",
    ),
    "KeyboardButton": shape(
        "text: String!, icon_custom_emoji_id: String, style: String, request_users: Object, "
        "request_chat: Object, request_contact: Boolean, request_location: Boolean, request_poll: Object, "
        "web_app: WebAppInfo",
    ),
    "InlineKeyboardMarkup": shape("inline_keyboard: [[InlineKeyboardButton]]!"),
    "ReplyKeyboardMarkup": shape(
        "keyboard: [[KeyboardButton]]!, is_persistent: Boolean, resize_keyboard: Boolean, "
        "one_time_keyboard: Boolean, input_field_placeholder: String, selective: Boolean",
    ),
    "ReplyKeyboardRemove": shape("remove_keyboard: Boolean!, selective: Boolean"),
    "ForceReply": shape("force_reply: Boolean!, input_field_placeholder: String, selective: Boolean"),
}


def read(values: Mapping[str, Any], expected: Shape) -> Params:
    """Give every parameter its type, or refuse the call."""
    params: Params = {}
    for name, value in values.items():
        field = expected.get(name)
        if field is None:
            raise errors.bad_request(f"unknown parameter {name}")
        # The server takes an empty string, and a JSON null, for "not given".
        if value is None or (value == "" and field.kind not in {"String", "Markup"}):
            continue
        params[name] = _READERS.get(field.kind, _read_json)(name, value, field)
    for name, field in expected.items():
        if field.required and name not in params:
            raise errors.bad_request(f'parameter "{name}" is required')
    return params


def _wrong(name: str, what: str) -> errors.Refusal:
    return errors.bad_request(f'parameter "{name}" must be {what}')


def _read_integer(name: str, value: Any, _field: Field) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong(name, "an Integer")


def _read_float(name: str, value: Any, _field: Field) -> float:
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value, re.IGNORECASE):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _wrong(name, "a Float")


def _read_boolean(name: str, value: Any, _field: Field) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _wrong(name, "a Boolean")


def _read_string(name: str, value: Any, _field: Field) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(name, "a String")


def _read_chat(name: str, value: Any, field: Field) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        return value
    return _read_integer(name, value, field)


def _read_file(name: str, value: Any, _field: Field) -> Upload | str:
    if isinstance(value, Upload | str):
        return value
    raise _wrong(name, "a file or a String")


def _read_json(name: str, value: Any, field: Field) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise errors.bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    _check_nested(name, value, field.kind, field.depth)
    return value


def _parsed(value: Any) -> Any:
    """Read JSON where it is some: the keyboards refuse what is wrong in it, with the server's words."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_READERS: dict[str, Callable[[str, Any, Field], Any]] = {
    "Integer": lambda name, value, field: (
        _read_json(name, value, field) if field.depth else _read_integer(name, value, field)
    ),
    "Float": _read_float,
    "Boolean": _read_boolean,
    "String": lambda name, value, field: (
        _read_json(name, value, field) if field.depth else _read_string(name, value, field)
    ),
    "Chat": _read_chat,
    "File": _read_file,
    "Markup": lambda _name, value, _field: _parsed(value),
}

_PRIMITIVES: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "Chat": lambda value: isinstance(value, int | str) and not isinstance(value, bool),
    "Object": lambda value: isinstance(value, dict),
}


def check(name: str, value: Any, kind: str) -> None:
    """Refuse an object that is not of this kind, to its last field."""
    _check_nested(name, value, kind, 0)


def _check_nested(name: str, value: Any, kind: str, depth: int) -> None:
    if depth:
        if not isinstance(value, list):
            raise _wrong(name, f"an Array of {kind}")
        for index, item in enumerate(value):
            _check_nested(f"{name}[{index}]", item, kind, depth - 1)
        return
    if (good := _PRIMITIVES.get(kind)) is not None:
        if not good(value):
            raise _wrong(name, f"of type {kind}")
        return
    if not isinstance(value, dict):
        raise _wrong(name, f"an Object {kind}")
    expected = _NESTED[kind]
    for key, item in value.items():
        field = expected.get(key)
        if field is None:
            raise errors.bad_request(f"unknown field {name}.{key}")
        _check_nested(f"{name}.{key}", item, field.kind, field.depth)
    for key, field in expected.items():
        if field.required and key not in value:
            raise errors.bad_request(f'field "{name}.{key}" is required')
