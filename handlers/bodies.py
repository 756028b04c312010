"""The body of an update: as python-telegram-bot reads it, or its bare shape."""

import json

import structlog
from telegram import Update

from handlers.context import BotApplication

log = structlog.get_logger(__name__)


def parsed(body: str, application: BotApplication) -> Update | None:
    """Return the update, or None when python-telegram-bot can't read it."""
    try:
        return Update.de_json(json.loads(body), application.bot)
    except Exception as error:  # noqa: BLE001 -- its parser raises six kinds of error on odd input
        log.warning("update can't be read", error=type(error).__name__)
        return None


def stripped(body: str) -> str:
    """Return the shape of an update: its keys, and no value that anyone wrote."""

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): shape(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [shape(inner) for inner in value]
        return type(value).__name__

    return json.dumps(shape(json.loads(body)))
