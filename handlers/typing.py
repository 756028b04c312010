"""What is typed: a word that is a command anywhere, an answer to the question under way, or neither."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from telegram import Update

from domain.alerts import Frequency
from domain.intents import Intent
from domain.subscribers import Language
from handlers import (
    agencies,
    browsing,
    free_text,
    home,
    menu,
    my_data,
    my_reminders,
    questions,
    settled_choices,
)
from handlers.context import BotContext
from handlers.turn import Turn
from messages import menus
from messages.buttons import PickFrequency, PickLanguage


async def no_file_here(turn: Turn) -> None:
    """Questions about one's file at the agency."""
    turn.say(menus.no_file_here(turn.translator))


async def in_distress(turn: Turn) -> None:
    """Someone who can't go on."""
    turn.say(menus.in_distress(turn.translator))


ANYWHERE: Mapping[Intent, Callable[[Turn], Awaitable[None]]] = {
    Intent.START: menu.begin,
    Intent.STOP: my_data.stop,
    Intent.PAUSE: my_data.pause,
    Intent.RESUME: my_data.resume,
    Intent.ERASE: my_data.ask_to_erase,
    Intent.EXPORT: my_data.export,
    Intent.MY_DATA: my_data.show,
    Intent.MENU: home.show_menu,
    Intent.HELP: menu.show_help,
    Intent.MY_ALERTS: menu.show_choices,
    Intent.MY_REMINDERS: my_reminders.show,
    Intent.EVENTS: browsing.show_first_page,
    Intent.LANGUAGE: menu.show_languages,
    Intent.FRENCH: partial(menu.on_language, button=PickLanguage(Language.FRENCH.value)),
    Intent.ENGLISH: partial(menu.on_language, button=PickLanguage(Language.ENGLISH.value)),
    Intent.ANNOUNCEMENT: agencies.home,
    Intent.WRITE_ANNOUNCEMENT: agencies.write,
    Intent.CASE_FILE: no_file_here,
    Intent.DISTRESS: in_distress,
}
"""Words that mean the same at every moment: someone who writes "stop" is never asked for a town."""


async def on_text(_update: Update, context: BotContext) -> None:
    """Take it by the first of the roads that fits."""
    turn = context.turn
    intent = turn.world.words.intent(turn.text)
    if await agencies.take_label(turn, turn.text):
        pass
    elif intent is not None and intent in ANYWHERE and not questions.is_for_others(turn, turn.text):
        await free_text.leaving(ANYWHERE[intent])(turn)
    elif intent is Intent.GREETING and questions.under_way(turn):
        await questions.ask_again(turn)  # "bonjour" is no town, nor a trade
    elif await questions.take_text(turn, turn.text):
        pass
    elif not await free_text.take_text(turn, turn.text):
        await on_free_text(turn, intent)


FREQUENCIES: Mapping[Intent, Frequency] = {
    Intent.AT_ONCE: Frequency.AT_ONCE,
    Intent.DAILY: Frequency.DAILY,
    Intent.WEEKLY: Frequency.WEEKLY,
}


async def on_free_text(turn: Turn, intent: Intent | None) -> None:
    """Nothing was asked: a wish is searched; else a newcomer gets the welcome, others ways on."""
    if intent is not None and intent in FREQUENCIES:
        await settled_choices.on_frequency(turn, PickFrequency(FREQUENCIES[intent]))
    elif intent is Intent.ABOUT_AN_EVENT and (turn.subscriber or turn.state):
        turn.say(menus.about_an_event(turn.translator))
    elif await agencies.offer(turn, turn.text) or await free_text.begin(turn, turn.text):
        pass
    elif turn.subscriber is None:
        turn.say(menus.welcome(turn.translator))
    elif intent in {Intent.GREETING, Intent.YES, Intent.CONFIRM}:
        await home.show_menu(turn)
    else:
        turn.say(menus.not_understood(turn.translator))
