"""The queue of updates: numbered, each with a lifetime, forgotten only when confirmed or too old."""

import collections
import dataclasses
import datetime as dt
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
        self._next = _FIRST
        self.allowed: frozenset[str] = BY_DEFAULT
        self.on_push: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        self._drop_expired()
        return len(self._events)

    def push(self, kind: str, body: Any, *, lifetime: dt.timedelta, queue: int) -> None:
        """Add an update unless the bot did not subscribe to its kind."""
        if kind not in self.allowed:
            return
        text = json.dumps({"update_id": self._next, kind: body}, ensure_ascii=False)
        self._events[self._next] = Event(self._next, queue, self._clock() + lifetime, text)
        self._next += 1
        self.on_push()

    def push_raw(self, body: dict[str, Any], *, queue: int = 0) -> None:
        """Add whatever a test wants the bot to get; its update_id is set here."""
        text = json.dumps({**body, "update_id": self._next}, ensure_ascii=False)
        self._events[self._next] = Event(self._next, queue, self._clock() + DAY, text)
        self._next += 1
        self.on_push()

    def subscribe(self, kinds: list[str] | None) -> None:
        """Keep the kinds asked for; None keeps the setting, nothing known means the default."""
        if kinds is not None:
            self.allowed = frozenset(kind.lower() for kind in kinds) & frozenset(KINDS) or BY_DEFAULT

    def take(self, offset: int, limit: int) -> list[Event]:
        """Forget what is below the offset, then show the next ones; a negative offset counts from the end."""
        self._drop_expired()
        head = next(iter(self._events), self._next)
        if offset < 0:
            offset = max(head, self._next + offset)
        if offset < head or offset > self._next + _AHEAD:
            offset = head
        while self._events and next(iter(self._events)) < offset:
            self._events.popitem(last=False)
        return [event for event, _ in zip(self._events.values(), range(limit), strict=False)]

    def waiting(self) -> list[Event]:
        """Show all that waits, oldest first."""
        self._drop_expired()
        return list(self._events.values())

    def forget(self, event_id: int) -> None:
        """Drop one update: it was delivered."""
        self._events.pop(event_id, None)

    def clear(self) -> None:
        """Drop everything that waits."""
        self._events.clear()

    def _drop_expired(self) -> None:
        now = self._clock()
        # Nearly always none: lifetimes are long, and only the product's clock ends them.
        for event_id in [event.id for event in self._events.values() if event.expires_at <= now]:
            del self._events[event_id]
