"""Not for me: why, and the change that would keep such events away."""

from collections.abc import Callable

from domain.job_events import StoredEvent
from locales.translators import Translator
from messages import cards, event_lines, menus
from messages.buttons import Browse, Change, DismissFor, Open, Undismiss
from messages.readers import Reader
from messages.screens import Screen, rows, tap

FAR, SECTOR, TIME, OTHER = "far", "sector", "time", "other"
REASONS = frozenset({FAR, SECTOR, TIME, OTHER})

_LABELS: dict[str, Callable[[Translator], str]] = {
    FAR: lambda t: t.gettext("Too far"),
    SECTOR: lambda t: t.gettext("Not my sector"),
    TIME: lambda t: t.gettext("Not free"),
    OTHER: lambda t: t.gettext("Something else"),
}
_CHANGES: dict[str, tuple[str, Callable[[Translator], str]]] = {
    FAR: ("radius", lambda t: t.gettext("Change the distance")),
    SECTOR: ("sectors", lambda t: t.gettext("Change the sectors")),
    TIME: ("when", lambda t: t.gettext("Change the moments")),
}


def why(reader: Reader, stored: StoredEvent, *, origin: str) -> Screen:
    """It is noted; why?"""
    t, number = reader.t, stored.id
    text = t.gettext("Noted: I will not show it again. Why not?")
    return Screen(
        event_lines.under_title(reader, stored.event, text),
        rows(
            *([tap(label(t), DismissFor(number, reason, origin))] for reason, label in _LABELS.items()),
            [tap(t.gettext("Undo"), Undismiss(number, origin))],
            cards.back_row(t, origin),
        ),
    )


def settled(reader: Reader, stored: StoredEvent, reason: str, *, origin: str) -> Screen:
    """Thanks; the change that would fix it, for one who has choices to change."""
    t, change = reader.t, _CHANGES.get(reason)
    if reader.alert is None or change is None or (reason == FAR and reader.alert.commune is None):
        text = t.gettext("Thank you, it is noted.")
        fix = [tap(t.gettext("Change my choices"), Open(menus.CHOICES))]
    else:
        step, label = change
        text = t.gettext(
            "Thank you. Would you like to change your choices, so that I send no more such events?"
        )
        fix = [tap(label(t), Change(step))]
    back = cards.back_row(t, origin) or [tap(t.gettext("See my events"), Browse(0))]
    return Screen(
        event_lines.under_title(reader, stored.event, text),
        rows(fix, [tap(t.gettext("Undo"), Undismiss(stored.id, origin))], back),
    )
