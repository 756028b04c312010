"""The alert card: one event, one decision; and what lies behind "More"."""

from functools import lru_cache
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from domain.job_events import EventStatus, JobEvent, Mode, StoredEvent
from domain.matching import Match
from locales import formats
from locales.translators import Translator
from messages import audiences, event_lines, lists, menus, shortening, why
from messages.buttons import (
    AskReminder,
    AskWhy,
    Browse,
    Dismiss,
    Look,
    More,
    Open,
    Pause,
    Report,
    SendCalendar,
    SendMap,
    ShowCard,
    Stop,
)
from messages.readers import Reader
from messages.screens import PRIMARY, Screen, link, rows, safe, tap

MAX_DESCRIPTION = 1_500
MAX_LABELS = 300
EVENT_LINK = "e"
"""A deep link "e123" opens event 123."""


def card(reader: Reader, stored: StoredEvent, match: Match | None, *, origin: str) -> Screen:
    """One event; `match`: why it fits the reader, if it does; `origin`: where "Back" leads."""
    reason = why.sentence(reader, stored.event, match) if match else ""
    lines = [*_head(reader, stored), *([f"<i>{reason}</i>"] if reason else [])]
    keyboard = _acts(
        reader.t,
        stored.id,
        stored.event.status,
        event_lines.site(stored.event),
        origin,
        is_ahead=event_lines.is_ahead(reader, stored.event),
    )
    return Screen("\n".join(lines), keyboard)


def details(reader: Reader, stored: StoredEvent, *, origin: str, bot_username: str) -> Screen:
    """Everything that is known of an event, and all that one can do with it."""
    t, event = reader.t, stored.event
    description = shortening.paragraphs(event.description, MAX_DESCRIPTION)
    lines = [
        *_head(reader, stored),
        *([safe(shortening.line(event.address))] if Mode.ON_SITE in event.mode and event.address else []),
        "",
        *([safe(description), ""] if description else []),
        *_about(reader, stored),
    ]
    return Screen("\n".join(lines), rows(*_further_acts(t, stored, origin, bot_username)))


def gone(t: Translator) -> Screen:
    """An event that is no longer kept."""
    return Screen(
        t.gettext("This event is no longer here: it is over, or was withdrawn."),
        rows([tap(t.gettext("See events"), Browse(0))], [tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def ways_on(t: Translator, job_event_id: int) -> list[list[InlineKeyboardButton]]:
    """Three ways out of an event that is full, cancelled or over."""
    return [
        [tap(t.gettext("Same sector, near there"), Look(lists.like(job_event_id), 0))],
        [
            tap(t.gettext("My next events"), Browse(0)),
            tap(t.gettext("Online events"), Look(lists.ONLINE, 0)),
        ],
    ]


def back_row(t: Translator, origin: str) -> list[InlineKeyboardButton]:
    """Return the way back to the list that a card came from, if any."""
    back = lists.back_to(origin)
    return [tap(t.gettext("Back to the list"), back)] if back else []


def site_row(t: Translator, event: JobEvent) -> list[InlineKeyboardButton]:
    """Return the way to the event's page; empty when it has none."""
    return _page_row(t, event_lines.site(event))


def _head(reader: Reader, stored: StoredEvent) -> list[str]:
    event = stored.event
    lines = [
        event_lines.standing(reader, event),
        event_lines.title(reader.t, event),
        event_lines.when(reader, event),
        event_lines.where(reader, event),
        event_lines.facts(reader, stored),
        event_lines.freshness(reader, stored),
    ]
    standing, title, *rest = lines
    bold = [f"<b>{line}</b>" for line in (standing, safe(title)) if line]
    return [*bold, *(line for line in rest if line)]


@lru_cache(maxsize=64)  # thousands read the same card at once: making its buttons took longer than its words
def _acts(
    t: Translator, number: int, status: EventStatus, page: str, origin: str, *, is_ahead: bool
) -> InlineKeyboardMarkup:
    back = back_row(t, origin)
    remind = tap(t.gettext("Remind me"), AskReminder(number, origin))
    dismiss = tap(t.gettext("Not for me"), Dismiss(number, origin))
    more = tap(t.gettext("More…"), More(number, origin))
    if not is_ahead:
        return rows(*ways_on(t, number), [more], back)
    if status is EventStatus.SCHEDULED:
        register = InlineKeyboardButton(t.gettext("Register on the site"), url=page, style=PRIMARY)
        return rows([register] if page else [], [remind, dismiss], [more], back)
    return rows(_page_row(t, page), [remind, more], *ways_on(t, number), back)


def _page_row(t: Translator, page: str) -> list[InlineKeyboardButton]:
    return [link(t.gettext("See on the site"), page)] if page else []


def _about(reader: Reader, stored: StoredEvent) -> list[str]:
    t, event = reader.t, stored.event
    lists_of_labels = [
        (t.gettext("For whom"), audiences.others(event.audiences)),
        (t.gettext("On offer"), event.benefits),
        (t.gettext("Aim"), event.objectives),
        (t.gettext("Part of"), event.operations),
        (t.gettext("Organiser"), [event.organiser]),
    ]
    said = [(what, shortening.line(", ".join(labels), MAX_LABELS)) for what, labels in lists_of_labels]
    # Translators: one line of a list: "Organiser: Agency of Toulouse"
    line = t.gettext("<b>{what}:</b> {answer}")
    lines = [line.format(what=what, answer=safe(labels)) for what, labels in said if labels]
    if Mode.ON_SITE in event.mode:
        access = t.gettext("not stated; ask the organiser")
        lines.append(line.format(what=t.gettext("Wheelchair access"), answer=access))
    return [*lines, line.format(what=t.gettext("Published by"), answer=_published(reader, stored))]


def _published(reader: Reader, stored: StoredEvent) -> str:
    t, checked = reader.t, reader.local(stored.checked_at)
    return t.gettext("{publisher}; read on {date} at {hour}").format(
        publisher=safe(_publisher(t, stored.event.source)),
        date=formats.date(checked.date(), t.language, today=reader.today),
        hour=formats.hour(checked.time(), t.language),
    )


def _publisher(t: Translator, source: str) -> str:
    return {
        "openagenda": "France Travail (OpenAgenda)",
        "francetravail": "France Travail",
        "file": t.gettext("a recording"),
        "sample": t.gettext("nobody (an example, to try this out)"),
    }.get(source, source)


def _further_acts(
    t: Translator, stored: StoredEvent, origin: str, bot_username: str
) -> list[list[InlineKeyboardButton]]:
    number, has_map = stored.id, stored.event.point is not None and Mode.ON_SITE in stored.event.mode
    return [
        site_row(t, stored.event),
        [
            tap(t.gettext("Add to my calendar"), SendCalendar(number)),
            *([tap(t.gettext("See on a map"), SendMap(number))] if has_map else []),
        ],
        [
            link(t.gettext("Share"), _share_url(t, stored, bot_username)),
            tap(t.gettext("Why this message"), AskWhy(number, origin)),
        ],
        [tap(t.gettext("Report an error"), Report(number, origin))],
        [tap(t.gettext("Pause for a month"), Pause()), tap(t.gettext("Stop everything"), Stop())],
        [tap(t.gettext("Back to the event"), ShowCard(number, origin))],
    ]


def _share_url(t: Translator, stored: StoredEvent, bot_username: str) -> str:
    here = f"https://t.me/{bot_username}?start={EVENT_LINK}{stored.id}"
    return (
        f"https://t.me/share/url?url={quote(here, '')}&text={quote(event_lines.title(t, stored.event), '')}"
    )
