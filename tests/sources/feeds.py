"""Local stand-ins for the services that give events, and a clock that only sleeping moves."""

import contextlib
import datetime as dt
import gzip
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

from sources import fetch
from sources.fetch import Fetcher, Limits
from sources.pacing import Pace
from sources.reading import JobEventSource, Page

NOON = dt.datetime(2026, 6, 15, 10, 0, tzinfo=dt.UTC)
"""A Monday, noon in Paris."""

MEGABYTE = 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += max(0.0, seconds)


def bomb() -> bytes:
    """400 kB that unzip to 400 MB: sound gzip, in which one squeezed megabyte comes 400 times."""
    squeezer, blank, checksum = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS), b" " * MEGABYTE, 0
    block = squeezer.compress(blank) + squeezer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(400):
        checksum = zlib.crc32(blank, checksum)
    head, end = gzip.compress(b"")[:10], b"\x03\x00"
    return head + 400 * block + end + struct.pack("<II", checksum, 400 * MEGABYTE)


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[URL]:
    """A feed on a free port of loopback that answers every request with the handler."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield URL.build(scheme="http", host="127.0.0.1", port=runner.addresses[0][1])
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def fetching(base: URL, time: FakeTime, **limits: object) -> AsyncIterator[Fetcher]:
    """A fetcher for that feed whose waits take no time."""
    pace = Pace(1_000, clock=time, sleep=time.sleep)
    async with fetch.opened(
        "feed", [str(base)], limits=Limits(**limits), pace=pace, sleep=time.sleep
    ) as fetcher:
        yield fetcher


async def all_pages(source: JobEventSource, now: dt.datetime = NOON) -> Page:
    """A whole sweep in one page."""
    pages = [page async for page in source.sweep(now=now)]
    return Page(
        tuple(event for page in pages for event in page.events),
        tuple(record for page in pages for record in page.rejected),
    )
