"""Announcements as people read them, and how far they are, for those who wrote them."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from domain.agencies import Agency
from domain.announcements import MOST_COUNTED, UNDER_WAY, Announcement, Audience, Figures, State, is_told
from domain.availability import WHOLE_WEEK
from locales import formats
from locales.translators import Translator
from messages import availability, menus, reminders, sectors, shortening
from messages.buttons import (
    Browse,
    Open,
    OpenBelow,
    ShowAnnouncement,
    StopAnnouncement,
    WriteAnnouncement,
)
from messages.readers import Reader
from messages.screens import DANGER, PRIMARY, Screen, rows, safe, tap

MAX_LABEL = 30


def message(t: Translator, agency: Agency, text: str, audience: Audience, *, today: dt.date) -> Screen:
    """The announcement itself: who writes, their words, why it comes, and the ways out."""
    lines = [body(t, agency, text), "", f"<i>{_why(t, audience, today)}</i>"]
    return Screen(
        "\n".join(lines),
        rows(
            [tap(t.gettext("See events"), OpenBelow(menus.EVENTS))],
            [tap(t.gettext("Pause or stop"), OpenBelow(menus.PAUSE_OR_STOP))],
        ),
    )


def body(t: Translator, agency: Agency, text: str) -> str:
    """Say who writes, and their words as they are."""
    heading = t.gettext("{agency} writes to you").format(agency=safe(agency.name))
    return f"<b>{heading}</b>\n\n{safe(text)}"


def people(t: Translator, count: int) -> str:
    """Say how many people; of fewer than ten, or of very many, no more than that."""
    if not is_told(count):
        return t.gettext("fewer than 10 people")
    if count >= MOST_COUNTED:
        return t.gettext("at least {count} people").format(count=formats.number(MOST_COUNTED, t.language))
    said = t.ngettext("{count} person", "{count} people", count)
    return said.format(count=formats.number(count, t.language))


def audience_line(t: Translator, audience: Audience, *, today: dt.date) -> str:
    """Say whom it is for, in one line."""
    reasons = [
        _place(t, audience),
        sectors.names(t, audience.sectors),
        availability.week(t, audience.availability.half_days),
        _dates(t, audience, today),
    ]
    return formats.capital(" · ".join(reason for reason in reasons if reason))


def home(reader: Reader, agency: Agency, latest: Sequence[Announcement]) -> Screen:
    """What a writer can do, and the last announcements."""
    t = reader.t
    lines = [
        "<b>" + t.gettext("Announcements of {agency}").format(agency=safe(agency.name)) + "</b>",
        t.gettext("You write, choose for whom, and see the message before it goes."),
    ]
    shown = [
        [tap(_entry(t, _state(reader, each), _beginning(each.text)), ShowAnnouncement(each.id))]
        for each in latest
    ]
    write = [tap(t.gettext("Write an announcement"), WriteAnnouncement(), style=PRIMARY)]
    return Screen("\n".join(lines), rows(write, *shown, [tap(t.gettext("Menu"), Open(menus.MENU))]))


def progress(
    reader: Reader, announcement: Announcement, figures: Figures, *, waits_for_morning: bool
) -> Screen:
    """How far an announcement is; while it goes, the way to stop it."""
    t = reader.t
    lines = [
        _entry(t, f"<b>{_state(reader, announcement)}</b>", safe(_beginning(announcement.text))),
        audience_line(t, announcement.audience, today=reader.today),
        *_counted(t, announcement, figures),
    ]
    if waits_for_morning and announcement.state is State.SENDING and is_told(figures.size):
        lines.append(t.gettext("At night nothing leaves: who sleeps gets it at 8 in the morning."))
    number = announcement.id
    ways = [[_again(t, number)], [stop(t, number)]] if announcement.state in UNDER_WAY else []
    return Screen("\n".join(lines), rows(*ways, [mine(t)]))


def under_way(t: Translator, text: str, announcement: Announcement) -> Screen:
    """It was sent, or promised: how to follow it, and to stop it."""
    number = announcement.id
    return Screen(text, rows([_follow(t, number)], [stop(t, number)], [mine(t)]))


def way(t: Translator, typed: str) -> ShowAnnouncement | StopAnnouncement | None:
    """Return the button of a sending whose label was typed, with no number yet; None for other words."""
    button = _ways(t).labelled(typed)
    return button if isinstance(button, ShowAnnouncement | StopAnnouncement) else None


def stop(t: Translator, number: int) -> InlineKeyboardButton:
    """Return the button that stops an announcement."""
    return tap(t.gettext("Stop sending"), StopAnnouncement(number), style=DANGER)


def mine(t: Translator) -> InlineKeyboardButton:
    """Return the button that leads to the last announcements."""
    return tap(t.gettext("My announcements"), Open(menus.ANNOUNCEMENTS))


def joined(t: Translator, agency: Agency) -> Screen:
    """The invitation holds."""
    text = t.gettext(
        "From now on you can write announcements for {agency}. Write /annonce whenever you want to."
    )
    return Screen(text.format(agency=f"<b>{safe(agency.name)}</b>"), _beginning_to_write(t))


def already_joined(t: Translator, agency: Agency) -> Screen:
    """The invitation held, for the same person, a moment ago."""
    text = t.gettext("You already write for {agency}.").format(agency=f"<b>{safe(agency.name)}</b>")
    return Screen(text, _beginning_to_write(t))


def invitation_refused(t: Translator) -> Screen:
    """It was used, is too old, or never was one."""
    return Screen(
        t.gettext(
            "This invitation is not valid. Each one serves once, within 48 hours. "
            "Ask for a new one where you got it."
        ),
        rows([tap(t.gettext("See events"), Browse(0)), tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def refused(t: Translator) -> Screen:
    """Somebody who writes for no agency, or no longer."""
    return Screen(
        t.gettext(
            "Only invited agencies can write announcements. "
            "You work for one? Ask the person who runs this bot for an invitation."
        ),
        rows([tap(t.gettext("See events"), Browse(0)), tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def just_begun(t: Translator) -> str:
    """Stopped in the same breath as sent: a button tapped twice."""
    return t.gettext("It has only just left. To stop it, touch “Stop sending” once more.")


def stopped(t: Translator, *, has_begun: bool) -> str:
    """It was stopped."""
    if not has_begun:
        return t.gettext("It is stopped: nothing was sent.")
    return t.gettext("It is stopped. What was already on its way may still arrive.")


@lru_cache  # held against all that anybody types
def _ways(t: Translator) -> Screen:
    return Screen("", rows([_follow(t, 0), _again(t, 0), stop(t, 0)]))


def _follow(t: Translator, number: int) -> InlineKeyboardButton:
    return tap(t.gettext("See how far it is"), ShowAnnouncement(number))


def _again(t: Translator, number: int) -> InlineKeyboardButton:
    return tap(t.gettext("Refresh"), ShowAnnouncement(number))


def _beginning_to_write(t: Translator) -> InlineKeyboardMarkup:
    return rows(
        [tap(t.gettext("Write an announcement"), WriteAnnouncement(), style=PRIMARY)],
        [tap(t.gettext("Menu"), Open(menus.MENU))],
    )


def _counted(t: Translator, announcement: Announcement, figures: Figures) -> list[str]:
    """How many so far. Of an audience too small to be told, nothing more is told either."""
    if announcement.state is State.SCHEDULED:
        return []  # they are counted when it leaves
    size = people(t, figures.size)
    if not is_told(figures.size):
        return [t.gettext("For {people}.").format(people=size)]
    if announcement.state is State.SENDING:
        told = t.gettext("{count} of {people}").format(count=_number(t, figures.settled), people=size)
        return [formats.capital(told)]
    return [
        t.gettext("Delivered: {count}").format(count=_number(t, figures.delivered)),
        t.gettext("Could not be reached: {count}").format(count=_number(t, figures.unreachable)),
        t.gettext("Failed: {count}").format(count=_number(t, figures.failed)),
    ]


def _number(t: Translator, count: int) -> str:
    return formats.number(count, t.language) if is_told(count) or not count else t.gettext("fewer than 10")


def _entry(t: Translator, state: str, text: str) -> str:
    # Translators: how far an announcement is, and its first words: "Sent: The logistics forum…"
    return t.gettext("{state}: {text}").format(state=state, text=text)


def _state(reader: Reader, announcement: Announcement) -> str:
    t = reader.t
    if announcement.state is State.SCHEDULED and announcement.send_at > reader.now:
        moment = reminders.moment(reader, announcement.send_at)
        return t.gettext("Goes {moment}").format(moment=moment)
    return {
        State.SCHEDULED: t.gettext("Being sent"),
        State.SENDING: t.gettext("Being sent"),
        State.STOPPED: t.gettext("Stopped"),
        State.DONE: t.gettext("Sent"),
    }[announcement.state]


def _why(t: Translator, audience: Audience, today: dt.date) -> str:
    reasons = []
    if audience.sectors:
        reasons.append(sectors.names(t, audience.sectors))
    if audience.availability.half_days != WHOLE_WEEK:
        reasons.append(availability.week(t, audience.availability.half_days))
    if dates := _dates(t, audience, today):
        reasons.append(dates)
    return t.gettext("Why this message: {reasons}.").format(
        reasons=", ".join([*reasons, _place(t, audience)])
    )


def _dates(t: Translator, audience: Audience, today: dt.date) -> str:
    free = audience.availability
    return formats.period(free.not_before, free.not_after, t.language, today=today)


def _place(t: Translator, audience: Audience) -> str:
    if audience.commune is not None:
        distance = formats.distance(audience.radius_km * 1000, t.language)
        return t.gettext("within {distance} of {place}").format(
            distance=distance, place=safe(audience.place_label)
        )
    if audience.is_online:
        return t.gettext("online events")
    return t.gettext("for everyone whom I tell about events")


def _beginning(text: str) -> str:
    return shortening.line(text, MAX_LABEL)
