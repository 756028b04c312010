"""Of two schedulers one leads; killed, it is followed by the other before anybody waits."""

import asyncio
import datetime as dt
import time
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.clock import wall
from chaos import stand_in, victim
from domain.reminders import Lead, Reminder
from storage import database
from storage.tables import outbox
from tests import factories

LEADS = "this process leads"
GOAL_S = 10.0


@asynccontextmanager
async def scheduler(folder, telegram, url):
    """`python -m bot run --role scheduler`, which reads a source without events."""
    source = folder / "events.json"
    source.write_text(victim.NO_EVENTS, encoding="utf-8")
    async with victim.python(
        *("-m", "bot", "run", "--role", "scheduler"),
        folder=folder,
        TELEGRAM_BOT_TOKEN=victim.TOKEN,
        TELEGRAM_API_URL=telegram.url,
        DATABASE_URL=url,
        WEB_PORT="0",
        EVENT_SOURCE="file",
        EVENT_SOURCE_FILE=str(source),
    ) as process:
        assert await process.until_it_says("ready"), process.lines
        yield process


async def promise(data, person):
    """Keep a reminder that is due now."""
    now = wall()
    event = factories.job_event(
        starts_at=now + dt.timedelta(days=2), ends_at=now + dt.timedelta(days=2, hours=1)
    )
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(factories.subscriber(person, created_at=now))
        number = await factories.keep(uow, event, now=now, is_baseline=True)
        reminder = Reminder(subscriber_id=person, job_event_id=number, lead=Lead.TWO_HOURS, due_at=now)
        await uow.reminders.save(reminder)


async def until_queued(data):
    while True:
        async with data.reading() as uow:
            if await uow._connection.scalar(sa.select(sa.func.count()).select_from(outbox)):
                return
        await asyncio.sleep(0.05)


@pytest.mark.long(seconds=6)
async def test_a_leader_that_is_killed_is_followed_within_ten_seconds(
    tmp_path, postgres_url, record_property
):
    async with (
        stand_in.running(tmp_path) as telegram,
        scheduler(tmp_path, telegram, postgres_url) as first,
        scheduler(tmp_path, telegram, postgres_url) as second,
        database.opened(postgres_url) as data,
    ):
        assert await first.until_it_says(LEADS)
        assert not any(LEADS in line for line in second.lines)
        first.running.kill()
        killed = time.monotonic()
        await promise(data, person=1)
        async with asyncio.timeout(GOAL_S):
            await until_queued(data)
        record_property("seconds", round(time.monotonic() - killed, 2))
        assert await second.until_it_says(LEADS)
        assert await second.stop() == 0, second.lines[-20:]
