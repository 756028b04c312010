"""The bot's own page: name, descriptions, commands, menu button."""

from typing import Any

from playground import checks, errors, people, profile
from playground.methods.table import Call, Method
from playground.telegram import Telegram


def get_me(telegram: Telegram, _params: checks.Params) -> people.Body:
    """Answer getMe."""
    return {
        **telegram.bot,
        "first_name": telegram.profile.text("name", ""),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _setter(field: str) -> Call:
    def call(telegram: Telegram, params: checks.Params) -> bool:
        telegram.profile.set_text(field, params.get(field, ""), params.get("language_code", ""))
        return True

    return call


def _getter(field: str) -> Call:
    def call(telegram: Telegram, params: checks.Params) -> dict[str, Any]:
        return {field: telegram.profile.text(field, params.get("language_code", ""))}

    return call


def set_commands(telegram: Telegram, params: checks.Params) -> bool:
    """Answer setMyCommands."""
    scope = profile.scope_of(params.get("scope"))
    telegram.profile.set_commands(params["commands"], scope, params.get("language_code", ""))
    return True


def get_commands(telegram: Telegram, params: checks.Params) -> list[dict[str, str]]:
    """Answer getMyCommands."""
    return telegram.profile.commands(profile.scope_of(params.get("scope")), params.get("language_code", ""))


def delete_commands(telegram: Telegram, params: checks.Params) -> bool:
    """Answer deleteMyCommands."""
    telegram.profile.delete_commands(profile.scope_of(params.get("scope")), params.get("language_code", ""))
    return True


def set_menu_button(telegram: Telegram, params: checks.Params) -> bool:
    """Answer setChatMenuButton."""
    _check_private(telegram, params)
    button = params.get("menu_button")
    if button and button["type"] not in {"default", "commands", "web_app"}:
        raise errors.bad_request("can't parse menu button: unsupported type specified")
    telegram.profile.set_menu_button(params.get("chat_id"), button)
    return True


def get_menu_button(telegram: Telegram, params: checks.Params) -> dict[str, Any]:
    """Answer getChatMenuButton."""
    _check_private(telegram, params)
    return telegram.profile.menu_button(params.get("chat_id"))


def _check_private(telegram: Telegram, params: checks.Params) -> None:
    if "chat_id" in params and telegram.require_chat(params["chat_id"]).kind != "private":
        raise errors.bad_request("chat not found")


_SCOPE = "scope: BotCommandScope, language_code: String"

METHODS = (
    Method("getMe", checks.shape(""), get_me),
    Method("setMyName", checks.shape("name: String, language_code: String"), _setter("name")),
    Method("getMyName", checks.shape("language_code: String"), _getter("name")),
    Method(
        "setMyDescription", checks.shape("description: String, language_code: String"), _setter("description")
    ),
    Method("getMyDescription", checks.shape("language_code: String"), _getter("description")),
    Method(
        "setMyShortDescription",
        checks.shape("short_description: String, language_code: String"),
        _setter("short_description"),
    ),
    Method("getMyShortDescription", checks.shape("language_code: String"), _getter("short_description")),
    Method("setMyCommands", checks.shape(f"commands: [BotCommand]!, {_SCOPE}"), set_commands),
    Method("getMyCommands", checks.shape(_SCOPE), get_commands),
    Method("deleteMyCommands", checks.shape(_SCOPE), delete_commands),
    Method("setChatMenuButton", checks.shape("chat_id: Integer, menu_button: MenuButton"), set_menu_button),
    Method("getChatMenuButton", checks.shape("chat_id: Integer"), get_menu_button),
)
