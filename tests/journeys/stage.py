"""The very program that `python -m bot run` runs, beside the stand-in for Telegram; only the clock is ours."""

import asyncio
import datetime as dt
import html
import json
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import app
from bot.app import Running
from bot.settings import Settings
from domain.job_events import JobEvent
from domain.outbox import SendState
from playground import options, server
from playground.server import Playground
from playground.telegram import Telegram
from sources.sample import Sample
from storage.tables import inbox, outbox
from tests.playground import bot_api_schema as schema

TOKEN = "7654321:a-token-that-must-never-be-seen-anywhere"
MONDAY = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
"""10 h in Paris."""
PATIENCE_S = 20.0


@dataclass
class Clock:
    """Product time, moved by hand."""

    now: dt.datetime = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


@dataclass
class Stage:
    """A program and its Telegram, which outlives the program's restarts."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    environ: dict[str, str] = field(default_factory=dict)
    _outer: AsyncExitStack = field(default_factory=AsyncExitStack)
    _inner: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def open(self) -> None:
        given = options.Options(
            port=0,
            token=TOKEN,
            bot_name="Rendez-vous emploi",
            bot_username="rdv_bot",
            clock=self.clock,
            search_places=lambda _typed: [],
            log_path=self.folder / "calls.jsonl",
            pace=0.01,
        )
        self.playground: Playground = await self._outer.enter_async_context(server.running(given))
        self.telegram: Telegram = self.playground.telegram

    async def start(self) -> None:
        """Start the program; its first sweep is the baseline."""
        environ = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.playground.url,
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'bot.db'}",
            "EVENT_SOURCE": "sample",
            "WEB_PORT": "0",
            "SEND_RATE_PER_SECOND": "1000",
            "OPERATOR_CHAT_IDS": "",
            **self.environ,
        }
        settings = Settings.read(environ, self.folder / "none.env")
        self.program: Running = await self._inner.enter_async_context(app.running(settings, self.clock))
        await self.program.sourcing.sweep_all()

    async def stop(self) -> None:
        inner, self._inner = self._inner, AsyncExitStack()
        await inner.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def close(self) -> None:
        await self.stop()
        await self._outer.aclose()
        self._hold_against_telegrams_description()

    def _hold_against_telegrams_description(self) -> None:
        """Every call of the bot, and every answer of the stand-in, field by field."""
        if schema.PATH.exists():
            lines = (self.folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()
            faults = {fault for line in lines for fault in schema.check_record(json.loads(line))}
            assert not faults, faults

    def person(self, name: str = "Léa", language: str = "fr") -> "Person":
        return Person(self, self.telegram.add_person(name, language).id)

    async def publish(self, *events: JobEvent) -> None:
        """The source gives these besides, from its next sweep on; and is read."""
        for source in self.program.sources:
            if isinstance(source, Sample):
                for event in events:
                    source.publish(event)
        await self.program.sourcing.sweep_all()
        await self.settle()

    async def pass_time(self, **span: float) -> None:
        """Move the clock, and let everything that is due by then happen."""
        self.clock.move(**span)
        await self.program.look()
        self.program.worker.wake()
        await self.settle()

    async def settle(self) -> None:
        """Wait until every update is answered, and every message that is due is out."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._is_busy():
                await asyncio.sleep(0.002)

    async def _is_busy(self) -> bool:
        if len(self.telegram.updates):
            return True
        async with self.program.database.reading() as uow:
            unread = sa.select(sa.func.count()).where(inbox.c.state.in_(["received", "applied"]))
            unsent = sa.select(sa.func.count()).where(
                outbox.c.state == SendState.PENDING, outbox.c.due_at <= self.clock()
            )
            counts = [(await uow._connection.execute(each)).scalar_one() for each in (unread, unsent)]
        return any(counts)


@dataclass
class Person:
    """Someone with a telephone."""

    stage: Stage
    id: int

    async def say(self, text: str) -> str:
        """Write; return the bot's last message."""
        self.stage.telegram.say(self.id, text)
        await self.stage.settle()
        return self.text

    async def start(self, payload: str = "") -> str:
        self.stage.telegram.restart(self.id, payload)
        await self.stage.settle()
        return self.text

    async def tap(self, label: str) -> str:
        """Touch the newest button that bears this label, ticked or not; return the bot's last message."""
        for message in reversed(self.messages):
            for row, line in enumerate(message["inline_keyboard"]):
                for column, button in enumerate(line):
                    if plain(button["text"]).removeprefix("✓ ").startswith(label):
                        self.stage.telegram.tap(self.id, message["id"], row, column)
                        await self.stage.settle()
                        return self.text
        raise AssertionError(f"no button “{label}”; there are {self.labels}")

    async def tap_data(self, data: str) -> str:
        """Send a button's data that no keyboard shows: old, or forged."""
        self.stage.telegram.tap_data(self.id, self.from_bot[-1]["id"], data)
        await self.stage.settle()
        return self.text

    async def share(self, latitude: float, longitude: float) -> str:
        self.stage.telegram.share_location(self.id, latitude, longitude)
        await self.stage.settle()
        return self.text

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.stage.telegram.messages(self.id)

    @property
    def from_bot(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["from"] == "bot"]

    @property
    def text(self) -> str:
        """The bot's last message as it is read."""
        return plain(self.from_bot[-1]["html"]) if self.from_bot else ""

    @property
    def texts(self) -> list[str]:
        return [plain(message["html"]) for message in self.from_bot]

    @property
    def labels(self) -> list[str]:
        """The buttons under the bot's last message."""
        return [plain(button["text"]) for line in self.from_bot[-1]["inline_keyboard"] for button in line]


def plain(text: str) -> str:
    """Text as it is read: no tags, plain spaces."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").replace("\u202f", " ")
