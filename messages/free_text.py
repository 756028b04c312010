"""What was understood of a sentence, and the events that it found."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton

from domain.alert_drafts import AlertDraft
from domain.alerts import RADII_KM, Alert
from domain.globe import distance_m
from domain.job_events import Mode, StoredEvent
from domain.sectors import Sector
from locales import formats, place_names
from locales.translators import Translator
from messages import availability, lists, menus, sectors, shortening
from messages.buttons import (
    Back,
    ConfirmSearch,
    CorrectPart,
    CorrectSearch,
    KeepSearch,
    Look,
    Open,
    WidenSearch,
)
from messages.readers import Reader
from messages.screens import PRIMARY, Screen, rows, safe, tap

FITTING, ONLINE, NEAREST = (f"{view}1" for view in (lists.FITTING, lists.ONLINE, lists.NEAREST))
"""The lists of a search: those of the choices, with a number as `lists` reads them."""
VIEWS = frozenset({FITTING, ONLINE, NEAREST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """What there is when a search finds nothing."""

    nearest: StoredEvent | None
    """On site, beyond the distance."""
    online: int
    """How many events online would do."""


def wish(t: Translator, draft: AlertDraft, *, today: dt.date) -> str:
    """Say a search in one line: "Santé · Pau (64), 30 km · du 9 au 15 juin"; HTML."""
    first, last = draft.dates()
    parts = [
        sectors.names(t, map(Sector, draft.sectors)) if draft.sectors else "",
        _place(t, draft),
        formats.period(first, last, t.language, today=today),
        availability.week(t, draft.half_days) if draft.half_days else "",
        t.gettext("on site and online") if draft.commune and Mode(draft.modes) is Mode.BOTH else "",
    ]
    return " · ".join(part for part in parts if part)


def _place(t: Translator, draft: AlertDraft) -> str:
    if draft.commune is None:
        return t.gettext("online") if draft.is_online_only else ""
    return f"{safe(draft.place_label)}, {formats.distance(draft.radius_km * 1000, t.language)}"


def understood(t: Translator, draft: AlertDraft, *, today: dt.date, is_new: bool) -> Screen:
    """Say what was understood; to one who never answered a question, what is kept."""
    lines = [
        *([t.gettext("I did not understand. Write a town, a job or a date."), ""] if draft.hint else []),
        _understood(t, draft, today=today),
    ]
    if is_new:
        lines.append(
            t.gettext("I keep this search and the number of this chat; you can erase them at any time.")
        )
    return Screen(
        "\n".join(lines),
        rows(
            [
                tap(t.gettext("That's it"), ConfirmSearch(), style=PRIMARY),
                tap(t.gettext("Correct"), CorrectSearch()),
            ]
        ),
    )


def asking_where(t: Translator, draft: AlertDraft, question: Screen, *, today: dt.date) -> Screen:
    """Put what was understood so far above the question that is left."""
    if draft.commune or draft.is_online_only or not wish(t, draft, today=today):
        return question
    return Screen(f"{_understood(t, draft, today=today)}\n\n{question.text}", question.keyboard)


def _understood(t: Translator, draft: AlertDraft, *, today: dt.date) -> str:
    return "<b>" + t.gettext("I understood:") + f"</b> {wish(t, draft, today=today)}"


def which_part(t: Translator, draft: AlertDraft, *, today: dt.date) -> Screen:
    """What is to be corrected? It can be written, too."""
    parts = [
        (t.gettext("The place"), "place"),
        *([(t.gettext("The distance"), "radius")] if draft.commune else []),
        (t.gettext("The sectors"), "sectors"),
        (t.gettext("The moment"), "when"),
    ]
    text = [
        *([t.gettext("I did not understand. Write a town, a job or a date."), ""] if draft.hint else []),
        "<b>" + t.gettext("What shall I correct?") + "</b>",
        wish(t, draft, today=today),
        t.gettext("You can also write it: a town, a job, a date."),
    ]
    return Screen(
        "\n".join(text),
        rows(*([tap(label, CorrectPart(step))] for label, step in parts), [tap(t.gettext("Back"), Back())]),
    )


def heading(reader: Reader, draft: AlertDraft, view: str) -> str:
    """Head a list that a search found."""
    said = wish(reader.t, draft, today=reader.today)
    if view == NEAREST:
        return reader.t.gettext("The nearest events: {search}").format(search=said)
    if view == ONLINE:
        return reader.t.gettext("Online events: {search}").format(search=said)
    return reader.t.gettext("Found: {search}").format(search=said)


def ways(t: Translator, *, has_alert: bool) -> list[InlineKeyboardButton]:
    """What can follow a list: be told of the next ones, search otherwise."""
    return [keep_button(t, has_alert=has_alert), tap(t.gettext("Correct"), CorrectSearch())]


def keep_button(t: Translator, *, has_alert: bool) -> InlineKeyboardButton:
    """Be told of the next ones; for one who is told of others, instead of those."""
    label = (
        t.gettext("Put this in place of my choices") if has_alert else t.gettext("Tell me of the next ones")
    )
    return tap(label, KeepSearch())


def nothing(reader: Reader, draft: AlertDraft, alert: Alert, miss: Nothing) -> Screen:
    """Say that nothing was found, what comes nearest, and the ways on."""
    t = reader.t
    said = t.gettext("No event at the moment: {search}.").format(search=wish(t, draft, today=reader.today))
    lines, further = [f"<b>{said}</b>"], list[list[InlineKeyboardButton]]()
    if miss.nearest is not None and alert.point is not None and miss.nearest.event.point is not None:
        far = distance_m(alert.point, miss.nearest.event.point)
        lines.append(_nearest_line(reader, draft, miss.nearest, far))
        further.append([tap(t.gettext("See the nearest"), Look(NEAREST, 0))])
        further += [[_widen(t, km)] for km in _wider(draft.radius_km, far)]
    if miss.online and not draft.is_online_only:
        line = t.ngettext("Online: {count} event.", "Online: {count} events.", miss.online)
        lines.append(line.format(count=formats.number(miss.online, t.language)))
        further.append([tap(t.gettext("See online events"), Look(ONLINE, 0))])
    return Screen("\n".join(lines), rows(*further, *_last_ways(t, has_alert=reader.alert is not None)))


def _last_ways(t: Translator, *, has_alert: bool) -> Sequence[Sequence[InlineKeyboardButton]]:
    if has_alert:
        keep = keep_button(t, has_alert=True)
    else:
        keep = tap(t.gettext("Tell me as soon as there is one"), KeepSearch())
    return [[keep], [tap(t.gettext("Correct"), CorrectSearch()), tap(t.gettext("Menu"), Open(menus.MENU))]]


def _nearest_line(reader: Reader, draft: AlertDraft, stored: StoredEvent, far: float) -> str:
    t, event = reader.t, stored.event
    home = shortening.line(draft.place_label.partition(" (")[0])
    return t.gettext("The nearest: {place}, {distance}, {moment}.").format(
        place=safe(shortening.line(event.commune_name or event.place_name)) or t.gettext("on site"),
        distance=safe(place_names.distance_from(far, home, t.language)),
        moment=formats.date(event.local_start.date(), t.language, today=reader.today_in(event.zone)),
    )


def _widen(t: Translator, km: int) -> InlineKeyboardButton:
    distance = formats.distance(km * 1000, t.language)
    return tap(t.gettext("Look within {distance}").format(distance=distance), WidenSearch(km))


def _wider(radius_km: int, far_m: float) -> list[int]:
    """Return the next distance that reaches the nearest event, if one of ours does."""
    return [km for km in RADII_KM if km > radius_km and km * 1000 >= far_m][:1]
