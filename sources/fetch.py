"""The only way out to the network: JSON over HTTP, bounded in size, time and reach.

What a server on the other side may try, and what happens: a body that unzips to
gigabytes, or never ends (cut off and refused); a drip of one byte a second (the
total time runs out); a redirect, or a name, that leads inside our walls (refused);
a web page, half a page, nonsense (one plain line); 429 and 5xx (asked again, later).
"""

import asyncio
import json
import random
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from domain.errors import SourceError
from sources.addresses import AddressPolicy, GuardedResolver
from sources.pacing import Pace, Sleep

_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "rendez-vous-emploi"}
_BIG_JSON = 1_000_000
"""A longer text is parsed in a thread: it would hold up everyone for over 10 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may cost."""

    max_bytes: int = 32 * 1024 * 1024
    """Of the body, unzipped."""
    total_seconds: float = 30.0
    """Of one attempt, from name look-up to last byte."""
    attempts: int = 4
    max_hops: int = 5
    first_wait: float = 0.5
    """Seconds before the second attempt; doubled each time."""
    longest_wait: float = 120.0
    """A server that asks for a longer pause is down."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question; `data` is sent as a form, `body` as JSON."""

    method: str
    url: URL
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | None = None
    body: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: 2xx or 4xx; `json` is None when there was no body, or no JSON in a 4xx."""

    status: int
    json: Any

    @property
    def is_ok(self) -> bool:
        """Say whether the status is 2xx."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class _TryAgain(Exception):  # noqa: N818 -- a signal between two functions of this file
    """This attempt failed in a way that may pass; `wait` is what the server asked for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Fetcher:
    """Asks one source."""

    def __init__(
        self,
        name: str,
        session: aiohttp.ClientSession,
        policy: AddressPolicy,
        *,
        limits: Limits,
        pace: Pace,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._session = session
        self._policy = policy
        self._limits = limits
        self._pace = pace
        self._sleep = sleep
        self._chance = chance

    async def ask(self, request: Request) -> Answer:
        """Return the final answer; raise SourceError, led by the source's name, when there is none."""
        try:
            return await self._persist(request)
        except SourceError as error:
            raise SourceError(f"{self._name} {error}") from None

    async def _persist(self, request: Request) -> Answer:
        """Ask as many times as may help."""
        attempt, wait = 1, self._limits.first_wait
        while True:
            await self._pace.turn()
            try:
                return await self._attempt(request)
            except _TryAgain as failure:
                if attempt == self._limits.attempts or (failure.wait or 0) > self._limits.longest_wait:
                    raise SourceError(str(failure)) from None
                if failure.wait is not None:
                    self._pace.hold(failure.wait)
                else:
                    await self._sleep(wait * (0.5 + self._chance()))
                attempt, wait = attempt + 1, wait * 2

    async def _attempt(self, request: Request) -> Answer:
        try:
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._follow(request)
        except TimeoutError:
            raise _TryAgain(f"did not answer within {self._limits.total_seconds:g} s") from None
        except aiohttp.ClientConnectorError:
            raise _TryAgain("cannot be reached") from None
        except aiohttp.InvalidURL:
            raise SourceError("leads to an address that is not a web address; refused") from None
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError):
            raise _TryAgain("broke off in the middle of its answer") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _TryAgain(f"gave an answer that is not HTTP ({type(error).__name__})") from None

    async def _follow(self, request: Request) -> Answer:
        """Go from hop to hop, each of them checked before it is asked."""
        self._policy.check_url(request.url)
        for _ in range(self._limits.max_hops + 1):
            async with self._session.request(
                request.method,
                request.url,
                headers={**_HEADERS, **request.headers},
                data=request.data,
                json=request.body,
                allow_redirects=False,
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._take(response)
                request = self._next_hop(request, response)
        raise SourceError("redirects without end")

    def _next_hop(self, request: Request, response: aiohttp.ClientResponse) -> Request:
        """Follow a question only; a form or a token goes nowhere but where it was sent."""
        if request.method != "GET":
            raise SourceError("redirects a request that must not be redirected; check its address")
        target = request.url.join(URL(response.headers.get("Location", "")))
        self._policy.check_url(target)
        if request.url.scheme == "https" and target.scheme == "http":
            raise SourceError("redirects to an unprotected address; refused")
        return Request("GET", target, request.headers if target.origin() == request.url.origin() else {})

    async def _take(self, response: aiohttp.ClientResponse) -> Answer:
        status = response.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise _TryAgain("asks us to slow down (429)", _retry_after(response))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _TryAgain(f"is out of order ({status})")
        body = await self._read(response)
        if not body.strip() or status == HTTPStatus.NO_CONTENT:
            return Answer(status, None)
        if status >= HTTPStatus.BAD_REQUEST:
            return Answer(status, _json_or_none(body))
        _check_type(response)
        return Answer(status, await parse(body))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        """Unzip here, piece by piece: the library would unzip first and let us count afterwards."""
        unzip = _unzipper(response.headers.get("Content-Encoding", "identity"))
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += unzip(chunk, self._limits.max_bytes + 1 - len(body))
            if len(body) > self._limits.max_bytes:
                raise SourceError(f"sends more than {self._limits.max_bytes // 1024:,} kB; refused")
        return bytes(body)


@asynccontextmanager
async def opened(
    name: str,
    base_urls: Iterable[str],
    *,
    limits: Limits | None = None,
    pace: Pace | None = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[Fetcher]:
    """Give a fetcher for the source at these addresses; loopback is allowed to them alone."""
    policy = AddressPolicy(base_urls)
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(policy, ThreadedResolver()), use_dns_cache=False
    )
    async with aiohttp.ClientSession(
        connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        yield Fetcher(name, session, policy, limits=limits or Limits(), pace=pace or Pace(5), sleep=sleep)


async def parse(body: bytes) -> Any:
    """Return what this JSON says; raise SourceError when it is none, or only half of one."""
    try:
        return await asyncio.to_thread(json.loads, body) if len(body) > _BIG_JSON else json.loads(body)
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated"):
            raise SourceError("sent only part of its answer") from None
        raise SourceError("sent something that is not JSON") from None
    except (ValueError, RecursionError):
        raise SourceError("sent something that is not JSON") from None


def _check_type(response: aiohttp.ClientResponse) -> None:
    kind = response.content_type
    if kind in {"text/html", "application/xhtml+xml"}:
        raise SourceError("answered a web page instead of data")
    if kind != "application/json" and not kind.endswith("+json"):
        raise SourceError("answered something else than JSON")


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    """Seconds; None when the server does not say, or says it as a date (then our own back-off serves)."""
    value = response.headers.get("Retry-After", "").strip()
    return float(value) if value.isdecimal() and len(value) < 7 else None  # noqa: PLR2004 -- a million seconds


def _json_or_none(body: bytes) -> Any:
    try:
        return json.loads(body[:_BIG_JSON])
    except (ValueError, RecursionError):
        return None


def _unzipper(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what turns a chunk into at most so many bytes."""
    if encoding in {"identity", ""}:
        return lambda chunk, _: chunk
    if encoding != "gzip":
        raise SourceError("answered in an encoding we did not ask for")
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def unzip(chunk: bytes, room: int) -> bytes:
        try:
            return inflater.decompress(chunk, room)
        except zlib.error:
            raise SourceError("sent a damaged answer") from None

    return unzip
