"""A server that answers each request as the test says: with these bytes, in pieces, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.Transport], None]


def http(status: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def refusal(status: int, description: str, **parameters: int) -> bytes:
    answer = {"ok": False, "error_code": status, "description": description}
    return http(status, json.dumps(answer | ({"parameters": parameters} if parameters else {})).encode())


def result(what: object) -> bytes:
    return http(200, json.dumps({"ok": True, "result": what}).encode())


MESSAGE = result({"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "Bonjour"})
PAGE = b"<html><body>Please sign in.</body></html>"


def reset(to: asyncio.Transport) -> None:
    to.abort()


def silence(to: asyncio.Transport) -> None:
    """Take the request and never answer."""


def cut(to: asyncio.Transport) -> None:
    to.write(MESSAGE[:-10])
    to.close()


@dataclass
class Crooked:
    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    """In order; the last one for ever."""
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, to: asyncio.Transport, request: bytes) -> None:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer(to)
        else:
            to.write(answer)


class _Connection(asyncio.Protocol):
    def __init__(self, server: Crooked, opened: set[asyncio.Transport]) -> None:
        self._server, self._opened, self._read = server, opened, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._to = transport
        self._opened.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's signature
        self._opened.discard(self._to)

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, rest = self._read.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                return
            self._read = rest[length:]
            self._server.answer(self._to, head + b"\r\n\r\n" + rest[:length])


@asynccontextmanager
async def running(*answers: Answer) -> AsyncIterator[Crooked]:
    crooked, opened = Crooked(answers=list(answers)), set()
    server = await asyncio.get_running_loop().create_server(
        lambda: _Connection(crooked, opened), "127.0.0.1", 0
    )
    crooked.port = server.sockets[0].getsockname()[1]
    try:
        yield crooked
    finally:
        server.close()
        for transport in list(opened):
            transport.abort()
        await server.wait_closed()
