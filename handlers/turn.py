"""One update being handled: what it may read, and what it answers once its effects are committed."""

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from telegram import Update

from domain.alerts import Alert
from domain.conversations import ConversationState
from domain.groups import Rights
from domain.job_events import StoredEvent
from domain.subscribers import DEFAULT_ZONE, Language, Standing, Subscriber
from handlers.world import World
from locales.translators import Translator
from messages.screens import Screen
from services import UnitOfWork, alerts, conversations, matches, subscribers


@dataclass(frozen=True, slots=True)
class Show:
    """A screen: in place of the message that was tapped, else as a new message."""

    screen: Screen
    edits: int | None = None
    """The message to edit; None: a new one."""
    is_question: bool = False
    """The message becomes the conversation's present screen."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A question that takes long to draw: drawn after the commit, when nobody waits to write."""

    ask: Callable[["Turn"], Awaitable[Screen]]
    """Called with a transaction that only reads."""
    edits: int | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """A question that is asked anew further down: its old message goes."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Toast:
    """A short word over the chat, after a tap; after a typed answer, the first line of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class SendFile:
    """A file to keep."""

    name: str
    content: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class SendPlace:
    """A place on a map."""

    title: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SetCommands:
    """The command menu of this chat alone: name and description of each; None: the menu of all."""

    commands: tuple[tuple[str, str], ...] | None


Answer = Show | Draw | Remove | Toast | SendFile | SendPlace | SetCommands


@dataclass(slots=True, kw_only=True)
class Turn:
    """One update of one private chat, inside the unit of work of its effects."""

    world: World
    uow: UnitOfWork
    update: Update
    chat_id: int
    now: dt.datetime
    """Product time, UTC."""
    language: Language
    subscriber: Subscriber | None = None
    state: ConversationState | None = None
    answers: list[Answer] = field(default_factory=list)
    has_failed: bool = False
    """Its effects are undone; the answers say why."""
    group: Rights | None = None
    """The group that the update is about, and whether the person administers it, as Telegram says now."""
    is_below: bool = False
    """What was tapped is to be read again: the answer comes as a new message."""
    is_new: bool = False
    """The person came with this update: nothing hangs on them yet."""
    is_committed: bool = False
    """Its transaction now only reads: what takes long may be asked."""
    is_erased: bool = False
    """Nothing of this person may be left on the disk, this turn included."""

    @property
    def translator(self) -> Translator:
        """The texts of the person's language."""
        return self.world.translators[self.language]

    @property
    def zone(self) -> str:
        """The zone in which the person reads hours."""
        return self.subscriber.zone if self.subscriber else DEFAULT_ZONE

    @property
    def today(self) -> dt.date:
        """The date where the person is."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def tapped(self) -> int | None:
        """The message whose button was tapped, in whose place the answer comes."""
        query = self.update.callback_query
        return query.message.message_id if query and query.message and not self.is_below else None

    @property
    def is_on_question(self) -> bool:
        """Say whether the tap was on the message of the question under way."""
        return self.tapped is not None and self.state is not None and self.tapped == self.state.screen_id

    @property
    def text(self) -> str:
        """What was typed; empty for anything else."""
        message = self.update.effective_message
        return (message.text or "") if message and not self.update.callback_query else ""

    async def alert(self) -> Alert | None:
        """Return the person's alert; that of a stranger, or of who just came, is not looked for."""
        is_known = self.subscriber is not None and not self.is_new
        return await alerts.of(self.uow, self.chat_id) if is_known else None

    async def welcome(self) -> Subscriber:
        """Return the subscriber: kept from now on if they were not, within reach again if they were lost."""
        if self.subscriber is None or self.subscriber.standing is Standing.UNREACHABLE:
            # a stranger was looked for when the update was opened
            self.is_new = self.subscriber is None
            take_in = subscribers.admit if self.is_new else subscribers.welcome
            self.subscriber = await take_in(self.uow, self.chat_id, language=self.language, now=self.now)
        return self.subscriber

    async def end_conversation(self) -> None:
        """End the question under way, if any: its message goes, for its buttons lead nowhere now."""
        if self.state is not None and self.state.screen_id and self.state.screen_id != self.tapped:
            self.answers.append(Remove(self.state.screen_id))
        await conversations.end(self.uow, self.chat_id)
        self.state = None

    def show(self, screen: Screen) -> None:
        """Show a screen in place of what was tapped, or as a new message."""
        self.answers.append(Show(screen, edits=self.tapped))

    def say(self, screen: Screen) -> None:
        """Show a screen as a new message."""
        self.answers.append(Show(screen))

    def toast(self, text: str) -> None:
        """Say a short word, before the screen that shows what came of it."""
        self.answers.append(Toast(text))

    async def draw(self, uow: UnitOfWork) -> None:
        """Draw what waited for the commit; `uow` only reads."""
        self.uow, self.is_committed = uow, True
        for place, answer in enumerate(self.answers):
            if isinstance(answer, Draw):
                self.answers[place] = Show(await answer.ask(self), answer.edits, is_question=True)

    async def mark_seen(self, events: Sequence[StoredEvent]) -> None:
        """Remember what this person sees now: it is not pushed to them later."""
        if self.subscriber is not None and events:
            await matches.mark_seen(self.uow, self.chat_id, events, now=self.now)
