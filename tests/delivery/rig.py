"""A worker on a real database, before the stand-in for Telegram."""

import asyncio
import datetime as dt
import json
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
import telegram

import storage
from delivery import parts, worker
from delivery.limiter import Limiter
from delivery.pause import Pause
from delivery.sender import Composed
from domain.outbox import Kind, Lane, OutboxMessage
from playground.telegram import Telegram
from services import subscribers
from services.deliveries import Consequences
from storage.tables import outbox

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
EPOCH = time.monotonic()
QUICK = parts.Options(poll=0.02, heartbeat=0.2, probe=0.1, grace=2)


def wall():
    """Real time, thirty times as fast: retries need not be waited for."""
    return NOON + dt.timedelta(seconds=(time.monotonic() - EPOCH) * 30)


def message(number, chat_id, **changes):
    told = OutboxMessage(
        key=f"test:{number}",
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        chat_id=chat_id,
        payload={"number": number},
        due_at=NOON - dt.timedelta(minutes=1),
        expires_at=NOON + dt.timedelta(hours=1),
    )
    return replace(told, **changes)


async def until(condition, *, within=10.0):
    """Wait until this holds, and fail when it does not in so many seconds."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        found = await found if asyncio.iscoroutine(found) else found
        if found:
            return
        assert time.monotonic() < deadline, f"{condition} did not come to hold in {within} s"
        await asyncio.sleep(0.01)


async def words(told, now):
    """Word a message by its number alone."""
    return Composed(text=f"message {told.payload['number']}")


async def lose(uow, chat_id, gone, now):
    await subscribers.lose(uow, chat_id, is_final=gone.is_final, now=now)


@dataclass
class Rig:
    database: storage.Database
    telegram: Telegram
    bot: telegram.Bot
    pause: Pause
    counted: Counter = field(default_factory=Counter)
    now: dt.datetime = NOON

    def people(self, count):
        return [self.telegram.add_person(has_started=True).id for _ in range(count)]

    async def queue(self, *messages):
        async with self.database.unit_of_work() as uow:
            for one in messages:
                await uow.outbox.add(one, now=self.now)

    def count(self, name, labels):
        self.counted[name, *labels.values()] += 1

    def worker(self, options=QUICK, **changes):
        built = parts.Parts(
            unit_of_work=self.database.unit_of_work,
            bot=self.bot,
            pause=self.pause,
            limiter=Limiter(1000),
            compose=words,
            consequences=Consequences(on_chat_gone=lose, on_migrated=subscribers.migrate),
            clock=lambda: self.now,
            wall=wall,
            count=self.count,
            chance=lambda: 0.5,
        )
        return worker.Worker(replace(built, **changes), options)

    @asynccontextmanager
    async def working(self, options=QUICK, **changes):
        """Let a worker run for as long as the block lasts."""
        made = self.worker(options, **changes)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(made.run())
            try:
                yield made
            finally:
                made.stop()

    async def rows(self):
        """Every row of the outbox by its number."""
        async with self.database.reading() as uow:
            found = await uow._connection.execute(sa.select(outbox).order_by(outbox.c.id))
            return {json.loads(row.payload)["number"]: row for row in found}

    async def states(self):
        return {number: str(row.state) for number, row in (await self.rows()).items()}

    async def all_are(self, state):
        return set((await self.states()).values()) == {state}

    def sent(self):
        """(chat, text) of what reached somebody, in order."""
        return [
            (record.chat_id, record.params["text"])
            for record in self.telegram.log.records
            if record.method == "sendMessage" and record.accepted
        ]

    def calls(self, method="sendMessage"):
        return [record for record in self.telegram.log.records if record.method == method]
