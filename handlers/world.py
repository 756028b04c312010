"""What every handler may use, built once by `bot` and handed down."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.lexicon import Lexicon
from domain.places import Gazetteer
from domain.subscribers import Language
from locales.translators import Translator
from locales.words import Words
from services import UnitOfWork


class Known(Protocol):
    """The places and the trades, each read when it is first asked for."""

    @property
    def gazetteer(self) -> Gazetteer:
        """The communes of France."""
        ...

    @property
    def lexicon(self) -> Lexicon:
        """The words of trades."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The clock, the words and the places; nothing that a handler can change."""

    clock: Callable[[], dt.datetime]
    """Product time, UTC."""
    known: Known
    words: Words
    translators: Mapping[Language, Translator]
    own_name: Callable[[], str]
    """In Telegram, without its @; empty until Telegram has told it, which is before anything is handled."""
    may_answer: Callable[[UnitOfWork, int], Awaitable[bool]]
    """Take a chat's place for an answer, if there is one: a group reads only so many messages a minute."""
    operator_chats: tuple[int, ...] = ()
    """Where reports of errors go."""

    @property
    def gazetteer(self) -> Gazetteer:
        """The communes of France."""
        return self.known.gazetteer

    @property
    def lexicon(self) -> Lexicon:
        """The words of trades."""
        return self.known.lexicon
