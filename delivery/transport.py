"""The one door to Telegram: a request class for python-telegram-bot over aiohttp.

It alone turns Telegram's answers into outcomes, and obeys the pause that a 429 asks for. Answers to people
wait for the end of a pause, and after a 429 are tried again; deliveries (`deliver`) are told of it instead.
Polling passes even while paused. No error holds an address, since the address holds the token.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
from telegram.request import BaseRequest, RequestData

from delivery import replies
from delivery.pause import Pause
from domain import outcomes

Count = Callable[[str, Mapping[str, str]], None]
"""Counts one of this name with these labels."""

_JSON = {"Content-Type": "application/json"}
_TOKEN = re.compile(r"/bot([^/]+)/")


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


class Transport(BaseRequest):
    """May serve as both of a bot's request objects at once."""

    def __init__(self, options: Options, *, pause: Pause, count: Count) -> None:
        self._options = options
        self._pause = pause
        self._count = count
        self._session: aiohttp.ClientSession | None = None
        self.is_refused = False
        """Telegram did not accept the token at the last call."""
        self._away_since: float | None = None

    @property
    def away_for(self) -> float:
        """Seconds since calls began to find no Telegram; 0 while it answers, whatever it answers."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte from Telegram, unless a call says otherwise."""
        return self._options.read_timeout

    async def initialize(self) -> None:
        """Open the pool of connections; when it is open, nothing happens."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._options.connections, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 -- the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- the connect timeout covers it
    ) -> tuple[int, bytes]:
        """Return (200, body), or raise the library's own kind of error, without any address in it."""
        upload = self._options.upload_timeout if request_data and request_data.contains_files else 0.0
        timeout = _timeout(
            _given(connect_timeout, self._options.connect_timeout),
            _given(read_timeout, self._options.read_timeout),
            _given(write_timeout, upload),
        )
        call = _Call(url, method, request_data, timeout)
        reply = await (self._make(call) if call.name == "getUpdates" else self._patiently(call))
        if reply.error is not None:
            raise reply.error
        return 200, reply.body

    async def deliver(self, url: str, parameters: Mapping[str, str | int]) -> outcomes.Outcome:
        """Make a call once and return its exact outcome; during a pause none is made.

        Past the library, whose objects for it took a sixth of what a message costs, and nobody reads them.
        """
        if self._pause.left():
            return outcomes.Paused(dt.timedelta(seconds=self._pause.left()))
        return (await self._make(self._told(url, parameters))).outcome

    async def answer(self, url: str, parameters: Mapping[str, str | int]) -> int | None:
        """Make a call for somebody who waits, as `do_request` does; return the number of the message.

        Past the library, which took half of what an answer costs to make objects of what nobody reads. None:
        Telegram took it, and says no number. Raises TelegramError as the library does, and RuntimeError
        when the transport is closed.
        """
        reply = await self._patiently(self._told(url, parameters))
        if reply.error is not None:
            raise reply.error
        return reply.message_id

    def _told(self, url: str, parameters: Mapping[str, str | int]) -> "_Call":
        timeout = _timeout(self._options.connect_timeout, self._options.read_timeout, 0.0)
        return _Call(url, "POST", json.dumps(parameters).encode(), timeout)

    async def _patiently(self, call: "_Call") -> replies.Reply:
        """Wait for the end of the pause; what met a 429 surely was not taken: try it again after."""
        deadline = time.monotonic() + self._options.patience
        while time.monotonic() + self._pause.left() <= deadline:
            await self._pause.over()
            reply = await self._make(call)
            if not isinstance(reply.outcome, outcomes.Paused):
                return reply
        return self._held()

    def _held(self) -> replies.Reply:
        return replies.of_pause(outcomes.Paused(dt.timedelta(seconds=self._pause.left())))

    async def _make(self, call: "_Call") -> replies.Reply:
        reply = await self._exchange(call)
        if isinstance(reply.outcome, outcomes.Paused):
            self._pause.begin(reply.outcome.length)
        if not call.is_download:
            self._notice(reply.outcome)
        self._count("telegram_calls", {"method": call.name, "outcome": type(reply.outcome).__name__})
        return reply

    def _notice(self, outcome: outcomes.Outcome) -> None:
        self.is_refused = isinstance(outcome, outcomes.BotRefused)
        if not isinstance(outcome, outcomes.NotSent | outcomes.Unknown):
            self._away_since = None
        elif self._away_since is None:
            self._away_since = time.monotonic()

    async def _exchange(self, call: "_Call") -> replies.Reply:
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        data, headers = _body(call.data)
        try:
            async with self._session.request(
                call.method,
                call.url,
                data=data,
                headers=headers,
                timeout=call.timeout,
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # raised by the caller, outside this block: the cause would bring the address along
            return replies.of_failure(error)
        if call.is_download:
            return replies.of_file(response.status, body)
        return replies.of_answer(response.status, body, secret=call.secret)


@dataclass(frozen=True, slots=True, repr=False)
class _Call:
    """Not to be shown: its address holds the token."""

    url: str
    method: str
    data: RequestData | bytes | None
    """Parameters, or JSON."""
    timeout: aiohttp.ClientTimeout

    @property
    def is_download(self) -> bool:
        return self.method == "GET"

    @property
    def name(self) -> str:
        return "download" if self.is_download else self.url.partition("?")[0].rpartition("/")[2]

    @property
    def secret(self) -> str:
        found = _TOKEN.search(self.url)
        return found[1] if found else ""


def _body(data: RequestData | bytes | None) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str]]:
    if data is None:
        return None, {}
    if isinstance(data, bytes):
        return data, _JSON
    if not data.contains_files:
        return data.json_payload, _JSON
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def _given(timeout: object, default: float) -> float | None:
    if isinstance(timeout, int | float):
        return timeout
    return None if timeout is None else default


def _timeout(connect: float | None, read: float | None, write: float | None) -> aiohttp.ClientTimeout:
    # a server that drips bytes never trips the read timeout: the whole has an end, too
    total = None if connect is None or read is None or write is None else connect + read + write + 1
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)
