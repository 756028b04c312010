"""The one door to Telegram: a request class for python-telegram-bot over aiohttp.

It alone turns Telegram's answers into outcomes and holds the pause that a 429 asks for. Answers to people
wait for the pause and are tried again after a 429; deliveries (`listening`) are told of it instead. Polling
passes even while paused. No error holds an address, since the address holds the token.
"""

import asyncio
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import aiohttp
from telegram import error as errors
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBDeprecationWarning

from delivery import reading
from delivery.pause import Pause
from domain import outcomes
from domain.errors import DeliveryError

Count = Callable[[str, Mapping[str, str]], None]
Timeout = float | None | object
"""Seconds, None for no limit, or the library's mark for "not given"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times in real seconds."""

    connections: int = 100
    connect_timeout: float = 5
    """To get a connection, waiting for a free one included."""
    read_timeout: float = 10
    """Without a byte from Telegram."""
    upload_timeout: float = 30
    """Added to the whole when a file goes with the call."""
    patience: float = 90
    """An answer to a person waits so long for a pause to end, then fails."""


class TokenRefusedError(errors.TelegramError, DeliveryError):
    """Telegram does not know the bot. Not InvalidToken: the library writes the token into that one."""


@dataclass(slots=True)
class Heard:
    """What became of the call made while listening; None while none was made."""

    outcome: outcomes.Outcome | None = None


_listener: ContextVar[Heard | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Learn the exact outcome of the call made in this block; during a pause it fails at once."""
    heard = Heard()
    token = _listener.set(heard)
    try:
        yield heard
    finally:
        _listener.reset(token)


class Transport(BaseRequest):
    """May serve as both of a bot's request objects at once."""

    def __init__(self, options: Options, *, pause: Pause, count: Count) -> None:
        self._options = options
        self._pause = pause
        self._count = count
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte from Telegram, unless a call says otherwise."""
        return self._options.read_timeout

    async def initialize(self) -> None:
        """Open the connections' pool; once open, nothing happens."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._options.connections, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- the connect timeout covers it
    ) -> tuple[int, bytes]:
        """Return (200, body), or raise the library's own kind of error, without any address in it."""
        timeout = self._timeout(read_timeout, write_timeout, connect_timeout, request_data)
        call = _Call(url, method, request_data, timeout)
        heard = _listener.get()
        if call.name == "getUpdates":
            reply = await self._call(call)
        elif heard is None:
            reply = await self._call_patiently(call)
        else:
            reply = await self._call(call) if not self._pause.left() else _held(self._pause)
            heard.outcome = reply.outcome
        if reply.is_good:
            return 200, reply.body
        raise _error(reply)

    async def _call_patiently(self, call: "_Call") -> reading.Reply:
        """Obey the pause; a 429 surely was not sent: try again after it."""
        deadline = asyncio.get_running_loop().time() + self._options.patience
        while True:
            if asyncio.get_running_loop().time() + self._pause.left() > deadline:
                return _held(self._pause)
            await self._pause.over()
            reply = await self._call(call)
            if not isinstance(reply.outcome, outcomes.Paused):
                return reply

    async def _call(self, call: "_Call") -> reading.Reply:
        reply = await self._exchange(call)
        if isinstance(reply.outcome, outcomes.Paused):
            self._pause.begin(reply.outcome.length)
        self._count("telegram_calls", {"method": call.name, "outcome": type(reply.outcome).__name__})
        return reply

    async def _exchange(self, call: "_Call") -> reading.Reply:
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        try:
            async with self._session.request(
                call.method,
                call.url,
                data=_body(call.data),
                headers=_HEADERS if call.is_plain else None,
                timeout=call.timeout,
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except _NEVER_LEFT as error:
            return reading.Reply(0, outcomes.NotSent(type(error).__name__))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return reading.Reply(0, outcomes.Unknown(type(error).__name__))
        return reading.read(response.status, body, secret=call.secret, is_file=call.method == "GET")

    def _timeout(
        self, read: Timeout, write: Timeout, connect: Timeout, data: RequestData | None
    ) -> aiohttp.ClientTimeout:
        reads = _or_default(read, self._options.read_timeout)
        connects = _or_default(connect, self._options.connect_timeout)
        upload = self._options.upload_timeout if data and data.contains_files else 0
        writes = _or_default(write, upload)
        parts = (reads, connects, writes)
        # a server that drips bytes never trips the read timeout
        total = None if None in parts else 1 + sum(part for part in parts if part is not None)
        return aiohttp.ClientTimeout(total=total, connect=connects, sock_read=reads)
