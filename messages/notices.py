"""Short words that belong to no screen."""

from locales.translators import Translator


def stale(t: Translator) -> str:
    """A button of another time."""
    return t.gettext("This button is of no use any more. Here is where we are.")


def something_failed(t: Translator) -> str:
    """Our fault; nothing entered is lost."""
    return t.gettext("Something did not work on our side. Nothing is lost. Please try again in a moment.")
