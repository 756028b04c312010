"""The bot and the stand-in for Telegram as processes of their own, to be killed and to outlive that."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
WRONG_CLOCK = ROOT / "chaos" / "wrong_clock"
TOKEN = "7654321:the-crash-tests-own-token-never-shown"  # noqa: S105 -- opens nothing
NO_EVENTS = '{"results": []}'
START_S, DEATH_S, STOP_S = 60.0, 60.0, 10.0


class EndedError(Exception):
    """It ended where it should have gone on; its last lines."""


@dataclass(eq=False)
class Process:
    """A Python program under way, and what it wrote."""

    running: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _has_spoken: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Keep each line, until the process ends."""
        while line := await self._output.readline():
            self.lines.append(line.decode(errors="replace").rstrip())
            self._has_spoken.set()
        self._has_spoken.set()

    async def until_it_says(self, word: str) -> bool:
        """Wait for a line with this word; False when the process ended before."""
        heard = 0
        while True:
            if any(word in line for line in self.lines[heard:]):
                return True
            heard = len(self.lines)
            if self._output.at_eof():
                return False
            self._has_spoken.clear()
            await self._has_spoken.wait()

    def listens_to(self, number: signal.Signals) -> bool:
        """Whether this signal would be heard: one that is not yet, or no more, ends a process."""
        with suppress(FileNotFoundError):
            for line in Path(f"/proc/{self.running.pid}/status").read_text(encoding="ascii").splitlines():
                name, _, mask = line.partition(":")
                if name == "SigCgt":
                    return bool(int(mask, 16) >> (number - 1) & 1)
        return False

    @property
    def is_over(self) -> bool:
        """Whether it ended, of itself or not."""
        return self.running.returncode is not None

    @property
    def _output(self) -> asyncio.StreamReader:
        if self.running.stdout is None:
            raise RuntimeError("its output is a pipe")
        return self.running.stdout

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
    # nothing here speaks TLS: reading the system's certificates took 45 ms of each start, in aiohttp
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
    url: str = ""
    """Of the database; empty for a file in the folder."""
    feed_url: str = ""
    """Empty: there are no events."""

    @property
    def database(self) -> Path:
        """The file, unless there is an address."""
        return self.folder / "bot.db"

    @property
    def address(self) -> str:
        """Of the database, whichever it is."""
        return self.url or f"sqlite+aiosqlite:///{self.database}"

    def set_clock(self, wrong_by: float) -> None:
        """Let all who start from now on see a clock that is wrong by so many seconds, and goes on."""
        new = self.folder / "clock.new"
        new.write_text(str(wrong_by), encoding="ascii")
        new.replace(self.folder / "clock")  # at once: whoever starts now reads one or the other

    @asynccontextmanager
    async def running(
        self, mode: str, die_at: str = "", *, role: str = "all", port: int = 0
    ) -> AsyncIterator[Process]:
        """Start it, "polling" or "webhook"; `die_at`: a step and a count, see bot/failpoints.py."""
        # no operator has this library; where our tools brought it, reading it took a victim 100 ms
        (self.folder / "rich.py").write_text("raise ImportError", encoding="utf-8")
        async with self.telling(
            "run",
            *(() if role == "all" else ("--role", role)),
            PUBLIC_URL=f"http://127.0.0.1:{self.port}" if mode == "webhook" else "",
            WEB_PORT=str(port or self.port),
            BOT_DIE_AT=die_at,
        ) as process:
            yield process

    @asynccontextmanager
    async def telling(self, *command: str, **environ: str) -> AsyncIterator[Process]:
        """Start a command of the same bot."""
        source = self.folder / "events.json"
        if not self.feed_url:
            source.write_text(NO_EVENTS, encoding="utf-8")
        async with python(
            "-m",
            "bot",
            *command,
            folder=self.folder,
            PYTHONPATH=f"{ROOT}{os.pathsep}{WRONG_CLOCK}",
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=self.telegram_url,
            DATABASE_URL=self.address,
            EVENT_SOURCE="openagenda" if self.feed_url else "file",
            EVENT_SOURCE_FILE="" if self.feed_url else str(source),
            OPENAGENDA_URL=self.feed_url,
            **environ,
        ) as process:
            yield process
