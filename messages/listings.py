"""Several events in one message: a short list, a page at a time, each with its button."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from domain.job_events import StoredEvent
from locales.translators import Translator
from messages import event_lines, lists
from messages.buttons import ShowCard
from messages.readers import Reader
from messages.screens import Screen, rows, safe, tap

PAGE = 5
"""Events on a page."""
MAX_TITLE = 80
MAX_LABEL = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list."""

    view: str
    """Which list (`messages.lists`)."""
    number: int
    """From 0."""
    events: Sequence[StoredEvent]
    has_next: bool


def new_events(t: Translator, count: int) -> str:
    """Head a message that tells several events."""
    return t.ngettext("{count} event for you", "{count} events for you", count).format(count=count)


def fitting(t: Translator) -> str:
    """Head the list of what fits."""
    return t.gettext("Your next events")


def online(t: Translator) -> str:
    """Head the list of events online."""
    return t.gettext("Online events")


def nearest(t: Translator) -> str:
    """Head the list of what lies beyond the distance chosen."""
    return t.gettext("The nearest events, beyond your distance")


def alike(t: Translator) -> str:
    """Head the list of events like another, near it."""
    return t.gettext("Same sector, near there")


def screen(
    reader: Reader, page: Page, heading: str, *, note: str = "", ways: Sequence[InlineKeyboardButton] = ()
) -> Screen:
    """Show a page; `note`: a line below; `ways`: buttons below, each on its own line."""
    t, first = reader.t, page.number * PAGE + 1
    blocks = [_block(reader, number, stored) for number, stored in enumerate(page.events, first)]
    origin = lists.Place(page.view, page.number).origin
    buttons = [
        [tap(label(t, number, stored), ShowCard(stored.id, origin))]
        for number, stored in enumerate(page.events, first)
    ]
    text = "\n\n".join([f"<b>{heading}</b>", *blocks, *([note] if note else [])])
    return Screen(
        text,
        rows(*buttons, turns(t, page.view, page.number, has_next=page.has_next), *([way] for way in ways)),
    )


def _block(reader: Reader, number: int, stored: StoredEvent) -> str:
    event = stored.event
    standing = event_lines.standing(reader, event)
    lines = [
        f"{number}. <b>{safe(event_lines.title(reader.t, event, MAX_TITLE))}</b>",
        event_lines.when(reader, event),
        event_lines.where(reader, event),
        *([f"<b>{standing}</b>"] if standing else []),
    ]
    return "\n".join(lines)


def label(t: Translator, number: int, stored: StoredEvent) -> str:
    """Say "2. Forum de l'emploi" on the button that opens an event of a list."""
    title = event_lines.title(t, stored.event, MAX_LABEL)
    return t.gettext("{number}. {title}").format(number=number, title=title)


def turns(t: Translator, view: str, number: int, *, has_next: bool) -> list[InlineKeyboardButton]:
    """Return the ways to the pages before and after."""
    before = tap(t.gettext("Previous page"), lists.turned(view, number - 1)) if number else None
    after = tap(t.gettext("Next page"), lists.turned(view, number + 1)) if has_next else None
    return [turn for turn in (before, after) if turn is not None]
