"""Messages a second with 50 under way: bare aiohttp, our transport, the library's own request class.

The bare server answers every call with the same message, in a process of its own.
Run: python benchmarks/bench_transport.py
"""

import asyncio
import json
import multiprocessing
import multiprocessing.connection
import time
from collections.abc import Awaitable, Callable

import aiohttp
import telegram
from telegram.request import BaseRequest, HTTPXRequest

from delivery import pause, transport

UNDER_WAY = 50
MESSAGES = 3_000
ROUNDS = 4
TOKEN = "1:" + "x" * 35
ANSWER = json.dumps(
    {
        "ok": True,
        "result": {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "Bonjour"},
    }
).encode()
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER
)
GOAL = 0.4
"""Of what bare aiohttp does."""


class Bare(asyncio.Protocol):
    """Reads one request after another by their lengths, and answers each alike."""

    def __init__(self) -> None:
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, rest = self._read.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(rest) < length:
                return
            self._read = rest[length:]
            self._transport.write(RESPONSE)


def serve(port: "multiprocessing.connection.Connection[int, int]") -> None:
    """Serve for ever, after telling the port."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def rate(send: Callable[[], Awaitable[object]]) -> float:
    """Return how many sends a second end, with 50 under way."""
    left = iter(range(MESSAGES))

    async def sender() -> None:
        for _ in left:
            await send()

    await send()
    started = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(UNDER_WAY)))
    return MESSAGES / (time.perf_counter() - started)


async def bare(url: str) -> float:
    """Post with nothing around."""
    async with aiohttp.ClientSession() as session:

        async def send() -> None:
            payload = b'{"chat_id": "5", "text": "Bonjour"}'
            async with session.post(f"{url}{TOKEN}/sendMessage", data=payload) as response:
                await response.read()

        return await rate(send)


async def through(request: BaseRequest, url: str) -> float:
    """Send by the library's Bot over this request class."""
    bot = telegram.Bot(TOKEN, base_url=url, request=request)
    async with request:
        return await rate(lambda: bot.send_message(5, "Bonjour"))


async def measure(url: str) -> None:
    """Print the best of several rounds of each, and whether the goal is met."""
    floor = own = 0.0
    for _ in range(ROUNDS):
        floor = max(floor, await bare(url))
        ours = transport.Transport(
            transport.Options(), pause=pause.Pause(), count=lambda _name, _labels: None
        )
        own = max(own, await through(ours, url))
    theirs = await through(HTTPXRequest(pool_timeout=60), url)
    print(f"bare aiohttp {floor:,.0f}/s, our transport {own:,.0f}/s, the library's {theirs:,.0f}/s")
    print(f"ours / bare = {own / floor:.2f} (goal {GOAL}), ours / library's = {own / theirs:.1f}")


def main() -> None:
    """Start the server, measure, stop it."""
    told, port = multiprocessing.get_context("spawn").Pipe(duplex=False)
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(port,), daemon=True)
    server.start()
    try:
        asyncio.run(measure(f"http://127.0.0.1:{told.recv()}/bot"))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
