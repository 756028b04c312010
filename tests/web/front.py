"""The web side opened on a free port, and what it was handed, to look at."""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

SECRET = "the-secret_of-the-webhook"


@dataclass(slots=True)
class World:
    """What the program would do behind the web side."""

    kept: list[str] = field(default_factory=list)
    counted: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    failure: Exception | None = None
    health: dict[str, tuple[bool, str]] = field(default_factory=lambda: {"database": (True, "answers")})

    async def receive(self, bodies: Sequence[str]) -> None:
        if self.failure:
            raise self.failure
        self.kept += bodies

    async def ready(self) -> Mapping[str, tuple[bool, str]]:
        if self.failure:
            raise self.failure
        return self.health

    async def render(self) -> tuple[bytes, str]:
        return b"rdv_updates_total 1.0\n", "text/plain; version=0.0.4; charset=utf-8"

    def count(self, name: str, labels: Mapping[str, str]) -> None:
        self.counted.append((name, labels))


@dataclass(slots=True)
class Front:
    """Where the web side listens, and a browser of sorts."""

    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str) -> tuple[int, str, Mapping[str, str]]:
        async with self.session.get(self.url + path) as response:
            return response.status, await response.text(), response.headers

    async def call(self, body: bytes, *secrets: str, **more: str) -> int:
        """Call the webhook as Telegram does, with these secrets in its header."""
        headers = [("X-Telegram-Bot-Api-Secret-Token", secret) for secret in secrets]
        async with self.session.post(
            f"{self.url}/telegram/webhook", data=io.BytesIO(body), headers=[*headers, *more.items()]
        ) as response:
            return response.status

    async def raw(self, *pieces: bytes) -> bytes:
        """Send these bytes and nothing more; return what comes until the other side closes."""
        host, port = self.url.removeprefix("http://").rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()
