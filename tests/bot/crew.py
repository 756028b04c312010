"""Several processes on one PostgreSQL database, each the whole program in its role, beside one Telegram.

They share this test's process: what they agree on passes through the server alone.
"""

import asyncio
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot import app
from bot.app import Running
from bot.clock import wall
from bot.roles import Role
from bot.settings import Settings
from chaos.stand_in import SECTOR
from chaos.victim import free_port
from domain.alert_drafts import AlertDraft
from domain.conversations import ConversationState
from handlers.asking import Ask
from playground.server import Playground
from storage import database
from tests import factories

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"
PATIENCE_S = 20.0
ALL_ANSWERED = "SELECT NOT EXISTS (SELECT 1 FROM inbox WHERE state IN ('received', 'applied'))"

_numbers = itertools.count(1)


@dataclass
class Crew:
    """The processes under way."""

    url: str
    telegram: Playground
    _group: asyncio.TaskGroup
    _stops: dict[str, asyncio.Event] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task] = field(default_factory=dict)
    _ports: dict[str, int] = field(default_factory=dict)

    async def start(self, name: str, role: Role, **environ: str) -> Running:
        """Start a process; `name` is for `stop`."""
        self._ports[name] = free_port()
        given = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": self.url,
            "EVENT_SOURCE": "sample",
            "WEB_PORT": str(self._ports[name]),
            "SEND_RATE_PER_SECOND": "1000",
            **environ,
        }
        started = asyncio.get_running_loop().create_future()
        self._stops[name] = asyncio.Event()
        self._tasks[name] = self._group.create_task(
            self._hold(Settings.read(given, Path("no such file")), role, started, self._stops[name])
        )
        return await started

    async def _hold(self, settings, role, started, stop) -> None:
        async with app.running(settings, wall, role) as program:
            started.set_result(program)
            await stop.wait()

    async def stop(self, *names: str) -> None:
        """End these in order."""
        for name in names or list(self._tasks):
            self._stops[name].set()
            await self._tasks.pop(name)

    async def get(self, name: str, path: str) -> aiohttp.ClientResponse:
        """Return what a process's own web side answers, read whole."""
        url = f"http://127.0.0.1:{self._ports[name]}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            await answer.read()
            return answer

    async def told(self, name: str) -> dict[str, tuple[bool, str]]:
        """Return what /readyz says of each collaborator."""
        told = await (await self.get(name, "/readyz")).json()
        return {each: (said["ok"], said["line"]) for each, said in told["collaborators"].items()}

    async def at_the_sectors(self, count: int) -> list[int]:
        """Add people who are asked for their sectors; return their chats."""
        people = [self.telegram.telegram.add_person("Léa", "fr", has_started=True).id for _ in range(count)]
        async with database.opened(self.url) as data, data.unit_of_work() as uow:
            for person in people:
                await uow.subscribers.add(factories.subscriber(person))
                draft = AlertDraft(commune="31555", place_label="Toulouse").written()
                state = ConversationState(
                    name="alert", step=Ask.SECTORS, draft=draft, updated_at=factories.NOW
                )
                await uow.conversations.save(person, state)
        return people

    async def drafts(self, people: Iterable[int]) -> dict[int, str]:
        """Return by chat the letters that are ticked."""
        async with database.opened(self.url) as data, data.reading() as uow:
            states = {person: await uow.conversations.get(person) for person in people}
        return {person: state.draft["sectors"] for person, state in states.items()}

    async def settle(self) -> None:
        """Wait until every update is answered."""
        await self.until_true(ALL_ANSWERED)

    async def until_true(self, question: str) -> None:
        """Wait until the database answers yes."""
        async with asyncio.timeout(PATIENCE_S), database.opened(self.url) as data:
            while True:
                async with data.reading() as uow:
                    if (await uow._connection.exec_driver_sql(question)).scalar_one():
                        return
                await asyncio.sleep(0.005)

    async def until_told(self, name: str, collaborator: str, line: str) -> None:
        """Wait until a process says this of a collaborator."""
        async with asyncio.timeout(PATIENCE_S):
            while (await self.told(name)).get(collaborator, (None, ""))[1] != line:  # noqa: ASYNC110 -- asks another
                await asyncio.sleep(0.005)

    def told_in(self, person: int) -> list[str]:
        """Return what was answered, in order: to a tap its letter, then the letters that the screen ticks."""
        told = []
        for record in self.telegram.telegram.log.records:
            if record.method == "answerCallbackQuery":
                chat, _, letter = record.params["callback_query_id"].partition("-")
                told += [letter] if chat == str(person) else []
            elif record.method == "sendMessage" and record.chat_id == person:
                rows = record.params["reply_markup"]["inline_keyboard"]
                ticked = [one["callback_data"] for row in rows for one in row if one["text"].startswith("✓")]
                sectors = [data.removeprefix(SECTOR) for data in ticked if data.startswith(SECTOR)]
                told.append("".join(sorted(sectors)))
        return told


def tap(person: int, letter: str) -> str:
    """Return the update of a tap on a sector, under a message that is gone: a new one answers it."""
    number = next(_numbers)
    user = {"id": person, "is_bot": False, "first_name": "Léa", "language_code": "fr"}
    chat = {"id": person, "type": "private", "first_name": "Léa"}
    under = {"message_id": 1_000_000, "chat": chat, "date": 1803891600, "text": "?"}
    query = {"id": f"{person}-{letter}", "from": user, "chat_instance": "1", "data": f"{SECTOR}{letter}"}
    return json.dumps({"update_id": number, "callback_query": {**query, "message": under}})
