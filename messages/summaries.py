"""A person's choices in a few lines: at the end of the questions, and whenever they ask."""

import datetime as dt

from domain.alerts import Alert, Frequency
from domain.job_events import Mode
from locales import formats
from locales.translators import Translator
from messages import availability, sectors
from messages.screens import safe


def place(t: Translator, alert: Alert) -> str:
    """Say where: "Toulouse, 30 km", or online."""
    if alert.commune is None:
        return t.gettext("Online events")
    distance = formats.distance(alert.radius_km * 1000, t.language)
    return f"{safe(alert.place_label)}, {distance}"


def modes(t: Translator, alert: Alert) -> str:
    """Say how: on site, online, or both."""
    if alert.modes is Mode.BOTH:
        return t.gettext("on site and online")
    return t.gettext("on site") if alert.modes is Mode.ON_SITE else t.gettext("online")


def frequency(t: Translator, chosen: Frequency) -> str:
    """Say when matches are told."""
    return {
        Frequency.AT_ONCE: t.gettext("as soon as an event is published"),
        Frequency.DAILY: t.gettext("one summary a day"),
        Frequency.WEEKLY: t.gettext("one summary a week"),
    }[chosen]


def choices(t: Translator, alert: Alert, *, today: dt.date) -> str:
    """Return the choices, one a line."""
    return _lines(
        t,
        (t.gettext("Where"), place(t, alert)),
        (t.gettext("Sectors"), sectors.names(t, alert.sectors)),
        (t.gettext("When"), availability.summary(t, alert.availability, today=today)),
        (t.gettext("How"), modes(t, alert)),
        (t.gettext("Messages"), frequency(t, alert.frequency)),
    )


def of_group(t: Translator, alert: Alert) -> str:
    """Return what is posted in a group, one choice a line."""
    return _lines(
        t,
        (t.gettext("Where"), place(t, alert)),
        (t.gettext("Sectors"), sectors.names(t, alert.sectors)),
        (t.gettext("Messages"), frequency(t, alert.frequency)),
    )


def _lines(t: Translator, *lines: tuple[str, str]) -> str:
    # Translators: one line of a list: "Where: Toulouse, 30 km"
    line = t.gettext("<b>{what}:</b> {answer}")
    return "\n".join(line.format(what=what, answer=answer) for what, answer in lines)


def volume(t: Translator, messages_a_week: float) -> str:
    """Say how many messages to expect."""
    weekly = round(messages_a_week)
    if weekly >= 1:
        return t.ngettext(
            "With these choices, expect about {count} message a week.",
            "With these choices, expect about {count} messages a week.",
            weekly,
        ).format(count=formats.number(weekly, t.language))
    monthly = round(messages_a_week * 4)
    if monthly >= 1:
        return t.ngettext(
            "With these choices, expect about {count} message a month.",
            "With these choices, expect about {count} messages a month.",
            monthly,
        ).format(count=monthly)
    return t.gettext("With these choices, messages will be rare.")
