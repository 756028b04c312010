"""What the bot says of itself: names, descriptions and commands, by language and by who looks."""

import re
from typing import Any

from playground import errors, words

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MOST_COMMANDS, _LONGEST_DESCRIPTION = 100, 256
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
_DEFAULT = {"type": "default"}

Scope = tuple[str, int, int]


class Profile:
    """The bot's own page."""

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}
        self._commands: dict[tuple[Scope, str], list[dict[str, str]]] = {}
        self._menu_buttons: dict[int | None, dict[str, Any]] = {}

    def set_text(self, field: str, text: str, language: str) -> None:
        """Set the name or a description for one language; empty takes it away."""
        check_language(language)
        if words.utf16_length(text) > _LIMITS[field]:
            raise errors.bad_request(f"bot {field.replace('_', ' ')} is too long")
        if text:
            self._texts[field, language] = text
        elif not (field == "name" and not language):
            self._texts.pop((field, language), None)

    def text(self, field: str, language: str) -> str:
        """Read the name or a description, in the language asked for if there is one."""
        return self._texts.get((field, language)) or self._texts.get((field, ""), "")

    def set_commands(self, commands: list[dict[str, str]], scope: Scope, language: str) -> None:
        """Set the menu for one circle of people and one language."""
        check_language(language)
        if len(commands) > _MOST_COMMANDS:
            raise errors.bad_request("BOT_COMMANDS_TOO_MUCH")
        for one in commands:
            name = one["command"].removeprefix("/")
            if not _COMMAND.fullmatch(name):
                raise errors.bad_request("BOT_COMMAND_INVALID")
            if not 1 <= words.utf16_length(one["description"]) <= _LONGEST_DESCRIPTION:
                raise errors.bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[scope, language] = [
            {"command": one["command"].removeprefix("/"), "description": one["description"]}
            for one in commands
        ]

    def commands(self, scope: Scope, language: str) -> list[dict[str, str]]:
        """Read what was set for exactly this circle and language."""
        return self._commands.get((scope, language), [])

    def delete_commands(self, scope: Scope, language: str) -> None:
        """Take a menu away."""
        self._commands.pop((scope, language), None)

    def commands_seen(self, person_id: int, language: str) -> list[dict[str, str]]:
        """Find the menu that a person sees in their private chat: the narrowest circle that has one."""
        for scope in (("chat", person_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)):
            for tongue in (language, ""):
                if found := self._commands.get((scope, tongue)):
                    return found
        return []

    def set_menu_button(self, chat_id: int | None, button: dict[str, Any] | None) -> None:
        """Set the button beside the phone's text field."""
        self._menu_buttons[chat_id] = button or _DEFAULT

    def menu_button(self, chat_id: int | None) -> dict[str, Any]:
        """Read the button beside the text field."""
        return self._menu_buttons.get(chat_id) or self._menu_buttons.get(None, _DEFAULT)


def scope_of(value: dict[str, Any] | None) -> Scope:
    """Read a BotCommandScope."""
    value = value or _DEFAULT
    kind = value["type"]
    if kind not in _SCOPES:
        raise errors.bad_request("can't parse BotCommandScope: unsupported type specified")
    needs_chat = kind in {"chat", "chat_administrators", "chat_member"}
    if needs_chat and not isinstance(value.get("chat_id"), int):
        raise errors.bad_request("can't parse BotCommandScope: chat_id is empty")
    return str(kind), int(value.get("chat_id", 0)), int(value.get("user_id", 0))


def check_language(code: str) -> None:
    """Refuse what is no two-letter language code."""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise errors.bad_request("invalid language code specified")
