"""The bot and the stand-in for Telegram as processes of their own, to be killed and to outlive that."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "7654321:the-crash-tests-own-token-never-shown"
NO_EVENTS = '{"results": []}'
START_S, DEATH_S, STOP_S = 60.0, 60.0, 10.0


@dataclass
class Process:
    """A Python program under way, and what it wrote."""

    running: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _has_spoken: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Keep each line, until the process ends."""
        while line := await self.running.stdout.readline():
            self.lines.append(line.decode().rstrip())
            self._has_spoken.set()
        self._has_spoken.set()

    async def until_it_says(self, word: str) -> bool:
        """Wait for a line with this word; False when the process ended before."""
        heard = 0
        while True:
            if any(word in line for line in self.lines[heard:]):
                return True
            heard = len(self.lines)
            if self.running.stdout.at_eof():
                return False
            self._has_spoken.clear()
            await self._has_spoken.wait()

    async def end(self, within: float) -> int:
        """Wait for the end; return the code, below zero for the signal that killed it."""
        try:
            async with asyncio.timeout(within):
                return await self.running.wait()
        except TimeoutError:
            raise AssertionError(f"still running after {within} s: {self.lines[-20:]}") from None

    async def stop(self, within: float = STOP_S) -> int:
        """Ask for the end, as an operator does."""
        self.running.send_signal(signal.SIGTERM)
        return await self.end(within)


@asynccontextmanager
async def python(*arguments: str, folder: Path, **environ: str) -> AsyncIterator[Process]:
    """Run `python` with these arguments, in an environment that holds nothing but what it needs."""
    # no certificate is read: nothing here speaks TLS
    quick = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": str(folder)}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 -- handed on
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={**kept, **quick, "PYTHONPATH": str(ROOT), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    process = Process(running)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(process.listen())
            try:
                yield process
            finally:
                if running.returncode is None:
                    running.kill()
                await running.wait()
    finally:
        # asyncio closes the pipe's transport one turn of the loop after the process
        await asyncio.sleep(0)


def free_port() -> int:
    """Return a port that nobody listens on, below those that the system gives to whoever asks for any."""
    chance = random.SystemRandom()  # parallel tests, all seeded alike, must not draw the same one
    while True:
        port = chance.randrange(15_000, 32_000)
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)):
                return port


@dataclass(frozen=True)
class Bot:
    """How `python -m bot run` is started again and again on one database."""

    folder: Path
    telegram_url: str
    port: int = field(default_factory=free_port)

    @property
    def database(self) -> Path:
        return self.folder / "bot.db"

    @asynccontextmanager
    async def running(self, mode: str, die_at: str = "") -> AsyncIterator[Process]:
        """Start it, "polling" or "webhook"; `die_at`: a step and a count, see bot/failpoints.py."""
        source = self.folder / "events.json"
        source.write_text(NO_EVENTS, encoding="utf-8")
        # no operator has this library; where our tools brought it, reading it took a victim 100 ms
        (self.folder / "rich.py").write_text("raise ImportError", encoding="utf-8")
        async with python(
            "-m",
            "bot",
            "run",
            folder=self.folder,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=self.telegram_url,
            DATABASE_URL=f"sqlite+aiosqlite:///{self.database}",
            PUBLIC_URL=f"http://127.0.0.1:{self.port}" if mode == "webhook" else "",
            WEB_PORT=str(self.port),
            EVENT_SOURCE="file",
            EVENT_SOURCE_FILE=str(source),
            BOT_DIE_AT=die_at,
        ) as process:
            yield process
