"""What is said of an event, a line each: when, where, seats, for whom, and what became of it."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

from domain import globe
from domain.availability import DayPart, part_of
from domain.imports import STALE_AFTER
from domain.job_events import EventKind, EventStatus, JobEvent, Mode, StoredEvent
from domain.subscribers import Language
from locales import formats, place_names, zones
from locales.translators import Translator
from messages import audiences, shortening
from messages.readers import Reader
from messages.screens import safe

_KINDS: dict[EventKind, Callable[[Translator], str]] = {
    EventKind.INFORMATION_MEETING: lambda t: t.gettext("Information meeting"),
    EventKind.FORUM: lambda t: t.gettext("Forum"),
    EventKind.CONFERENCE: lambda t: t.gettext("Conference"),
    EventKind.WORKSHOP: lambda t: t.gettext("Workshop"),
    EventKind.ONLINE_FAIR: lambda t: t.gettext("Online fair"),
    EventKind.JOB_DATING: lambda t: t.gettext("Meeting with employers"),
    EventKind.COMPANY_VISIT: lambda t: t.gettext("Company visit"),
    EventKind.OPEN_DAY: lambda t: t.gettext("Open day"),
    EventKind.OTHER: lambda t: t.gettext("Event"),
}


def kind(t: Translator, event: JobEvent) -> str:
    """Say what sort of event it is."""
    return _KINDS[event.kind](t)


def title(t: Translator, event: JobEvent, limit: int = shortening.MAX_TITLE) -> str:
    """Return the title, not yet escaped; what sort of event it is for one without."""
    return shortening.line(event.title, limit) or kind(t, event)


def under_title(reader: Reader, event: JobEvent, text: str) -> str:
    """Return a text under the event's title, bold."""
    return f"<b>{safe(title(reader.t, event))}</b>\n{text}"


def when(reader: Reader, event: JobEvent, *, is_near: bool = False) -> str:
    """Say "Jeudi 12 juin, de 9 h à 12 h", on the event's own clock, named when it is not the reader's.

    With `is_near`, "Demain, jeudi 12 juin, de…": for what is read at once, not next week.
    """
    language, today = reader.t.language, reader.today_in(event.zone)
    moment = formats.moment(event.local_start, event.local_end, language, today=today)
    clock = zones.clock_if_other(event.starts_at, event.zone, reader.zone, language)
    parts = [_near(event, language, today) if is_near else "", moment, clock]
    said = safe(formats.capital(", ".join(part for part in parts if part)))
    if Mode.ONLINE not in event.mode:
        return said
    # a touch on it tells the hour where the reader is, whatever zone that is
    return f'<tg-time unix="{int(event.starts_at.timestamp())}">{said}</tg-time>'


def where(reader: Reader, event: JobEvent) -> str:
    """Say "Agence de Toulouse Bellefontaine, à 8 km de Toulouse", "En ligne", or both."""
    t = reader.t
    if Mode.ON_SITE not in event.mode:
        return t.gettext("Online")
    place = safe(_place(event)) or t.gettext("The place is not stated")
    distance = safe(distance_from_home(reader, event))
    if distance:
        place = f"{place}, {distance}"
    return t.gettext("{place}, or online").format(place=place) if Mode.ONLINE in event.mode else place


def address(event: JobEvent) -> str:
    """Return the whole address on one line, not yet escaped; empty when nobody gave one."""
    parts = [event.place_name, event.address, event.commune_name]
    kept = [part for at, part in enumerate(parts) if part and not _is_said(part, parts[:at])]
    return shortening.line(", ".join(kept), 2 * shortening.MAX_LINE)


def distance_from_home(reader: Reader, event: JobEvent) -> str:
    """Say "à 8 km de Toulouse", not yet escaped; empty when there is no such distance."""
    alert = reader.alert
    if alert is None or alert.commune is None or alert.point is None or event.point is None:
        return ""
    metres = globe.distance_m(alert.point, event.point)
    town = shortening.line(alert.place_label.partition(" (")[0])
    return place_names.distance_from(metres, town, reader.t.language)


def is_stale(reader: Reader, stored: StoredEvent) -> bool:
    """Say whether nobody confirmed this for long."""
    return reader.now - stored.checked_at > STALE_AFTER


def freshness(reader: Reader, stored: StoredEvent) -> str:
    """Warn of data that are old; empty when they are not."""
    if not is_stale(reader, stored):
        return ""
    day = formats.date(reader.local(stored.checked_at).date(), reader.t.language, today=reader.today)
    return reader.t.gettext("Data of {date}: check on the site.").format(date=day)


def seats(reader: Reader, stored: StoredEvent) -> str:
    """Say "14 places à 10 h ce matin."; empty when unknown, or too old to mean anything."""
    t, left = reader.t, stored.event.seats_left
    if left is None or stored.event.status is not EventStatus.SCHEDULED or is_stale(reader, stored):
        return ""
    checked = reader.local(stored.checked_at)
    if checked.date() != reader.today:
        sentence = t.gettext("{seats} yesterday at {hour}.")
    else:
        sentence = {
            DayPart.MORNING: t.gettext("{seats} this morning at {hour}."),
            DayPart.AFTERNOON: t.gettext("{seats} this afternoon at {hour}."),
            DayPart.EVENING: t.gettext("{seats} this evening at {hour}."),
        }[part_of(checked.time())]
    return sentence.format(
        seats=formats.seats(left, t.language), hour=formats.hour(checked.time(), t.language)
    )


def facts(reader: Reader, stored: StoredEvent) -> str:
    """Say what it is, how many seats, and for whom, in one line."""
    t, event = reader.t, stored.event
    for_whom = audiences.sentences(t, event.audiences)
    return " ".join(part for part in [f"{kind(t, event)}.", seats(reader, stored), *for_whom] if part)


def site(event: JobEvent) -> str:
    """Return the address of the event's page; empty when there is none that Telegram would open."""
    try:
        page = urlsplit(event.url)
        is_good = page.scheme in {"http", "https"} and page.hostname and page.port != 0
    except ValueError:
        return ""
    return event.url if is_good else ""


def is_ahead(reader: Reader, event: JobEvent) -> bool:
    """Say whether one may still think of going: not begun, not cancelled."""
    return event.status is not EventStatus.CANCELLED and event.starts_at > reader.now


def standing(reader: Reader, event: JobEvent) -> str:
    """Say what became of it; empty while it is open."""
    t = reader.t
    if event.status is EventStatus.CANCELLED:
        return t.gettext("Cancelled.")
    if event.ends_at <= reader.now:
        return t.gettext("This event is over.")
    if event.starts_at <= reader.now:
        return t.gettext("This event has begun.")
    return {
        EventStatus.SCHEDULED: "",
        EventStatus.FULL: t.gettext("Full: no seat left."),
        EventStatus.UNLISTED: t.gettext("No longer on the site. Ask the organiser before you go."),
    }[event.status]


def _near(event: JobEvent, language: Language, today: dt.date) -> str:
    day = event.local_start.date()
    near = formats.near_date(day, language, today=today)
    return "" if near == formats.date(day, language, today=today) else near


def _place(event: JobEvent) -> str:
    name = event.place_name or event.address
    parts = [name] if _is_said(event.commune_name, [name]) else [name, event.commune_name]
    return shortening.line(", ".join(part for part in parts if part))


def _is_said(part: str, before: list[str]) -> bool:
    said = " ".join(before).casefold()
    return part.casefold() in said
