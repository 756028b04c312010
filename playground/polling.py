"""getUpdates, as the official server's source does it."""

import asyncio
from collections.abc import Callable

from playground import errors, updates

_LONGEST = 50
_MOST = 100
_MOST_BYTES = 1 << 22
_AGAIN, _AT_ONCE = 3.0, 0.5
_OTHER = "terminated by other getUpdates request; make sure that only one bot instance is running"


class Polling:
    """At most one caller waits; a second one sends it away."""

    def __init__(self, queue: updates.Updates, *, pace: float) -> None:
        self._queue = queue
        self._pace = pace
        self._waiting: asyncio.Future[None] | None = None
        self._last_offset = 0
        self._last_start = float("-inf")
        self._next_conflict = float("-inf")

    @property
    def has_caller(self) -> bool:
        """Whether a long poll waits now."""
        return self._waiting is not None

    async def get(self, *, offset: int, limit: int, timeout: int) -> str:  # noqa: ASYNC109 -- Telegram's own parameter
        """Give the next updates as a JSON array; raise the 409 of one who was sent away."""
        limit, seconds = max(1, min(_MOST, limit)), float(max(0, min(_LONGEST, timeout)))
        now = asyncio.get_running_loop().time()
        again = offset == self._last_offset
        if again and seconds < _AGAIN and now < self._last_start + _AGAIN * self._pace:
            seconds = _AGAIN * self._pace
        if again and now < self._last_start + _AT_ONCE * self._pace:
            limit = 1
        self._last_offset, self._last_start = offset, now
        # Placed once: what "the last one" means does not change while the call waits.
        start = self._queue.placed(offset)
        found = self._queue.take(start, limit)
        if not found and seconds:
            await self._wait(seconds)
            found = self._queue.take(start, limit)
        return _array(found)

    def wake(self) -> None:
        """Something came: let the waiting caller have it."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def send_away(self, error: errors.Refusal) -> None:
        """End the waiting call with a refusal."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error)

    async def _wait(self, seconds: float) -> None:
        self.send_away(errors.conflict(_OTHER))
        mine = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            pass
        except errors.Refusal as refusal:
            if refusal.code == errors.conflict("").code:
                await self.hold_back()
            raise
        finally:
            if self._waiting is mine:
                self._waiting = None

    async def hold_back(self) -> None:
        """Wait as the server does before it says 409 again: one such answer in 3 s."""
        now = asyncio.get_running_loop().time()
        if now < self._next_conflict:
            await asyncio.sleep(_AGAIN * self._pace)
        else:
            self._next_conflict = now + _AGAIN * self._pace


def _array(events: list[updates.Event], size: Callable[[str], int] = len) -> str:
    """Write as many as fit into 4 MiB."""
    texts: list[str] = []
    left = _MOST_BYTES
    for event in events:
        left -= 50 + size(event.json)
        if left <= 0:
            break
        texts.append(event.json)
    return f"[{', '.join(texts)}]"
