"""The queue of updates: numbered, each with a lifetime, forgotten only when confirmed or too old."""

import collections
import dataclasses
import datetime as dt
import itertools
import json
from collections.abc import Callable
from typing import Any

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
)
BY_DEFAULT = frozenset(KINDS) - {"chat_member", "message_reaction", "message_reaction_count"}
_FIRST = 100_000_001
_AHEAD = 10

DAY = dt.timedelta(days=1)
PRESS = dt.timedelta(seconds=150)


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One update, already written as JSON: what happens later does not change it."""

    id: int
    queue: int
    expires_at: dt.datetime
    json: str


class Updates:
    """What waits for the bot."""

    def __init__(self, clock: Callable[[], dt.datetime]) -> None:
        self._clock = clock
        self._events: collections.OrderedDict[int, Event] = collections.OrderedDict()
        self._queues: dict[int, collections.OrderedDict[int, Event]] = {}
        self._next = _FIRST
        self._first_expiry: dt.datetime | None = None
        self.allowed: frozenset[str] = BY_DEFAULT
        self.on_push: Callable[[Event], None] = lambda _event: None

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._events)

    def push(self, kind: str, body: Any, *, lifetime: dt.timedelta, queue: int) -> None:
        """Add an update unless the bot did not subscribe to its kind."""
        if kind in self.allowed:
            self._add({kind: body}, lifetime, queue)

    def push_raw(self, body: dict[str, Any], *, queue: int = 0) -> None:
        """Add whatever a test wants the bot to get; its update_id is set here."""
        self._add(body, DAY, queue)

    def subscribe(self, kinds: list[str] | None) -> None:
        """Keep the kinds asked for; None keeps the setting, nothing known means the default."""
        if kinds is not None:
            self.allowed = frozenset(kind.lower() for kind in kinds) & frozenset(KINDS) or BY_DEFAULT

    def placed(self, offset: int) -> int:
        """Turn an offset into the number it means now: negative ones count from the end."""
        self._drop_expired()
        head = next(iter(self._events), self._next)
        if offset < 0:
            offset += self._next
        return head if offset < head or offset > self._next + _AHEAD else offset

    def take(self, offset: int, limit: int) -> list[Event]:
        """Forget what is below a placed offset, then show the next ones."""
        self._drop_expired()
        while self._events and (oldest := next(iter(self._events))) < offset:
            self.forget(oldest)
        return list(itertools.islice(self._events.values(), limit))

    def queues(self) -> list[int]:
        """List the queues in which something waits."""
        self._drop_expired()
        return list(self._queues)

    def head(self, queue: int) -> Event | None:
        """Show the oldest update of a queue."""
        self._drop_expired()
        return next(iter(self._queues.get(queue, {}).values()), None)

    def forget(self, event_id: int) -> None:
        """Drop one update: it was confirmed or delivered."""
        event = self._events.pop(event_id, None)
        if event:
            queue = self._queues[event.queue]
            del queue[event_id]
            if not queue:
                del self._queues[event.queue]

    def clear(self) -> None:
        """Drop everything that waits."""
        self._events.clear()
        self._queues.clear()

    def _add(self, body: dict[str, Any], lifetime: dt.timedelta, queue: int) -> None:
        expires_at = self._clock() + lifetime
        numbered = {"update_id": self._next} | body | {"update_id": self._next}
        text = json.dumps(numbered, ensure_ascii=False)
        event = Event(self._next, queue, expires_at, text)
        self._events[event.id] = event
        self._queues.setdefault(queue, collections.OrderedDict())[event.id] = event
        self._next += 1
        self._first_expiry = min(self._first_expiry or expires_at, expires_at)
        self.on_push(event)

    def _drop_expired(self) -> None:
        now = self._clock()
        # Nearly always too early to look at each: lifetimes are long.
        if self._first_expiry is None or now < self._first_expiry:
            return
        for event in [event for event in self._events.values() if event.expires_at <= now]:
            self.forget(event.id)
        self._first_expiry = min((event.expires_at for event in self._events.values()), default=None)
