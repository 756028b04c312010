"""Something in a card is wrong: what, and thanks."""

from collections.abc import Callable

from domain.job_events import StoredEvent
from locales.translators import Translator
from messages import cards, event_lines
from messages.buttons import Browse, ReportAs, ShowCard
from messages.readers import Reader
from messages.screens import Screen, rows, tap

DATE, PLACE, OFF, OTHER = "date", "place", "off", "other"

_LABELS: dict[str, Callable[[Translator], str]] = {
    DATE: lambda t: t.gettext("The date or the hours are wrong"),
    PLACE: lambda t: t.gettext("The place is wrong"),
    OFF: lambda t: t.gettext("It is full, or cancelled"),
    OTHER: lambda t: t.gettext("Another error"),
}
REASONS = frozenset(_LABELS)


def label(t: Translator, reason: str) -> str:
    """Name what is wrong."""
    return _LABELS[reason](t)


def ask(reader: Reader, stored: StoredEvent, *, origin: str) -> Screen:
    """What is wrong?"""
    t, number = reader.t, stored.id
    return Screen(
        event_lines.under_title(reader, stored.event, t.gettext("What is wrong?")),
        rows(
            *([tap(name(t), ReportAs(number, reason, origin))] for reason, name in _LABELS.items()),
            [tap(t.gettext("Back to the event"), ShowCard(number, origin))],
        ),
    )


def thanks(reader: Reader, stored: StoredEvent, *, origin: str, is_passed_on: bool) -> Screen:
    """Thanks; who looks into it."""
    t = reader.t
    if is_passed_on:
        text = t.gettext("Thank you. The person who runs this service will look into it.")
    else:
        text = t.gettext("Thank you. The organiser can put it right: the way to them is on the site.")
    return Screen(
        event_lines.under_title(reader, stored.event, text),
        rows(
            cards.site_row(t, stored.event),
            [tap(t.gettext("Back to the event"), ShowCard(stored.id, origin))],
            cards.back_row(t, origin) or [tap(t.gettext("See my events"), Browse(0))],
        ),
    )
