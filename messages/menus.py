"""The welcome, the menu, help: every screen that leads on."""

from telegram import InlineKeyboardButton

from domain.subscribers import Language, Standing, Subscriber
from locales.translators import Translator
from messages.buttons import Begin, Browse, Open, PickLanguage, Resume
from messages.screens import PRIMARY, Screen, link, rows, tap

CHOICES, REMINDERS, DATA, LANGUAGE, HELP, MENU, PAUSE_OR_STOP, ANNOUNCEMENTS, EVENTS = (
    "choices",
    "reminders",
    "data",
    "language",
    "help",
    "menu",
    "leave",
    "announcements",
    "events",
)
"""Names of the screens that `Open` goes to."""


def welcome(t: Translator) -> Screen:
    """First contact."""
    text = t.gettext(
        "Hello. I tell you when an agency publishes an event for you: meeting with employers "
        "(“job dating”), forum, workshop, information meeting, online fair.\n\n"
        "It is free. I ask neither your name nor your number. "
        "I keep your choices and the number of this chat; you can erase them at any time."
    )
    return Screen(
        text,
        rows(
            [tap(t.gettext("Start"), Begin(), style=PRIMARY)],
            [tap(t.gettext("See events first"), Browse(0))],
            [tap(t.gettext("Your data"), Open(DATA)), tap("Language / Langue", Open(LANGUAGE))],
        ),
    )


def menu(t: Translator, subscriber: Subscriber | None, *, has_alert: bool, is_writer: bool = False) -> Screen:
    """Everything one can do; `is_writer`: they write for an agency."""
    if not has_alert:
        first = [tap(t.gettext("Choose what I tell you"), Begin(), style=PRIMARY)]
    else:
        first = [tap(t.gettext("See my events"), Browse(0), style=PRIMARY)]
    return Screen(
        "<b>" + t.gettext("Menu") + f"</b>\n{standing(t, subscriber, has_alert=has_alert)}",
        rows(
            first,
            [tap(t.gettext("My choices"), Open(CHOICES)), tap(t.gettext("My reminders"), Open(REMINDERS))],
            [standing_button(t, subscriber)],
            [tap(t.gettext("Your data"), Open(DATA)), tap("Language / Langue", Open(LANGUAGE))],
            [tap(t.gettext("Help"), Open(HELP))],
            [tap(t.gettext("Announcements"), Open(ANNOUNCEMENTS))] if is_writer else [],
        ),
    )


def standing(t: Translator, subscriber: Subscriber | None, *, has_alert: bool) -> str:
    """Say whether messages come."""
    if subscriber is None or not has_alert:
        return t.gettext("You have not told me yet what you are looking for.")
    return {
        Standing.ACTIVE: t.gettext("You receive the events that fit you."),
        Standing.PAUSED: t.gettext("Paused: you receive no new events."),
        Standing.STOPPED: t.gettext("Stopped: you receive nothing."),
        Standing.UNREACHABLE: t.gettext("Stopped: you receive nothing."),
    }[subscriber.standing]


def standing_button(t: Translator, subscriber: Subscriber | None) -> InlineKeyboardButton:
    """Return the way out, or back in."""
    if subscriber is None or subscriber.may_receive:
        return tap(t.gettext("Pause or stop"), Open(PAUSE_OR_STOP))
    return tap(t.gettext("Receive messages again"), Resume())


def help_page(t: Translator) -> Screen:
    """Say what to do, in few lines."""
    text = t.gettext(
        "<b>Help</b>\n"
        "I tell you about events of employment agencies and their partners. "
        "You register on their site, with the button under each event.\n\n"
        "You can touch the buttons or write: “events”, “my choices”, “my reminders”, “pause”, “stop”.\n\n"
        "I do not know your file. For benefits, registration or an appointment: "
        "your agency, or 3949 (free service, price of a call)."
    )
    return Screen(
        text,
        rows(
            [tap(t.gettext("See events"), Browse(0))],
            [tap(t.gettext("My choices"), Open(CHOICES)), tap(t.gettext("Menu"), Open(MENU))],
        ),
    )


