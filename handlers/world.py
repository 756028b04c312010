"""What every handler may use, built once by `bot` and handed down."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.lexicon import Lexicon
from domain.places import Gazetteer
from domain.subscribers import Language
from locales.translators import Translator
from locales.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The clock, the words and the places; nothing that a handler can change."""

    clock: Callable[[], dt.datetime]
    """Product time, UTC."""
    gazetteer: Gazetteer
    lexicon: Lexicon
    words: Words
    translators: Mapping[Language, Translator]
    bot_username: str
    operator: str = ""
    """Who hosts this bot, as the privacy notice names them."""
    operator_chats: tuple[int, ...] = ()
    """Where reports of errors go."""
