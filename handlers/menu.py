"""Commands and the menu: each leads to a screen by one road, whether tapped or typed."""

from collections.abc import Awaitable, Callable, Mapping

from domain.agencies import INVITE_LINK
from domain.groups import named_in
from domain.subscribers import Language
from handlers import (
    agencies,
    alert_questions,
    browsing,
    group_setup,
    home,
    my_data,
    my_reminders,
    questions,
    settled_choices,
    stale,
)
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import menus
from messages.buttons import Begin, Change, Open, OpenBelow, PickLanguage
from services import subscribers

EVENT_LINK = "e"
"""A deep link "e123" opens event 123."""


async def start(turn: Turn) -> None:
    """`/start`, also by a deep link: the welcome, or the question where one stopped."""
    payload = turn.text.partition(" ")[2].strip()
    if payload.startswith(EVENT_LINK) and payload.removeprefix(EVENT_LINK).isdecimal():
        await browsing.open_event(turn, int(payload.removeprefix(EVENT_LINK)))
        return
    if named_in(payload) is not None:
        await group_setup.arrive(turn)
        return
    if payload.startswith(INVITE_LINK):
        await agencies.join(turn, payload)
        return
    if questions.under_way(turn):
        await questions.ask_again(turn)
        return
    if turn.subscriber is not None:
        await turn.welcome()
    if await turn.alert():
        await home.show_menu(turn)
        return
    turn.show(menus.welcome(turn.translator))


async def show_help(turn: Turn) -> None:
    """Say what to do, in few lines."""
    turn.show(menus.help_page(turn.translator))


async def show_languages(turn: Turn) -> None:
    """Which language?"""
    turn.show(menus.languages(turn.translator))


async def show_choices(turn: Turn) -> None:
    """The present choices, or the questions that lead to them."""
    if await turn.alert() is None:
        await alert_questions.begin(turn)
        return
    await leave_questions(turn)
    await settled_choices.show(turn)


async def leave_questions(turn: Turn) -> None:
    """Leave the change of an answer for something else; a first contact is kept for later."""
    if turn.state is not None and await turn.alert():
        await turn.end_conversation()


async def begin(turn: Turn) -> None:
    """Start the questions; one who has an alert sees it instead."""
    if questions.under_way(turn):
        await questions.ask_again(turn)
        return
    if await turn.alert() and turn.state is None:
        await settled_choices.show(turn)
        return
    await alert_questions.begin(turn)


async def on_begin(turn: Turn, _button: Begin) -> None:
    """The same, tapped."""
    await begin(turn)


async def on_change(turn: Turn, button: Change) -> None:
    """Ask one question of the alert again."""
    if not await alert_questions.change(turn, button.step):
        await stale.show_present(turn)


async def on_language(turn: Turn, button: PickLanguage) -> None:
    """Speak this language; of someone we keep nothing about, nothing is kept but that."""
    if button.code not in set(Language):
        await stale.show_present(turn)
        return
    turn.language = Language(button.code)
    turn.subscriber = await subscribers.speak(turn.uow, await turn.welcome(), turn.language)
    if turn.state is not None:
        await questions.ask_again(turn)
        return
    if await turn.alert():
        await home.show_menu(turn)
        return
    turn.show(menus.welcome(turn.translator))


SCREENS: Mapping[str, Callable[[Turn], Awaitable[None]]] = {
    menus.MENU: home.show_menu,
    menus.HELP: show_help,
    menus.LANGUAGE: show_languages,
    menus.CHOICES: show_choices,
    menus.REMINDERS: my_reminders.show,
    menus.DATA: my_data.show,
    menus.PAUSE_OR_STOP: my_data.pause_or_stop,
    menus.ANNOUNCEMENTS: agencies.home,
    menus.EVENTS: browsing.show_first_page,
}


async def on_open(turn: Turn, button: Open) -> None:
    """Go to a screen of the menu."""
    await SCREENS.get(button.screen, stale.show_present)(turn)


async def on_open_below(turn: Turn, button: OpenBelow) -> None:
    """The same, as a new message."""
    turn.is_below = True
    await SCREENS.get(button.screen, stale.show_present)(turn)


COMMANDS: Mapping[str, Callable[[Turn], Awaitable[None]]] = {
    "start": start,
    "menu": home.show_menu,
    "evenements": browsing.show_first_page,
    "events": browsing.show_first_page,
    "choix": show_choices,
    "choices": show_choices,
    "rappels": my_reminders.show,
    "reminders": my_reminders.show,
    "pause": my_data.pause,
    "reprendre": my_data.resume,
    "resume": my_data.resume,
    "stop": my_data.stop,
    "donnees": my_data.show,
    "data": my_data.show,
    "export": my_data.export,
    "effacer": my_data.ask_to_erase,
    "erase": my_data.ask_to_erase,
    "langue": show_languages,
    "language": show_languages,
    "annonce": agencies.home,
    "announcement": agencies.home,
    "aide": show_help,
    "help": show_help,
}

BUTTONS: Buttons = {
    Begin: on_begin,
    Change: on_change,
    PickLanguage: on_language,
    Open: on_open,
    OpenBelow: on_open_below,
}
