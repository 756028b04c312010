"""Looking at events: before any choice, and when nothing fits, where never is an end."""

from dataclasses import dataclass

from telegram import InlineKeyboardButton

from domain.alerts import RADII_KM, Alert, Frequency
from domain.globe import distance_m
from domain.job_events import StoredEvent
from locales import formats, place_names
from locales.translators import Translator
from messages import lists, menus, sectors, shortening, summaries
from messages.buttons import Begin, Browse, Change, Look, Open, PickFrequency, Widen
from messages.readers import Reader
from messages.screens import PRIMARY, Screen, rows, safe, tap


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """What there is when nothing fits."""

    nearest: StoredEvent | None
    """On site, beyond the distance chosen."""
    online: int
    """How many events online would do."""


def start_button(t: Translator) -> InlineKeyboardButton:
    """Begin the questions."""
    return tap(t.gettext("Start"), Begin(), style=PRIMARY)


def everywhere_heading(t: Translator) -> str:
    """Head the list for one who chose nothing yet."""
    return t.gettext("The next events in France")


def everywhere_note(t: Translator) -> str:
    """Say how to see one's own."""
    return t.gettext("Choose a town to see those near you.")


def nothing_yet(t: Translator) -> Screen:
    """No event is known at all."""
    return Screen(
        t.gettext("No event is published at the moment. Tell me what you look for, and I will write to you."),
        rows([start_button(t)], [tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def nothing_more(t: Translator) -> Screen:
    """A list that is empty, or a page past its end."""
    return Screen(
        t.gettext("There is no event here at the moment."),
        rows(
            [tap(t.gettext("See my events"), Browse(0))],
            [tap(t.gettext("Online events"), Look(lists.ONLINE, 0))],
            [tap(t.gettext("Menu"), Open(menus.MENU))],
        ),
    )


def nothing_fits(reader: Reader, alert: Alert, miss: NearMiss) -> Screen:
    """Say what comes nearest, and offer several ways on."""
    t = reader.t
    heading = t.gettext("No event fits at the moment: {sectors}; {place}.").format(
        sectors=sectors.names(t, alert.sectors), place=summaries.place(t, alert)
    )
    lines = [f"<b>{heading}</b>"]
    ways = []
    if miss.nearest is not None and alert.point is not None and miss.nearest.event.point is not None:
        far = distance_m(alert.point, miss.nearest.event.point)
        lines.append(_nearest_line(reader, alert, miss.nearest, far))
        ways.append([tap(t.gettext("See the nearest"), Look(lists.NEAREST, 0))])
        ways += [[_widen(t, km)] for km in _wider(alert.radius_km, far)]
    if miss.online:
        lines.append(_online_line(t, miss.online))
        ways.append([tap(t.gettext("See online events"), Look(lists.ONLINE, 0))])
    lines.append(t.gettext("I can also write to you as soon as there is one."))
    return Screen(
        "\n".join(lines),
        rows(
            *ways,
            [tap(t.gettext("Tell me as soon as there is one"), PickFrequency(Frequency.AT_ONCE))],
            [tap(t.gettext("Change the sectors"), Change("sectors"))] if alert.sectors else [],
            [tap(t.gettext("Change my choices"), Open(menus.CHOICES))],
        ),
    )


def widened(t: Translator, km: int) -> str:
    """Confirm the distance."""
    return t.gettext("Noted: I now look within {distance}.").format(
        distance=formats.distance(km * 1000, t.language)
    )


def _nearest_line(reader: Reader, alert: Alert, stored: StoredEvent, far: float) -> str:
    t, event = reader.t, stored.event
    home = shortening.line(alert.place_label.partition(" (")[0])
    return t.gettext("The nearest: {place}, {distance}, {moment}.").format(
        place=safe(shortening.line(event.commune_name or event.place_name)) or t.gettext("on site"),
        distance=safe(place_names.distance_from(far, home, t.language)),
        moment=formats.date(event.local_start.date(), t.language, today=reader.today_in(event.zone)),
    )


def _online_line(t: Translator, count: int) -> str:
    return t.ngettext("Online: {count} event.", "Online: {count} events.", count).format(
        count=formats.number(count, t.language)
    )


def _widen(t: Translator, km: int) -> InlineKeyboardButton:
    distance = formats.distance(km * 1000, t.language)
    return tap(t.gettext("Look within {distance}").format(distance=distance), Widen(km))


def _wider(radius_km: int, far_m: float) -> list[int]:
    """Return the next distance that reaches the nearest event, if one of ours does."""
    reaching = [km for km in RADII_KM if km > radius_km and km * 1000 >= far_m]
    return reaching[:1]
