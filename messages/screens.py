"""What one message shows: text with its keyboard; drawn from state, so it can be drawn again."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from messages.buttons import Button

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

PRIMARY, DANGER = "primary", "danger"
"""Styles of a button: the one main action, and what can't be undone."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML as Telegram reads it, and a keyboard under it or in place of the phone's."""

    text: str
    keyboard: Keyboard | None = None


def safe(value: object) -> str:
    """Escape a value from outside for HTML; the only way such a value enters a text."""
    return html.escape(str(value), quote=False)


def tap(label: str, button: Button, *, style: str | None = None) -> InlineKeyboardButton:
    """Return a button that asks the bot for something."""
    return InlineKeyboardButton(label, callback_data=button.pack(), style=style)


def link(label: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens a page."""
    return InlineKeyboardButton(label, url=url)


def rows(*lines: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Return a keyboard; empty lines are left out."""
    return InlineKeyboardMarkup([list(line) for line in lines if line])


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    """Break a list of buttons into lines of at most `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
