"""Updates brought to the bot by HTTP, as the official server's source does it.

One queue per chat for messages and another per person for pressed buttons; the next update of a queue
goes only after the one before it got a 2xx. A failing update blocks its own queue and no other.
"""

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Coroutine
from typing import Any
from urllib import parse

import aiohttp

from playground import errors, updates

_LONGEST_WAIT = 60
_LONGEST_RETRY_AFTER = 3600
_ANSWER_WITHIN = 60
_HERE = {"127.0.0.1", "localhost", "::1"}

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Webhook:
    """Where updates are brought, and the bringing."""

    def __init__(self, queue: updates.Updates, *, clock: Callable[[], dt.datetime], pace: float) -> None:
        self.url = ""
        self.max_connections = 40
        self.last_error: tuple[dt.datetime, str] | None = None
        self._queue = queue
        self._clock = clock
        self._pace = pace
        self._secret = ""
        self._places = asyncio.Semaphore(self.max_connections)
        self._runs: dict[int, asyncio.Task[None]] = {}
        self._changed_at = float("-inf")
        self._session: aiohttp.ClientSession | None = None
        self._spawn: Spawn | None = None

    def open(self, session: aiohttp.ClientSession, spawn: Spawn) -> None:
        """Hand over what it delivers with."""
        self._session, self._spawn = session, spawn

    def point_to(self, url: str, *, secret: str, max_connections: int) -> bool:
        """Deliver to this address from now on; give whether anything changed."""
        self._check(url)
        if (url, secret, max_connections) == (self.url, self._secret, self.max_connections):
            return False
        now = asyncio.get_running_loop().time()
        if now < self._changed_at + self._pace:
            raise errors.too_many(1)
        self._changed_at = now
        self.remove()
        self.url, self._secret, self.max_connections = url, secret, max_connections
        self._places = asyncio.Semaphore(max_connections)
        for queue in self._queue.queues():
            self.wake(queue)
        return True

    def remove(self) -> None:
        """Deliver no more."""
        self.url, self._secret, self.last_error = "", "", None
        for run in self._runs.values():
            run.cancel()
        self._runs.clear()

    def wake(self, queue: int) -> None:
        """Something waits in a queue: let it run unless it does."""
        if self._spawn is not None and queue not in self._runs:
            self._runs[queue] = self._spawn(self._run(queue))

    @staticmethod
    def _check(url: str) -> None:
        try:
            parts = parse.urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, parse.urlsplit("")
        if not host or parts.scheme not in {"http", "https"}:
            raise errors.bad_request("invalid webhook URL specified")
        if host not in _HERE:
            raise errors.bad_request("bad webhook: this stand-in delivers to its own machine only")

    async def _run(self, queue: int) -> None:
        """Bring one queue's updates in order until it is empty."""
        try:
            while event := self._queue.head(queue):
                await self._bring(event)
                self._queue.forget(event.id)
        finally:
            if self._runs.get(queue) is asyncio.current_task():
                del self._runs[queue]

    async def _bring(self, event: updates.Event) -> None:
        """Try at once, then after 0, 2, 4, 8 … s, until it is taken or too old."""
        delay, fails = 1, 0
        while True:
            failure, retry_after = await self._post(event)
            if failure is None:
                return
            self.last_error = (self._clock(), failure)
            wait = min(retry_after, _LONGEST_RETRY_AFTER)
            if not wait and fails:
                longest = random.randint(_LONGEST_WAIT, 2 * _LONGEST_WAIT)  # noqa: S311 -- spreads retries
                wait = delay = min(longest, 2 * delay)
            pause = wait * self._pace
            if self._clock() + dt.timedelta(seconds=pause) > event.expires_at:
                return
            fails += 1
            await asyncio.sleep(pause)

    async def _post(self, event: updates.Event) -> tuple[str | None, int]:
        """Send once; give what went wrong and how long the bot asks to be left alone."""
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret
        session = self._session
        if session is None:
            return "Webhook connection closed", 0
        try:
            async with (
                self._places,
                asyncio.timeout(_ANSWER_WITHIN),
                session.post(
                    self.url, data=event.json.encode(), headers=headers, allow_redirects=False
                ) as answer,
            ):
                await answer.read()
                if answer.ok and answer.status < 300:  # noqa: PLR2004 -- any 2xx is a yes, a redirect is not
                    return None, 0
                asked = answer.headers.get("Retry-After", "")
                wrong = f"Wrong response from the webhook: {answer.status} {answer.reason}"
                return wrong, int(asked) if asked.isdecimal() else 0
        except TimeoutError:
            return "Read timeout expired", 0
        except (aiohttp.ClientError, OSError) as error:
            return f"Webhook connection failed: {type(error).__name__}", 0
