"""What a person reads when something they gave can't be used: what to do next."""

from collections.abc import Callable, Mapping

from domain.errors import UserError
from locales.translators import Translator
from messages import menus, notices
from messages.buttons import Open
from messages.screens import Screen, rows, tap

_WORDS: Mapping[str, Callable[[Translator], str]] = {
    "availability_empty": lambda t: t.gettext("Touch at least one moment, or “Any time”."),
    "dates_reversed": lambda t: t.gettext("The last day comes before the first. Write the dates again."),
    "place_gone": lambda t: t.gettext("I do not know this place any more. Choose another one."),
    "moment_out_of_bounds": lambda t: t.gettext("This moment is over. Write one to come."),
    "unknown_subscriber": lambda t: t.gettext("I keep nothing about you yet. Touch “Start”."),
}


def said(t: Translator, error: UserError) -> str:
    """Return the sentence behind an error's code."""
    words = _WORDS.get(error.code)
    return words(t) if words else notices.something_failed(t)


def screen(t: Translator, error: UserError) -> Screen:
    """Return the same, with a way on."""
    return Screen(said(t, error), rows([tap(t.gettext("Menu"), Open(menus.MENU))]))
