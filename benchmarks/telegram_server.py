"""A stand-in for Telegram that only answers and counts: as little as can be, in a process of its own.

Every call is answered with the same message; by the rule handed in, what comes too fast gets a 429. What it
counted, at `/counted`, is the oracle of the benchmarks that send.
"""

import asyncio
import json
import random
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import aiohttp

TOKEN = "1:" + "x" * 35
"""Shaped like a real one."""
RETRY_AFTER_S = 3
LONG_POLL_S = 20
_CHAT = re.compile(rb'"?chat_id"?[=:]\s*"?(-?\d+)')
_SENT = {
    "ok": True,
    "result": {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "Bonjour"},
}
_KNOWN: dict[bytes, object] = {
    b"getMe": {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot"},
    b"getMyCommands": [],
    b"getMyDescription": {"description": ""},
    b"getMyShortDescription": {"short_description": ""},
}
_TOO_FAST = {
    "ok": False,
    "error_code": 429,
    "description": f"Too Many Requests: retry after {RETRY_AFTER_S}",
    "parameters": {"retry_after": RETRY_AFTER_S},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How it answers."""

    rate: float = 0
    """Messages a second that it takes; 0: any number."""
    is_bucket: bool = False
    """A token bucket of one second's worth, rather than a strict window over any one second."""
    latency: tuple[float, float] = (0, 0)
    """Seconds, drawn between these."""
    refuse_at: int = 0
    """Forces one 429 at the n-th message; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came in since the last question."""

    accepted: int
    chats: int
    """How many different ones got something."""
    refused: int
    spread_s: float
    """From the first accepted message to the last."""
    busiest_s: int
    """The most messages in any one second."""


@dataclass(slots=True)
class Book:
    """Who may send, and what was sent."""

    rule: Rule
    sent: list[float] = field(default_factory=list)
    times: list[tuple[int, float]] = field(default_factory=list)
    """Chat and instant, by the clock that all processes share, of each accepted message."""
    chats: Counter[bytes] = field(default_factory=Counter)
    refused: int = 0
    has_forced: bool = False
    _window: deque[float] = field(default_factory=deque)
    _tokens: float = 0
    _filled_at: float = 0

    def takes(self, chat: bytes) -> bool:
        """Note a message, and say whether it is taken."""
        now = time.monotonic()
        if not self._is_allowed(now):
            self.refused += 1
            return False
        self.sent.append(now)
        self.times.append((int(chat or 0), now))
        self.chats[chat] += 1
        return True

    def counted(self) -> dict[str, float]:
        """Return what came since the last question, and begin anew."""
        busiest, first = 0, 0
        for place, now in enumerate(self.sent):
            while self.sent[first] <= now - 1:
                first += 1
            busiest = max(busiest, place - first + 1)
        told = {
            "accepted": len(self.sent),
            "chats": len(self.chats),
            "refused": self.refused,
            "spread_s": self.sent[-1] - self.sent[0] if self.sent else 0.0,
            "busiest_s": busiest,
        }
        self.sent.clear()
        self.times.clear()
        self.chats.clear()
        self.refused, self.has_forced = 0, False
        return told

    def _is_allowed(self, now: float) -> bool:
        rule = self.rule
        if rule.refuse_at and len(self.sent) >= rule.refuse_at and not self.has_forced:
            self.has_forced = True
            return False
        if not rule.rate:
            return True
        if rule.is_bucket:
            self._tokens = min(rule.rate, self._tokens + (now - self._filled_at) * rule.rate)
            self._filled_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if len(self._window) >= rule.rate:
            return False
        self._window.append(now)
        return True


class _Answering(asyncio.Protocol):
    """Reads one request after another by their lengths."""

    def __init__(self, book: Book, chance: random.Random) -> None:
        self._book = book
        self._chance = chance
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, rest = self._read.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                return
            self._read = rest[length:]
            self._answer(head.partition(b"\r\n")[0], rest[:length])

    def _answer(self, line: bytes, body: bytes) -> None:
        method = line.partition(b"?")[0].split()[1].rpartition(b"/")[2]
        if method == b"counted":
            self._write(_response(200, self._book.counted()))
        elif method == b"times":
            self._write(_response(200, self._book.times))
        elif method == b"getUpdates":
            asyncio.get_running_loop().call_later(LONG_POLL_S, self._write, _NOTHING)
        elif method.startswith((b"send", b"edit")):
            self._later(_TAKEN if self._book.takes(_chat(body)) else _REFUSED)
        else:
            self._write(_response(200, {"ok": True, "result": _KNOWN.get(method, True)}))

    def _later(self, response: bytes) -> None:
        if self._book.rule.latency[1]:
            delay = self._chance.uniform(*self._book.rule.latency)
            asyncio.get_running_loop().call_later(delay, self._write, response)
        else:
            self._write(response)

    def _write(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)


def _chat(body: bytes) -> bytes:
    found = _CHAT.search(body)
    return found[1] if found else b""


def _response(status: int, answer: object) -> bytes:
    body = json.dumps(answer).encode()
    return (
        b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        + body
    )


_TAKEN, _REFUSED = _response(200, _SENT), _response(429, _TOO_FAST)
_NOTHING = _response(200, {"ok": True, "result": []})


def serve(port: "Connection[int, int]", rule: Rule) -> None:
    """Serve for ever, after telling the port: for `harness.beside`."""

    async def run() -> None:
        book, chance = Book(rule), random.Random(1)
        made: Callable[[], asyncio.Protocol] = lambda: _Answering(book, chance)  # noqa: E731 -- a factory
        server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def address(port: int) -> str:
    """Return where it is, as python-telegram-bot wants it: the token is added."""
    return f"http://127.0.0.1:{port}/bot"


async def counted(port: int) -> Counted:
    """Ask what came in since the last question."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/counted") as response,
    ):
        return Counted(**await response.json())


async def times(port: int) -> list[tuple[int, float]]:
    """Ask which chat got a message when, by `time.monotonic`, since the last `counted`."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/times") as response,
    ):
        return [(chat, at) for chat, at in await response.json()]
