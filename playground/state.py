"""What Telegram keeps, and the few ways in which it changes."""

import asyncio
import collections
import itertools
import random
from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp

from playground import errors, faults, limits, log, people, polling, profile, updates, view, webhook
from playground.options import Options

T = TypeVar("T")

_FIRST_PERSON, _FIRST_GROUP, _FIRST_SUPERGROUP = 100_001, -1_001, -1_001_000_000_001
_LISTENER = 1_000
_WHEN_SILENT = 10.0


class State:
    """The server's memory: nothing of it outlives the process."""

    def __init__(self, options: Options, *, call_log: log.Log) -> None:
        self.options = options
        self.clock = options.clock
        self.bot = people.bot_user(options.token, options.bot_name, options.bot_username)
        self.log = call_log
        self.people: dict[int, people.Person] = {}
        self.chats: dict[int, people.Chat] = {}
        self.presses: dict[str, people.Press] = {}
        self.files: dict[str, people.File] = {}
        self.profile = profile.Profile(options.bot_name)
        self.updates = updates.Updates(options.clock)
        self.polling = polling.Polling(self.updates, pace=options.pace)
        self.webhook = webhook.Webhook(self.updates, clock=options.clock, pace=options.pace)
        self.updates.on_push = self._on_update
        self.faults = faults.Faults()
        self.limits = limits.Limits()
        self._listeners: dict[int, set[asyncio.Queue[Any]]] = collections.defaultdict(set)
        self._waiting: set[asyncio.Future[None]] = set()
        self._message_ids = itertools.count(1)
        self._press_ids = itertools.count(random.getrandbits(60))
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._group_ids = itertools.count(_FIRST_GROUP, -1)
        self._supergroup_ids = itertools.count(_FIRST_SUPERGROUP, -1)

    def open(self, session: aiohttp.ClientSession, spawn: webhook.Spawn) -> None:
        """Hand over what updates are delivered with."""
        self.webhook.open(session, spawn)

    def close(self) -> None:
        """End what waits: the streams of phones, and the bot's long poll."""
        self.webhook.remove()
        self.polling.send_away(errors.RESTARTING)
        self.tell_all(None)

    def _on_update(self, event: updates.Event) -> None:
        if self.webhook.url:
            self.webhook.wake(event.queue)
        else:
            self.polling.wake()

    # -- who may be written to ---------------------------------------------------------------------

    def require_chat(self, chat_id: int | str | None) -> people.Chat:
        """Find a chat, or say with Telegram's words that there is none."""
        if chat_id is None:
            raise errors.bad_request("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise errors.bad_request("chat not found")
        if chat.migrated_to is not None:
            raise errors.migrated(chat.migrated_to)
        return chat

    def require_writable(self, chat_id: int | str | None) -> people.Chat:
        """Find a chat that the bot may write to now."""
        chat = self.require_chat(chat_id)
        if chat.kind == "private":
            self._check_person(self.people[chat.id])
        elif chat.bot_status == "kicked":
            raise errors.forbidden(f"bot was kicked from the {chat.kind} chat")
        elif chat.bot_status == "left":
            raise errors.forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat

    @staticmethod
    def _check_person(person: people.Person) -> None:
        if person.deactivated:
            raise errors.forbidden("user is deactivated")
        if person.blocked:
            raise errors.forbidden("bot was blocked by the user")
        if not person.has_started:
            raise errors.forbidden("bot can't initiate conversation with a user")

    # -- messages ----------------------------------------------------------------------------------

    def seconds(self) -> int:
        """Tell the time as the Bot API writes it: whole seconds since 1970, on the product's clock."""
        return int(self.clock().timestamp())

    def post(
        self,
        chat: people.Chat,
        content: people.Body,
        *,
        sender: people.Person | None = None,
        silent: bool = False,
        is_service: bool = False,
    ) -> people.Stored:
        """Put a message into a chat: from a person, or from the bot when no one is named."""
        body: people.Body = {"message_id": next(self._message_ids)}
        if chat.kind == "channel":
            body["sender_chat"] = chat.body
        else:
            body["from"] = sender.user if sender else self.bot
        body |= {"chat": chat.body, "date": self.seconds(), **content}
        origin = "service" if is_service else "person" if sender else "bot"
        stored = people.Stored(body, origin, silent=silent)
        chat.messages[stored.id] = stored
        self.tell(chat, {"type": "message", "message": stored})
        return stored

    def replace(self, chat: people.Chat, stored: people.Stored, content: people.Body) -> None:
        """Give a message its new content; the old body stays as it is in answers already given."""
        stored.body = content
        self.tell(chat, {"type": "edit", "message": stored})

    def remove(self, chat: people.Chat, message_id: int) -> None:
        """Take a message away."""
        del chat.messages[message_id]
        self.tell(chat, {"type": "delete", "id": message_id})

    def set_reply_keyboard(self, chat: people.Chat, markup: people.Body | None) -> None:
        """Show other keys in the place of the phone's keyboard, or take them away."""
        if chat.reply_keyboard == markup:
            return
        chat.reply_keyboard = markup
        self.tell(chat, {"type": "keyboard", "reply_keyboard": view.reply_keyboard(markup)})

    def keep_file(self, name: str, mime: str, content: bytes, *, folder: str) -> people.File:
        """Keep a file for good."""
        number = len(self.files) + 1
        path = f"{folder}/file_{number}" + (f".{name.rpartition('.')[2]}" if "." in name else "")
        kept = people.File(f"BQACAgQAAxkDAAI{number:06d}", f"AgADuniq{number:06d}", name, mime, content, path)
        self.files[kept.id] = kept
        return kept

    def new_press(self, person_id: int) -> str:
        """Number a pressed button."""
        press_id = str(next(self._press_ids))
        self.presses[press_id] = people.Press(person_id, self.clock())
        return press_id

    # -- who listens -------------------------------------------------------------------------------

    def tell(self, chat: people.Chat, event: dict[str, Any]) -> None:
        """Let the phones that show this chat, and the tests that wait for it, know."""
        listeners = self._listeners.get(chat.id)
        if listeners:
            if isinstance(event.get("message"), people.Stored):
                event = {**event, "message": view.message(event["message"])}
            for listener in listeners:
                if not listener.full():
                    listener.put_nowait(event)
        self.changed()

    def listen(self, chat_id: int) -> asyncio.Queue[Any]:
        """Open a stream of what happens in a chat; None in it means the end."""
        listener: asyncio.Queue[Any] = asyncio.Queue(_LISTENER)
        self._listeners[chat_id].add(listener)
        return listener

    def stop_listening(self, chat_id: int, listener: asyncio.Queue[Any]) -> None:
        """Close a stream."""
        self._listeners[chat_id].discard(listener)

    def tell_all(self, event: dict[str, Any] | None) -> None:
        """Tell every phone; None ends the streams."""
        for listener in itertools.chain.from_iterable(self._listeners.values()):
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(event)
        self.changed()

    def changed(self) -> None:
        """Wake those who wait for something."""
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def until(
        self,
        chat_id: int,
        condition: Callable[[list[people.Body]], T],
        *,
        within: float = _WHEN_SILENT,
    ) -> T:
        """Wait until a condition on a chat's messages (as the phone shows them) gives something true."""
        return await self._until(
            lambda: condition(self.messages(chat_id)), lambda: self.messages(chat_id), within
        )

    async def until_logged(
        self,
        condition: Callable[[list[log.Record]], T],
        *,
        within: float = _WHEN_SILENT,
    ) -> T:
        """Wait until a condition on the log of calls gives something true."""
        records = self.log.records
        return await self._until(lambda: condition(list(records)), lambda: list(records)[-5:], within)

    async def _until(self, condition: Callable[[], T], show: Callable[[], object], within: float) -> T:
        try:
            async with asyncio.timeout(within):
                while not (result := condition()):
                    change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiting.add(change)
                    await change
                return result
        except TimeoutError:
            raise TimeoutError(f"not within {within} s; at the end: {show()}") from None

    def messages(self, chat_id: int) -> list[people.Body]:
        """Show a chat as the phone does, oldest first."""
        return [view.message(stored) for stored in self.chats[chat_id].messages.values()]