def languages(t: Translator) -> Screen:
    """Which language?"""
    text = t.gettext("Which language do you want to read?")
    return Screen(
        text,
        rows(
            [tap("Français", PickLanguage(Language.FRENCH.value))],
            [tap("English", PickLanguage(Language.ENGLISH.value))],
        ),
    )


def not_understood(t: Translator) -> Screen:
    """Free text that says nothing to us."""
    return Screen(
        t.gettext("I did not understand. What would you like?"),
        rows(
            [tap(t.gettext("See events"), Browse(0))],
            [tap(t.gettext("My choices"), Open(CHOICES)), tap(t.gettext("My reminders"), Open(REMINDERS))],
            [tap(t.gettext("Help"), Open(HELP))],
        ),
    )


def about_an_event(t: Translator) -> Screen:
    """What is said of an event, without saying of which."""
    return Screen(
        t.gettext(
            "Touch the button under the event: “Remind me”, “Not for me”, or “Register on the site”. "
            "In a list, touch the event first."
        ),
        rows(
            [tap(t.gettext("See events"), Browse(0))],
            [tap(t.gettext("My reminders"), Open(REMINDERS)), tap(t.gettext("Menu"), Open(MENU))],
        ),
    )


def no_file_here(t: Translator) -> Screen:
    """Questions about one's file: who can answer."""
    return Screen(
        t.gettext(
            "I do not know your file. These people can answer: your adviser, "
            "from your space on francetravail.fr; or the telephone, 3949 (free service, price of a call)."
        ),
        rows(
            [link(t.gettext("Open francetravail.fr"), "https://www.francetravail.fr")],
            [tap(t.gettext("See events"), Browse(0)), tap(t.gettext("Menu"), Open(MENU))],
        ),
    )


def in_distress(t: Translator) -> Screen:
    """Someone says that they can't go on."""
    return Screen(
        t.gettext(
            "I am a robot, and what you write deserves a person. "
            "People listen to you day and night, free of charge, on 3114. "
            "If the danger is immediate, call 15 or 112."
        ),
        rows([tap(t.gettext("Menu"), Open(MENU))]),
    )


def only_text(t: Translator) -> Screen:
    """A photo, a voice message, a sticker."""
    return Screen(
        t.gettext(
            "I can read only text and buttons, not pictures or voice. "
            "What you sent is not kept. What would you like?"
        ),
        rows(
            [tap(t.gettext("See events"), Browse(0))],
            [tap(t.gettext("My choices"), Open(CHOICES)), tap(t.gettext("Help"), Open(HELP))],
        ),
    )


def edited(t: Translator) -> Screen:
    """An edited message changes nothing: say so, and what to do."""
    return Screen(
        t.gettext("I saw that you edited your message. I read new messages only: write it again below."),
        rows([tap(t.gettext("See events"), Browse(0)), tap(t.gettext("Menu"), Open(MENU))]),
    )


def commands(t: Translator) -> list[tuple[str, str]]:
    """The command menu: name and description."""
    return [
        ("evenements", t.gettext("See the events that fit me")),
        ("choix", t.gettext("See and change my choices")),
        ("rappels", t.gettext("See my reminders")),
        ("pause", t.gettext("Receive nothing for a month")),
        ("reprendre", t.gettext("Receive messages again")),
        ("stop", t.gettext("Receive nothing any more")),
        ("donnees", t.gettext("See, export or erase my data")),
        ("langue", t.gettext("Français / English")),
        ("aide", t.gettext("Help")),
    ]


def writer_commands(t: Translator) -> list[tuple[str, str]]:
    """The command menu of someone who writes for an agency."""
    return [("annonce", t.gettext("Write to the people whom it may interest")), *commands(t)]


def description(t: Translator) -> str:
    """Shown in an empty chat, before the start."""
    return t.gettext(
        "I tell you when an employment agency near you publishes an event that fits you: "
        "meeting with employers, forum, workshop, online fair. Free, without your name."
    )


def short_description(t: Translator) -> str:
    """Shown on the bot's page."""
    return t.gettext("The events of employment agencies near you, as soon as they are published.")
