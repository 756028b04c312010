"""An alert once it is kept: what it says, what it brings, how to change it."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton

from domain.alerts import Alert, Frequency
from domain.job_events import StoredEvent
from domain.subscribers import Subscriber
from locales import formats
from locales.translators import Translator
from messages import event_lines, menus, summaries
from messages.buttons import Browse, Change, Open, PickFrequency
from messages.screens import PRIMARY, Screen, rows, safe, tap, ticked

MAX_TITLE = 80


def ready(
    t: Translator,
    subscriber: Subscriber | None,
    alert: Alert,
    events: Sequence[StoredEvent],
    *,
    messages_a_week: float,
    now: dt.datetime,
    zone: str,
    is_first: bool,
) -> Screen:
    """It is done: the choices, the volume to expect, the next events, and how often to write."""
    today = now.astimezone(ZoneInfo(zone)).date()
    title = t.gettext("You are all set.") if is_first else t.gettext("It is done.")
    lines = [
        f"<b>{title}</b>",
        summaries.choices(t, alert, today=today),
        "",
        *_to_expect(t, subscriber, messages_a_week),
        "",
        *_next_events(t, events, today=today),
    ]
    return Screen(
        "\n".join(lines),
        rows(
            _way_back(t, subscriber),
            *([_frequency_button(t, alert, frequency)] for frequency in Frequency),
            [tap(t.gettext("See my events"), Browse(0))] if events else [],
            [tap(t.gettext("Change my choices"), Open(menus.CHOICES))],
        ),
    )


def overview(t: Translator, subscriber: Subscriber | None, alert: Alert, *, today: dt.date) -> Screen:
    """Show the choices, each with its way to change it."""
    lines = [
        "<b>" + t.gettext("My choices") + "</b>",
        summaries.choices(t, alert, today=today),
        *([] if _hears(subscriber) else ["", menus.standing(t, subscriber, has_alert=True)]),
    ]
    return Screen(
        "\n".join(lines),
        rows(
            _way_back(t, subscriber),
            [tap(t.gettext("Change the place"), Change("place"))],
            [tap(t.gettext("Change the distance"), Change("radius"))] if alert.commune else [],
            [tap(t.gettext("Change the sectors"), Change("sectors"))],
            [tap(t.gettext("Change the moments"), Change("when"))],
            *([_frequency_button(t, alert, frequency)] for frequency in Frequency),
            [tap(t.gettext("See my events"), Browse(0), style=PRIMARY)],
            [tap(t.gettext("Menu"), Open(menus.MENU))],
        ),
    )


def _hears(subscriber: Subscriber | None) -> bool:
    return subscriber is not None and subscriber.may_receive


def _way_back(t: Translator, subscriber: Subscriber | None) -> list[InlineKeyboardButton]:
    """For one who paused or stopped: the way to hear again."""
    return [] if _hears(subscriber) else [menus.standing_button(t, subscriber)]


def _to_expect(t: Translator, subscriber: Subscriber | None, messages_a_week: float) -> list[str]:
    """How much will come, and when; to one who paused or stopped, that nothing does."""
    if not _hears(subscriber):
        return [menus.standing(t, subscriber, has_alert=True)]
    return [
        summaries.volume(t, messages_a_week),
        t.gettext("I do not write between 8 in the evening and 8 in the morning."),
    ]


def frequency_set(t: Translator, frequency: Frequency) -> str:
    """Confirm how often."""
    return t.gettext("Noted: {frequency}.").format(frequency=summaries.frequency(t, frequency))


def _frequency_button(t: Translator, alert: Alert, frequency: Frequency) -> InlineKeyboardButton:
    label = {
        Frequency.AT_ONCE: t.gettext("Tell me at once"),
        Frequency.DAILY: t.gettext("One summary a day"),
        Frequency.WEEKLY: t.gettext("One summary a week"),
    }[frequency]
    return tap(ticked(label, on=alert.frequency is frequency), PickFrequency(frequency))


def _next_events(t: Translator, events: Sequence[StoredEvent], *, today: dt.date) -> list[str]:
    if not events:
        return [t.gettext("No event fits today. I write as soon as there is one.")]
    heading = t.ngettext("The next event:", "The next {count} events:", len(events))
    lines = [f"<b>{heading.format(count=len(events))}</b>"]
    for stored in events:
        event = stored.event
        day = formats.near_date(event.local_start.date(), t.language, today=today)
        hour = formats.hour(event.local_start.time(), t.language)
        place = safe(event.commune_name) or t.gettext("online")
        title = safe(event_lines.title(t, event, MAX_TITLE))
        lines.append(f"• {title}\n{formats.capital(day)}, {hour}, {place}")
    return lines
