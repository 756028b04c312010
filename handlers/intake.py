"""From Telegram to the handlers: kept first, then one chat's updates in order.

    received  a row, before Telegram is told that we have it
    applied   its effects and its being done are one transaction
    answered  after the commit; a crash in between shows the present screen again

Different chats go on at the same time. What can't be read, or fails unexpectedly twice,
is set aside without its personal text, and the next one goes on. A failing disk is waited
out: nothing is set aside that can't be written so.
"""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Update
from telegram.error import Forbidden

from domain.subscribers import Language
from handlers import answering, group_rights, present
from handlers.context import BotApplication
from handlers.turn import Turn
from handlers.world import World
from services import ReceivedUpdate, UnitOfWork, UnitsOfWork, conversations, subscribers
from services import updates as inbox

CHATS_AT_ONCE = 16
NOBODY = 0
ATTEMPTS = 2
RETRY_AFTER_S = 1.0
ENVELOPE = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update that we ask Telegram for."""

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
    _waiting: dict[int, deque[ReceivedUpdate | None]] = field(default_factory=dict)
    """By chat, in order; None stands for the answer that a crash took away."""
    _ready: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _is_lined_up: asyncio.Event = field(default_factory=asyncio.Event)
    """What was kept before the start stands in line."""

    async def receive(self, bodies: Sequence[str]) -> None:
        """Keep updates as they came; once this returns, they are not lost."""
        # kept earlier, they would be found by `run` too, and handled twice
        await self._is_lined_up.wait()
        updates = [envelope(body) for body in bodies]
        now = self.world.clock()
        async with self.units.unit_of_work() as uow:
            new = await inbox.keep(uow, [update for update in updates if update], now=now)
        self.reached("intake.after_store")
        for update in updates:
            if update and update.update_id in new:
                new.discard(update.update_id)
                self._enqueue(update.queue, update)

    async def run(self) -> None:
        """Handle what waits, and what comes, until cancelled."""
        async with self.units.reading() as uow:
            waiting, unanswered = await inbox.left_over(uow)
        for chat_id in unanswered:
            self._enqueue(chat_id, None)
        for update in waiting:
            self._enqueue(update.queue, update)
        self._is_lined_up.set()
        async with asyncio.TaskGroup() as group:
            for _ in range(CHATS_AT_ONCE):
                group.create_task(self._serve())

    async def settle(self) -> None:
        """Wait until nothing waits."""
        await self._ready.join()

    def _enqueue(self, chat_id: int, update: ReceivedUpdate | None) -> None:
        if chat_id in self._waiting:
            self._waiting[chat_id].append(update)
        else:
            self._waiting[chat_id] = deque([update])
            self._ready.put_nowait(chat_id)

    async def _serve(self) -> None:
        """Take one chat at a time, and all that waits for it; the chat is nobody else's meanwhile."""
        while True:
            chat_id = await self._ready.get()
            waiting = self._waiting[chat_id]
            while waiting:
                await self._handle(chat_id, waiting.popleft())
            del self._waiting[chat_id]
            self._ready.task_done()

    async def _handle(self, chat_id: int, received: ReceivedUpdate | None) -> None:
        try:
            if received is None:
                await self._answer_again(chat_id)
            elif turn := await self._applied(received):
                await self._answer(turn)
        except Exception:
            # what took effect is kept as such: the next start answers it
            log.exception("not answered", update_id=received.update_id if received else NOBODY)

    async def _applied(self, received: ReceivedUpdate) -> Turn | None:
        """Return what there is to answer; None once the update is set aside."""
        for attempt in itertools.count(1):
            try:
                return await self._apply(received)
            except Exception as error:
                log.exception("update not applied", update_id=received.update_id, attempt=attempt)
                reason = f"{type(error).__name__} while handling"
            if attempt < ATTEMPTS:
                continue
            if await self._is_set_aside(received, reason):
                break
            await asyncio.sleep(RETRY_AFTER_S)
        return None

    async def _is_set_aside(self, received: ReceivedUpdate, reason: str) -> bool:
        try:
            await self._set_aside(received, reason)
        except Exception as error:  # noqa: BLE001 -- the disk may be full for a while
            log.error("nothing can be set aside", error=type(error).__name__)  # noqa: TRY400 -- the type says enough
            return False
        return True

    async def _apply(self, received: ReceivedUpdate) -> Turn | None:
        update = parsed(received.body, self.application)
        if update is None or received.queue == NOBODY:
            reason = "not an update that we can read" if update is None else "of no chat"
            await self._set_aside(received, reason)
            return None
        group = await group_rights.read(self.application.bot, update)
        async with self.units.unit_of_work() as uow:
            turn = await self._open(uow, update, received.queue)
            turn.group = group
            self.application.bot_data.turns[update.update_id] = turn
            try:
                async with uow.savepoint() as effects:
                    await self.application.process_update(update)
                    if turn.has_failed:
                        await effects.rollback()
            finally:
                del self.application.bot_data.turns[update.update_id]
            await inbox.mark_applied(uow, update.update_id)
            self.reached("intake.before_apply_commit")
        self.reached("intake.after_apply_commit")
        self.count("updates")
        return turn

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

    async def _answer(self, turn: Turn) -> None:
        query = turn.update.callback_query
        question, is_lost = await self._send(turn, query.id if query else None)
        async with self.units.unit_of_work() as uow:
            if turn.is_erased:
                uow.leave_no_trace()
            elif question is not None:
                await conversations.shown_in(uow, turn.chat_id, question)
            if is_lost:
                await subscribers.lose(uow, turn.chat_id, is_final=False, now=turn.now)
            await inbox.mark_answered(uow, turn.update.update_id)

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
        async with self.units.unit_of_work() as uow:
            turn = await self._open(uow, Update(update_id=NOBODY), chat_id)
            await present.show(turn)
        question, _ = await self._send(turn, None)
        async with self.units.unit_of_work() as uow:
            if question is not None:
                await conversations.shown_in(uow, chat_id, question)
            await inbox.mark_all_answered(uow, chat_id)

    async def _set_aside(self, received: ReceivedUpdate, reason: str) -> None:
        self.count("updates_set_aside")
        async with self.units.unit_of_work() as uow:
            await inbox.set_aside(uow, received.update_id, shape=stripped(received.body), reason=reason)


def envelope(body: str) -> ReceivedUpdate | None:
    """Return an update with its number and whose turn it is; None when it has no number at all."""
    try:
        update = json.loads(body)
        update_id = update["update_id"]
    except (ValueError, TypeError, KeyError):
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


def parsed(body: str, application: BotApplication) -> Update | None:
    """Return the update, or None when python-telegram-bot can't read it."""
    try:
        return Update.de_json(json.loads(body), application.bot)
    except Exception as error:  # noqa: BLE001 -- its parser raises six kinds of error on odd input
        log.warning("update can't be read", error=type(error).__name__)
        return None


def stripped(body: str) -> str:
    """Return the shape of an update: its keys, and no value that anyone wrote."""

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {str(key): shape(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [shape(inner) for inner in value]
        return type(value).__name__

    return json.dumps(shape(json.loads(body)))
