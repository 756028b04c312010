"""From Telegram to the handlers: kept first, then one chat's updates in order.

    received  a row, before Telegram is told that we have it
    applied   its effects and its being done are one transaction
    answered  after the commit; a crash in between shows the present screen again

Different chats go on at the same time, each update of theirs in its turn (`handlers.line`). What can't be
read, or fails unexpectedly twice, is set aside without its personal text, and the next one goes on.
A database that can't serve is waited for: that is no fault of an update.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from telegram import Update
from telegram.error import Forbidden

from domain.errors import StorageError, UserError
from domain.subscribers import Language
from handlers import answering, bodies, group_rights, line, present
from handlers.answered import Answered
from handlers.context import BotApplication
from handlers.line import Chats, Line, Sharing
from handlers.turn import Draw, Show, Turn
from handlers.world import World
from messages import errors as words
from services import ReceivedUpdate, UnitOfWork, UnitsOfWork, conversations, subscribers
from services import updates as inbox

NOBODY = 0
ATTEMPTS = 2
RETRY_AFTER_S = 1.0
ENVELOPE = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that we ask Telegram for."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Intake:
    """Keeps updates and hands them on."""

    application: BotApplication
    units: UnitsOfWork
    world: World
    count: Callable[[str], None]
    reached: Callable[[str], None]
    """Told at each step where a crash must lose nothing; tests crash there."""
    ring: Callable[[], None] | None = None
    """Calls whoever handles what was kept, in whatever process; None: only this one does."""
    _answered: Answered = field(init=False)
    _line: Line = field(default_factory=Line)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _unanswered: set[int] = field(default_factory=set)
    """Chats whose last answer could not be made here."""
    _is_lined_up: asyncio.Event = field(default_factory=asyncio.Event)
    """What was kept before the start stands in line."""
    _is_closing: bool = False

    def __post_init__(self) -> None:
        self._answered = Answered(self.units)

    async def receive(self, bodies: Sequence[str]) -> None:
        """Keep updates as they came; once this returns, they are not lost."""
        if self.ring is None:
            # kept earlier, they would be found by `run` too, and handled twice
            await self._is_lined_up.wait()
        updates = [envelope(body) for body in bodies]
        now = self.world.clock()
        async with self.units.unit_of_work() as uow:
            new = await inbox.keep(uow, [update for update in updates if update], now=now)
        self.reached("intake.after_store")
        if self.ring is not None:
            if new:
                self.ring()
            return
        for update in updates:
            if update and update.update_id in new:
                new.discard(update.update_id)
                self._line_up(update.queue, update)

    async def run(self, chats: Chats | None = None) -> None:
        """Handle what waits, and what comes, until cancelled; `chats`: what processes share them by."""
        try:
            async with asyncio.TaskGroup() as group:
                if chats is None:
                    await self._line_up_what_is_left()
                else:
                    sharing = Sharing(chats, self._unanswered, self._woken, lambda: self._is_closing)
                    self._line = sharing.line
                    group.create_task(sharing.run())
                for _ in range(line.CHATS_AT_ONCE):
                    group.create_task(self._line.serve(self._handle))
        finally:
            # what still stands in it is handled by whoever begins anew: nobody waits for it here
            self._line = Line()

    def wake(self) -> None:
        """Something was kept, by whatever process: look now."""
        self._woken.set()

    async def settle(self) -> None:
        """Wait until nothing waits here."""
        await self._line.settle()

    async def finish(self) -> None:
        """Begin nothing more, and wait until what was begun is answered."""
        self._is_closing = True
        await self.settle()

    async def _line_up_what_is_left(self) -> None:
        waiting, unanswered = await _patiently(self._left_over)
        for chat_id in unanswered:
            self._line_up(chat_id, None)
        for update in waiting:
            self._line_up(update.queue, update)
        self._is_lined_up.set()

    async def _left_over(self) -> tuple[Sequence[ReceivedUpdate], Sequence[int]]:
        async with self.units.reading() as uow:
            return await inbox.left_over(uow)

    def _line_up(self, chat_id: int, update: ReceivedUpdate | None) -> None:
        if not self._is_closing:
            self._line.add(chat_id, [update])

    async def _handle(self, chat_id: int, received: ReceivedUpdate | None) -> None:
        try:
            if received is None:
                await self._answer_again(chat_id)
            elif turn := await self._applied(received):
                await self._answer(turn)
        except Exception:
            # what took effect is kept as such: the next start answers it, or whoever takes the chat next
            log.exception("not answered", update_id=received.update_id if received else NOBODY)
            self._unanswered.add(chat_id)
            # whoever takes the chat next, in whatever process, meets the same: not at once
            await asyncio.sleep(RETRY_AFTER_S)
        else:
            self._unanswered.discard(chat_id)

    async def _applied(self, received: ReceivedUpdate) -> Turn | None:
        """Return what there is to answer; None when there is nothing, or the update is set aside."""
        reason = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await _patiently(lambda: self._apply(received))
            except Exception as error:
                log.exception("update not applied", update_id=received.update_id, attempt=attempt)
                reason = f"{type(error).__name__} while handling"
        await _patiently(lambda: self._set_aside(received, reason))
        return None

    async def _apply(self, received: ReceivedUpdate) -> Turn | None:
        update = bodies.parsed(received.body, self.application)
        if update is None or received.queue == NOBODY:
            reason = "not an update that we can read" if update is None else "of no chat"
            await self._set_aside(received, reason)
            return None
        group = await group_rights.read(self.application.bot, update)
        async with self.units.unit_of_work() as uow:
            if not await inbox.is_next(uow, received):
                return None
            turn = await self._open(uow, update, received.queue)
            turn.group = group
            self.application.bot_data.turns[update.update_id] = turn
            try:
                await self.application.process_update(update)
            finally:
                del self.application.bot_data.turns[update.update_id]
            if turn.has_failed:
                await uow.undo()
                if not await inbox.is_next(uow, received):
                    return None
            is_answered = not turn.answers and update.callback_query is None
            if is_answered:  # there is nothing to say: nor is there after a crash
                await inbox.mark_answered(uow, [update.update_id])
            else:
                await inbox.mark_applied(uow, update.update_id)
            self.reached("intake.before_apply_commit")
        self.reached("intake.after_apply_commit")
        self.count("updates")
        return None if is_answered else turn

    async def _open(self, uow: UnitOfWork, update: Update, chat_id: int) -> Turn:
        subscriber = await subscribers.get(uow, chat_id)
        person = update.effective_user
        language = (
            subscriber.language
            if subscriber
            else Language.of_telegram(person.language_code if person else None)
        )
        return Turn(
            world=self.world,
            uow=uow,
            update=update,
            chat_id=chat_id,
            now=self.world.clock(),
            language=language,
            subscriber=subscriber,
            state=await conversations.of(uow, chat_id) if subscriber else None,
        )

    async def _draw(self, turn: Turn) -> None:
        """What counts many people holds up nobody who writes."""
        if not any(isinstance(answer, Draw) for answer in turn.answers):
            return
        try:
            async with self.units.reading() as uow:
                await turn.draw(uow)
        except UserError as error:
            turn.answers = [Show(words.screen(turn.translator, error))]

    async def _answer(self, turn: Turn) -> None:
        await _patiently(lambda: self._draw(turn))
        query = turn.update.callback_query
        question, is_lost = await self._send(turn, query.id if query else None)
        await _patiently(lambda: self._note_answered(turn, question, is_lost=is_lost))

    async def _note_answered(self, turn: Turn, question: int | None, *, is_lost: bool) -> None:
        if not (turn.is_erased or is_lost):
            await self._answered.note(turn.update.update_id, turn.chat_id, question)
            return
        async with self.units.unit_of_work() as uow:
            if turn.is_erased:
                uow.leave_no_trace()
            if is_lost:
                await subscribers.lose(uow, turn.chat_id, is_final=False, now=turn.now)
            await inbox.mark_answered(uow, [turn.update.update_id])

    async def _send(self, turn: Turn, query_id: str | None) -> tuple[int | None, bool]:
        """Return the message with the question, and whether the chat can't be reached."""
        try:
            bot = self.application.bot
            return await answering.send(bot, turn.chat_id, turn.answers, query_id=query_id), False
        except Forbidden:
            return None, True
        except Exception as error:  # noqa: BLE001 -- the library raises a bare KeyError on an odd answer
            log.warning("answer not sent", update_id=turn.update.update_id, error=type(error).__name__)
            self.count("answers_failed")
            return None, False

    async def _answer_again(self, chat_id: int) -> None:
        """After a crash between effects and answer: the present screen, drawn from the state."""
        turn = await _patiently(lambda: self._redrawn(chat_id))
        await _patiently(lambda: self._draw(turn))
        question, _ = await self._send(turn, None)
        await _patiently(lambda: self._note_redrawn(chat_id, question))

    async def _redrawn(self, chat_id: int) -> Turn:
        async with self.units.unit_of_work() as uow:
            turn = await self._open(uow, Update(update_id=NOBODY), chat_id)
            if chat_id > 0:  # in a group there is no screen of anybody's
                await present.show(turn)
            return turn

    async def _note_redrawn(self, chat_id: int, question: int | None) -> None:
        async with self.units.unit_of_work() as uow:
            if question is not None:
                await conversations.shown_in(uow, {chat_id: question})
            await inbox.mark_all_answered(uow, chat_id)

    async def _set_aside(self, received: ReceivedUpdate, reason: str) -> None:
        async with self.units.unit_of_work() as uow:
            if not await inbox.is_next(uow, received):
                return
            await inbox.set_aside(
                uow, received.update_id, shape=bodies.stripped(received.body), reason=reason
            )
        self.count("updates_set_aside")


async def _patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Do this, and again until the database can serve."""
    is_told = False
    while True:
        try:
            return await act()
        except StorageError as error:
            if not is_told:
                log.warning("the database is waited for", why=str(error))
            is_told = True
        await asyncio.sleep(RETRY_AFTER_S)


def envelope(body: str) -> ReceivedUpdate | None:
    """Return an update with its number and whose turn it is; None when it has no number at all."""
    try:
        update = json.loads(body)
        update_id = update["update_id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(update_id, int) or isinstance(update_id, bool) or abs(update_id) >= 1 << 63:
        return None
    return ReceivedUpdate(update_id, chat_of(update), body)


def chat_of(update: Mapping[str, Any]) -> int:
    """Return the chat that an update belongs to; 0 when it belongs to none that can be told."""
    for kind in ENVELOPE:
        found: Any = update.get(kind)
        if kind == "callback_query" and isinstance(found, dict) and "message" in found:
            found = found["message"]
        chat = found.get("chat") if isinstance(found, dict) else None
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(number, int) and not isinstance(number, bool) and abs(number) < 1 << 63:
            return number
    return NOBODY
