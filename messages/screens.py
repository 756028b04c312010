"""What one message shows: text with its keyboard; drawn from state, so it can be drawn again."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode

from domain import typed_text
from messages.buttons import Back, Button, Done, unpack

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

_TICK = "✓"
PRIMARY, DANGER = "primary", "danger"
"""Styles of a button: the one main action, and what can't be undone."""


_READ_AS = {
    "parse_mode": ParseMode.HTML.value,
    "link_preview_options": LinkPreviewOptions(is_disabled=True).to_json(),
}
"""With every text: read as HTML, as `safe` expects; the pages that it links to are not shown."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One message: HTML as Telegram reads it, and a keyboard under it or in place of the phone's."""

    text: str
    keyboard: Keyboard | None = None

    def labelled(self, text: str) -> Button | None:
        """Return the button that bears this text as its label; None: no button, or it is ticked already."""
        if not isinstance(self.keyboard, InlineKeyboardMarkup):
            return None
        wanted = typed_text.folded(text)
        keys = [key for line in self.keyboard.inline_keyboard for key in line if key.text[:1] != _TICK]
        found = [key.callback_data for key in keys if typed_text.folded(key.text) == wanted]
        return unpack(found[0]) if found and isinstance(found[0], str) else None


def parameters(text: str, keyboard: Keyboard | None) -> dict[str, str | int]:
    """Return what a call to Telegram says of a message, ready for JSON."""
    told: dict[str, str | int] = {"text": text, **_READ_AS}
    if isinstance(keyboard, InlineKeyboardMarkup):
        told["reply_markup"] = _json(keyboard)
    elif keyboard is not None:
        told["reply_markup"] = keyboard.to_json()
    return told


@lru_cache(maxsize=64)  # the keyboard of one event, or of one question, goes to many
def _json(keyboard: InlineKeyboardMarkup) -> str:
    # kept by the library's equality, which knows of texts, data, addresses and styles, all that we use;
    # keyboards that part in copy_text or an icon alone would pass for one; of a keyboard in place of the
    # phone's it knows the keys alone
    return keyboard.to_json()


def bound(screen: Screen, step: str) -> Screen:
    """Let the buttons that go on, or back, name their question: tapped twice, they answer no other."""
    if not isinstance(screen.keyboard, InlineKeyboardMarkup):
        return screen
    lines = [[_bound(key, step) for key in line] for line in screen.keyboard.inline_keyboard]
    return replace(screen, keyboard=InlineKeyboardMarkup(lines))


def _bound(key: InlineKeyboardButton, step: str) -> InlineKeyboardButton:
    for kind in (Back, Done):
        if key.callback_data == kind().pack():
            return tap(key.text, kind(step), style=key.style)
    return key


def safe(value: object) -> str:
    """Escape a value from outside for HTML; the only way such a value enters a text."""
    return html.escape(str(value), quote=False)


def tap(label: str, button: Button, *, style: str | None = None) -> InlineKeyboardButton:
    """Return a button that asks the bot for something."""
    return InlineKeyboardButton(label, callback_data=button.pack(), style=style)


def ticked(label: str, *, on: bool) -> str:
    """Return the label of a choice, chosen or not."""
    return f"{_TICK} {label}" if on else label


def link(label: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens a page."""
    return InlineKeyboardButton(label, url=url)


def rows(*lines: Sequence[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """Return a keyboard; empty lines are left out."""
    return InlineKeyboardMarkup([list(line) for line in lines if line])


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    """Break a list of buttons into lines of at most `width`."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
