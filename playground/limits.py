"""Telegram's real limits, as far as they are told: off until a test or a benchmark turns them on."""

import collections
import math

from playground import errors

_MINUTE = 60.0


class Limits:
    """Sliding windows over real time: sends in a second, in a chat, and to a group in a minute."""

    def __init__(self) -> None:
        self.overall: int | None = None
        """Messages a second to all chats together (Telegram says about 30)."""
        self.chat_burst: int | None = None
        """Messages to one private chat that are let through before it is one a second."""
        self.group_per_minute: int | None = None
        """Messages a minute to one group (Telegram says 20)."""
        self._all: collections.deque[float] = collections.deque()
        self._ready: dict[int, float] = {}
        self._groups: dict[int, collections.deque[float]] = collections.defaultdict(collections.deque)

    def turn_on(self, *, overall: int = 30, chat_burst: int = 3, group_per_minute: int = 20) -> None:
        """Limit as Telegram does."""
        self.overall, self.chat_burst, self.group_per_minute = overall, chat_burst, group_per_minute

    def turn_off(self) -> None:
        """Limit nothing."""
        self.overall = self.chat_burst = self.group_per_minute = None

    def spend(self, chat_id: int, *, now: float) -> None:
        """Count one send, or refuse it with 429; ``now`` is the loop's time in seconds."""
        if self.overall is not None:
            _check_window(self._all, self.overall, 1.0, now)
        if chat_id < 0 and self.group_per_minute is not None:
            _check_window(self._groups[chat_id], self.group_per_minute, _MINUTE, now)
            self._groups[chat_id].append(now)
        elif chat_id > 0 and self.chat_burst is not None:
            self._spend_in_chat(chat_id, self.chat_burst, now)
        if self.overall is not None:
            self._all.append(now)

    def _spend_in_chat(self, chat_id: int, burst: int, now: float) -> None:
        """Fill a bucket that leaks one a second."""
        ready = max(self._ready.get(chat_id, 0.0), now)
        if ready - now > burst - 1:
            raise errors.too_many(math.ceil(ready - now - burst + 1))
        self._ready[chat_id] = ready + 1.0


def _check_window(window: collections.deque[float], most: int, seconds: float, now: float) -> None:
    while window and window[0] <= now - seconds:
        window.popleft()
    if len(window) >= most:
        raise errors.too_many(math.ceil(window[0] + seconds - now))
