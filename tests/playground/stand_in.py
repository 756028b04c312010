"""What the tests of the playground speak to it with: a clock to move, a bare bot, a bare telephone."""

import asyncio
import dataclasses
import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import aiohttp

TOKEN = "123456:stand-in-token-of-thirty-five-chars"
NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@dataclasses.dataclass
class Clock:
    """Product time, moved by hand."""

    now: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


async def eventually(condition: Callable[[], Any], *, within: float = 10) -> Any:
    """Ask again and again until a condition (it may be awaitable) gives something true; give that."""
    async with asyncio.timeout(within):
        while True:
            found = condition()
            if found := await found if inspect.isawaitable(found) else found:
                return found
            await asyncio.sleep(0.001)


def form(params: dict[str, str]) -> aiohttp.FormData:
    """Write parameters as a multipart form."""
    written = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        written.add_field(name, value)
    return written


@dataclasses.dataclass
class Caller:
    """Calls methods as a bot without any library would."""

    session: aiohttp.ClientSession
    root: str

    async def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Give the whole answer."""
        async with self.session.post(f"{self.root}/bot{TOKEN}/{method}", json=params) as response:
            return await response.json()

    async def result(self, method: str, **params: Any) -> Any:
        """Give what the call is for; it must succeed."""
        answer = await self(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """Give the words of a refusal."""
        answer = await self(method, **params)
        assert not answer["ok"], answer
        return answer["description"]

    async def upload(self, method: str, field: str, content: bytes, **params: str) -> dict[str, Any]:
        """Send a file as a multipart form; give the whole answer."""
        sent = form(params)
        sent.add_field(field, content, filename="agenda.ics", content_type="text/calendar")
        async with self.session.post(f"{self.root}/bot{TOKEN}/{method}", data=sent) as response:
            return await response.json()


@dataclasses.dataclass
class Telephone:
    """Speaks the phone's JSON API."""

    session: aiohttp.ClientSession
    root: str

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.root}/phone/api/{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, *, expected: int = 200, **body: Any) -> Any:
        url, headers = f"{self.root}/phone/api/{path}", {"X-Phone": "1"}
        async with self.session.post(url, json=body, headers=headers) as response:
            assert response.status == expected, await response.text()
            return await response.json()
