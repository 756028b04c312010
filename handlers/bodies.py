"""The body of an update: as python-telegram-bot reads it, or its bare shape."""

import json

import structlog
from telegram import Update

from handlers.context import BotApplication

_DEEPEST = 30
"""Telegram's own go ten levels down; a hostile one must not end what sets it aside."""

log = structlog.get_logger(__name__)


def parsed(body: str, application: BotApplication) -> Update | None:
    """Return the update, or None when python-telegram-bot can't read it."""
    try:
        return Update.de_json(json.loads(body), application.bot)
    except Exception as error:  # noqa: BLE001 -- its parser raises six kinds of error on odd input
        log.warning("update can't be read", error=type(error).__name__)
        return None


def stripped(body: str) -> str:
    """Return the shape of an update: its keys, and no value that anyone wrote. Never raises."""
    try:
        return json.dumps(_shape(json.loads(body), _DEEPEST))
    except (ValueError, RecursionError):
        return json.dumps("unreadable")


def _shape(value: object, deep: int) -> object:
    if isinstance(value, dict | list) and not deep:
        return "deeper"
    if isinstance(value, dict):
        return {str(key): _shape(inner, deep - 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner, deep - 1) for inner in value]
    return type(value).__name__
