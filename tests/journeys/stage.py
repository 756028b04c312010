"""The very program that `python -m bot run` runs, beside a stand-in for Telegram; only the clock is ours."""

import asyncio
import datetime as dt
import html
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import app
from bot.app import Running
from bot.settings import Settings
from domain.availability import Availability
from domain.imports import ABSENCES_TO_VANISH
from domain.job_events import JobEvent
from domain.outbox import SendState
from domain.sectors import Sector
from playground import options, server, view
from playground.server import Playground
from playground.telegram import Telegram
from sources.sample import Sample, event_for
from storage import columns, database
from storage.tables import inbox, outbox
from tests.playground import bot_api_schema as schema

TOKEN = "7654321:a-token-that-must-never-be-seen-anywhere"
MONDAY = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
"""10 h in Paris."""
PATIENCE_S = 20.0
GUERET = "23096"
"""A town that the sample leaves alone, as it does thirty kilometres around."""
IS_BUSY = sa.text("""
SELECT EXISTS (SELECT 1 FROM inbox WHERE state IN ('received', 'applied'))
    OR EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND due_at <= :now)
""").bindparams(sa.bindparam("now", type_=outbox.c.due_at.type))


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
    published: dict[str, JobEvent] = field(default_factory=dict)
    """What the source gives besides its sample, by the source's own id."""
    _serials: Iterator[int] = field(default_factory=lambda: count(1))
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
        file = database.file_of(settings.database_url)
        is_usual = file is not None and not file.exists() and self.clock() == MONDAY
        swept = self.folder.parent / f"swept-by-{settings.event_sources[0]}.db"
        if file and is_usual and swept.exists():
            shutil.copyfile(swept, file)
        self.program: Running = await self._inner.enter_async_context(app.running(settings, self.clock))
        self._peek = self._inner.enter_context(closing(sqlite3.connect(file))) if file else None
        await self.sweep()
        if self._peek and is_usual and not swept.exists():
            # the next stage begins where this one stands: the first sweep is half of what a stage costs
            with closing(sqlite3.connect(swept)) as copy:
                self._peek.backup(copy)

    async def stop(self) -> None:
        inner, self._inner = self._inner, AsyncExitStack()
        await inner.aclose()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def close(self) -> None:
        try:
            await self._check_that_nothing_failed()
        finally:
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

    def event(self, place: str = GUERET, sector: Sector | None = None, **changes: Any) -> JobEvent:
        """Make an event the day after tomorrow, 9 h 30; `place`: an INSEE code, or empty for online."""
        commune = self.program.world.gazetteer.get(place) if place else None
        serial = next(self._serials)
        made = event_for(commune, sector, Availability(), now=self.clock(), serial=serial)
        assert made is not None
        return replace(made, **changes)

    async def publish(self, *events: JobEvent) -> None:
        """The source gives these besides, or as they are now, from its next sweep on; and is read."""
        self.published |= {event.source_id: event for event in events}
        await self.sweep()

    async def withdraw(self, event: JobEvent) -> None:
        """The source gives this no more; and is read until that is believed."""
        del self.published[event.source_id]
        for _ in range(ABSENCES_TO_VANISH):
            await self.sweep()

    async def sweep(self) -> None:
        """Read the source, and let what follows happen."""
        for source in self.program.sources:
            if isinstance(source, Sample):
                source._published[:] = self.published.values()
        await self.program.sourcing.sweep_all()
        await self.settle()

    async def pass_time(self, **span: float) -> None:
        """Move the clock, and let everything that is due by then happen."""
        self.clock.move(**span)
        await self.program.look()
        await self.program.advance()
        await self.program.tidy()
        self.program.worker.wake()
        await self.settle()
        await self.program.advance()
        await self.settle()

    async def settle(self) -> None:
        """Wait until every update is answered, and every message that is due is out."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._is_busy():  # noqa: ASYNC110 -- asks the database, which sets no event
                await asyncio.sleep(0.003)

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return what is stored in a table."""
        async with self.program.database.reading() as uow:
            return [dict(row) for row in (await uow._connection.execute(sa.select(table))).mappings()]

    async def _check_that_nothing_failed(self) -> None:
        """No update was set aside, no message died, and nobody read that something failed."""
        aside = [row for row in await self.rows(inbox) if row["state"] == "quarantined"]
        dead = [row for row in await self.rows(outbox) if row["state"] is SendState.DEAD]
        assert not aside, aside
        assert not dead, dead
        # of what was ever said, not of what is still shown
        said = (self.folder / "calls.jsonl").read_text(encoding="utf-8")
        assert not re.search('.*"text": "[^"]*(de notre côté|on our side).*', said)

    async def _is_busy(self) -> bool:
        # asked again and again: cheap questions first, then past the program's own way to its tables
        if len(self.telegram.updates):
            return True
        await self.program.intake.settle()
        if self._peek is None:
            async with self.program.database.reading() as uow:
                return bool((await uow._connection.execute(IS_BUSY, {"now": self.clock()})).scalar_one())
        now = (self.clock() - columns.EPOCH) // dt.timedelta(microseconds=1)
        (found,) = self._peek.execute(IS_BUSY.text, {"now": now}).fetchone()
        return bool(found)


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

    async def send(self, kind: str) -> str:
        """Send a photo, voice, sticker or document."""
        self.stage.telegram.send_attachment(self.id, kind)
        await self.stage.settle()
        return self.text

    async def edit(self, text: str) -> str:
        """Change the text last written."""
        stored = self.stage.telegram.chats[self.id].messages.values()
        mine = [each.id for each in stored if each.origin == "person" and "text" in each.body]
        self.stage.telegram.edit(self.id, mine[-1], text)
        await self.stage.settle()
        return self.text

    async def settle_in(self, *, place: str = "Guéret", what: str = "tout", when: str = "tout") -> str:
        """Answer every question by typing: on site, 30 km around; return the bot's last message."""
        for answer in ("commencer", place, "30", what, when, "sur place"):
            await self.say(answer)
        return await self.say("valider")

    async def tap_data(self, data: str) -> str:
        """Send a button's data that no keyboard shows: old, or forged."""
        self.stage.telegram.tap_data(self.id, self.last["id"], data)
        await self.stage.settle()
        return self.text

    async def share(self, latitude: float, longitude: float) -> str:
        self.stage.telegram.share_location(self.id, latitude, longitude)
        await self.stage.settle()
        return self.text

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.stage.telegram.messages(self.id)

    def data(self, label: str) -> str:
        """Return the data behind the newest button that bears this label."""
        return str(self._button(label)["data"])

    def url(self, label: str) -> str:
        """Return the address behind the newest link that bears this label."""
        return str(self._button(label)["url"])

    def _button(self, label: str) -> dict[str, Any]:
        keyboards = [line for message in self.messages for line in message["inline_keyboard"]]
        found = [each for line in keyboards for each in line if plain(each["text"]).startswith(label)]
        assert found, f"no button “{label}”; there are {self.labels}"
        return found[-1]

    @property
    def last(self) -> dict[str, Any]:
        """The bot's last message; the others are not drawn: a long chat would be, at each look."""
        stored = self.stage.telegram.chats[self.id].messages.values()
        return next((view.message(each) for each in reversed(stored) if each.origin == "bot"), {})

    @property
    def from_bot(self) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["from"] == "bot"]

    @property
    def text(self) -> str:
        """The bot's last message as it is read."""
        return plain(self.last.get("html", ""))

    @property
    def texts(self) -> list[str]:
        return [plain(message["html"]) for message in self.from_bot]

    @property
    def labels(self) -> list[str]:
        """The buttons under the bot's last message."""
        return [plain(button["text"]) for line in self.last["inline_keyboard"] for button in line]


def plain(text: str) -> str:
    """Text as it is read: no tags, plain spaces."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").replace("\u202f", " ")
