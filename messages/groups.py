"""Groups and channels: what they read, and the questions to who sets them up."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import InlineKeyboardMarkup

from domain.alert_drafts import AlertDraft
from domain.alerts import Alert, Frequency
from domain.groups import GROUP_LINK
from domain.job_events import StoredEvent
from domain.sectors import Sector
from locales.translators import Translator
from messages import event_lines, listings, menus, questions, summaries
from messages.buttons import (
    AllSectors,
    AskPlaceAgain,
    Back,
    Done,
    KeepGroup,
    OnlineOnly,
    Open,
    OpenBelow,
    SetUpGroup,
    StopGroup,
)
from messages.readers import Reader
from messages.screens import DANGER, PRIMARY, Screen, in_rows, link, rows, safe, tap, ticked

MOST_EVENTS = 10
"""In one message; the site shows the rest."""


def hello(t: Translator, bot_username: str, chat_id: int) -> Screen:
    """In a group: who may set it up, and where one talks alone."""
    text = t.gettext(
        "Hello. I talk with one person at a time, in a private chat: there nobody sees your choices.\n\n"
        "Who administers this group can have me post the events of agencies here."
    )
    return Screen(
        text,
        rows(
            [link(t.gettext("Open the private chat"), f"https://t.me/{bot_username}?start=group")],
            [link(t.gettext("Choose what I post here"), set_up_link(bot_username, chat_id))],
        ),
    )


def set_up_link(bot_username: str, chat_id: int) -> str:
    """Return the way to the questions about a group, in the private chat."""
    return f"https://t.me/{bot_username}?start={GROUP_LINK}{chat_id}"


def offer(t: Translator, chat_id: int) -> Screen:
    """To who took the bot into a group or a channel."""
    text = t.gettext("You took me into a group or a channel. Shall I post the events of agencies there?")
    return Screen(
        text,
        rows(
            [tap(t.gettext("Choose what I post there"), SetUpGroup(chat_id), style=PRIMARY)],
            [tap(t.gettext("Menu"), OpenBelow(menus.MENU))],
        ),
    )


def lost(t: Translator, title: str, chat_id: int) -> Screen:
    """To who set it up: the bot may not write there any more."""
    text = t.gettext("I may no longer write in {title}. I stay silent there until you take me in again.")
    return Screen(
        text.format(title=f"<b>{safe(title)}</b>"),
        rows(
            [tap(t.gettext("Choose what I post there"), SetUpGroup(chat_id))],
            [tap(t.gettext("Menu"), OpenBelow(menus.MENU))],
        ),
    )


def posted(t: Translator, title: str, alert: Alert) -> Screen:
    """What is posted there, to who may change it."""
    lines = [
        "<b>" + t.gettext("{title}: what I post there").format(title=safe(title)) + "</b>",
        summaries.of_group(t, alert),
    ]
    return Screen("\n".join(lines), _ways_on(t, alert.subscriber_id))


def refused(t: Translator) -> Screen:
    """Somebody who does not administer it, or a group without the bot."""
    return Screen(
        t.gettext("Only who administers a group or a channel that I am in can choose what I post there."),
        rows([tap(t.gettext("Menu"), Open(menus.MENU))]),
    )


def unchanged(t: Translator) -> Screen:
    """The questions were left."""
    return Screen(t.gettext("Nothing has changed."), rows([tap(t.gettext("Menu"), Open(menus.MENU))]))


def place(t: Translator, draft: Mapping[str, Any], wish: AlertDraft) -> Screen:
    """Events where?"""
    lines = [
        "<b>" + t.gettext("{title}: events where?").format(title=safe(draft["title"])) + "</b>",
        t.gettext("Write a town or a postal code."),
    ]
    return _asked(
        t,
        wish,
        lines,
        rows(
            questions.keep_place(t, wish),
            [tap(t.gettext("Online events only"), OnlineOnly())],
            [tap(t.gettext("Back"), Back())],
        ),
    )


def radius(t: Translator, wish: AlertDraft) -> Screen:
    """How far around?"""
    question = t.gettext("Around {place}: up to what distance?").format(place=safe(wish.place_label))
    return _asked(t, wish, [f"<b>{question}</b>"], questions.radius(t, wish).keyboard)


def which_sectors(t: Translator, wish: AlertDraft) -> Screen:
    """Which sectors?"""
    if wish.offered:
        return questions.which_sectors(t, wish)
    buttons = [questions.sector_button(t, wish, sector) for sector in Sector]
    return _asked(
        t,
        wish,
        ["<b>" + t.gettext("Events of which sectors?") + "</b>"],
        rows(
            *in_rows(buttons, 2),
            [tap(ticked(t.gettext("All sectors"), on=not wish.sectors), AllSectors())],
            [tap(t.gettext("Back"), Back()), tap(t.gettext("Confirm"), Done(), style=PRIMARY)],
        ),
    )


def frequency(t: Translator, draft: Mapping[str, Any], wish: AlertDraft) -> Screen:
    """How often? The last question: the answer is kept."""
    chat_id = int(draft["chat_id"])
    heading = t.gettext("{title}: how often do I post?").format(title=safe(draft["title"]))
    return _asked(
        t,
        wish,
        [f"<b>{heading}</b>", t.gettext("All new events in one message, never at night.")],
        rows(
            [tap(t.gettext("One summary a day"), KeepGroup(chat_id, Frequency.DAILY))],
            [tap(t.gettext("One summary a week"), KeepGroup(chat_id, Frequency.WEEKLY))],
            [tap(t.gettext("Back"), Back()), tap(t.gettext("Change the place"), AskPlaceAgain())],
        ),
    )


def kept(t: Translator, title: str, chat_id: int, chosen: Frequency) -> Screen:
    """It is done."""
    text = t.gettext("It is done. {title} gets {frequency}, from the next events on.").format(
        title=f"<b>{safe(title)}</b>", frequency=summaries.frequency(t, chosen)
    )
    return Screen(
        text,
        _ways_on(t, chat_id),
    )


def stopped(t: Translator, title: str, chat_id: int) -> Screen:
    """Nothing more is posted."""
    text = t.gettext("It is done: I post nothing in {title} any more.")
    return Screen(
        text.format(title=f"<b>{safe(title)}</b>"),
        rows(
            [tap(t.gettext("Post there again"), SetUpGroup(chat_id))],
            [tap(t.gettext("Menu"), OpenBelow(menus.MENU))],
        ),
    )


def digest(reader: Reader, events: Sequence[StoredEvent]) -> Screen:
    """What a group reads: new events in one message, each with its page; no button is anybody's own."""
    t = reader.t
    heading = t.ngettext("{count} new event", "{count} new events", len(events)).format(count=len(events))
    blocks = [_block(reader, stored) for stored in events[:MOST_EVENTS]]
    more = len(events) - len(blocks)
    if more:
        blocks.append(t.ngettext("And {count} more.", "And {count} more.", more).format(count=more))
    return Screen("\n\n".join([f"<b>{heading}</b>", *blocks]))


def _block(reader: Reader, stored: StoredEvent) -> str:
    event = stored.event
    title = safe(event_lines.title(reader.t, event, listings.MAX_TITLE))
    address = safe(event_lines.site(event)).replace('"', "%22")
    name = f'<a href="{address}">{title}</a>' if address else title
    standing = event_lines.standing(reader, event)
    lines = [
        f"<b>{name}</b>",
        event_lines.when(reader, event),
        event_lines.where(reader, event),
        *([f"<b>{standing}</b>"] if standing else []),
    ]
    return "\n".join(lines)


def _ways_on(t: Translator, chat_id: int) -> InlineKeyboardMarkup:
    return rows(
        [tap(t.gettext("Change"), SetUpGroup(chat_id))],
        [tap(t.gettext("Post nothing there any more"), StopGroup(chat_id), style=DANGER)],
        [tap(t.gettext("Menu"), OpenBelow(menus.MENU))],
    )


def _asked(t: Translator, wish: AlertDraft, lines: list[str], keyboard: Any) -> Screen:
    return Screen("\n".join([*questions.hint(t, wish), *lines]), keyboard)
