"""The program's whole way out, on a database of its own: claim → compose → pace → send → record."""

import asyncio
import contextlib
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import sqlalchemy as sa
import telegram

from benchmarks import crowd, telegram_server
from bot import clock
from delivery import transport
from delivery.composer import Composer
from delivery.limiter import Limiter
from delivery.parts import Options, Parts
from delivery.pause import Pause
from delivery.shared_limiter import SharedLimiter
from delivery.worker import Worker
from domain.alerts import Alert, Frequency
from domain.job_events import EventKind, JobEvent, Mode
from domain.subscribers import Subscriber
from locales import translators
from services.deliveries import Consequences
from storage import Database, database, gazetteer
from storage.tables import outbox

TOLD_AT = crowd.NOW + dt.timedelta(hours=1)
POLL_S = 0.02


@contextlib.asynccontextmanager
async def opened(url: str | None = None) -> AsyncIterator[Database]:
    """Give an empty database: at this address, or in a file that goes after."""
    with tempfile.TemporaryDirectory() as folder:
        async with database.opened(url or f"sqlite+aiosqlite:///{Path(folder) / 'bot.db'}") as data:
            yield data


async def queue(data: Database, people: int) -> None:
    """Queue one message of one new event for each of so many new people, numbered from 1."""
    commune = next(commune for commune in gazetteer.load() if commune.code == "31555")
    starts = crowd.NOW + dt.timedelta(days=7)
    event = JobEvent(
        source="bench",
        source_id="1",
        kind=EventKind.JOB_DATING,
        title="Dix restaurants recrutent",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=2),
        zone=commune.zone,
        mode=Mode.ON_SITE,
        commune=commune.code,
        commune_name=commune.name,
        point=commune.point,
        multisector=True,
    )
    due = {(commune.zone, Frequency.AT_ONCE): crowd.NOW}
    async with data.unit_of_work() as uow:
        for number in range(1, people + 1):
            await uow.subscribers.add(Subscriber(id=number, created_at=crowd.NOW))
            await uow.alerts.add(
                Alert(subscriber_id=number, commune=commune.code, point=commune.point, created_at=crowd.NOW)
            )
        (job_event_id,) = await uow.job_events.add_many([event], now=crowd.NOW, is_baseline=False)
        await uow.match_queue.queue_for(job_event_id, event, due, now=crowd.NOW)


@contextlib.asynccontextmanager
async def speaking(port: int) -> AsyncIterator[tuple[telegram.Bot, Pause]]:
    """Give a bot that speaks through our transport, and its pause."""
    pause = Pause()
    ours = transport.Transport(transport.Options(), pause=pause, count=_uncounted)
    async with ours:
        yield telegram.Bot(telegram_server.TOKEN, base_url=telegram_server.address(port), request=ours), pause


@contextlib.asynccontextmanager
async def working(
    data: Database,
    bot: telegram.Bot,
    pause: Pause,
    *,
    rate: float,
    options: Options | None = None,
    now: Callable[[], dt.datetime] = lambda: TOLD_AT,
) -> AsyncIterator[Limiter | SharedLimiter]:
    """Let the program's worker deliver at this rate for as long as the block lasts."""
    limiter = SharedLimiter(rate, pause, data) if data.is_shared else Limiter(rate)
    made = Worker(
        Parts(
            unit_of_work=data.unit_of_work,
            bot=bot,
            pause=pause,
            limiter=limiter,
            compose=Composer(data.reading, translators.load()).compose,
            consequences=Consequences(on_chat_gone=_never, on_migrated=_never),
            clock=now,
            wall=clock.wall,
            count=_uncounted,
        ),
        options or Options.at(rate),
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(made.run())
        try:
            yield limiter
        finally:
            made.stop()


async def emptied(data: Database) -> None:
    """Wait until nothing is due any more."""
    while True:
        async with data.reading() as uow:
            if not await uow.outbox.waiting(now=TOLD_AT):
                return
        await asyncio.sleep(POLL_S)


async def states(data: Database) -> Mapping[str, int]:
    """Return how many messages are in each state."""
    counted = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
    async with data.reading() as uow:
        found = await uow._connection.execute(counted)  # noqa: SLF001 -- to compare with what the stand-in has
        return {str(state): count for state, count in found}


async def _never(*_told: object) -> None:
    raise AssertionError("the stand-in never says so")


def _uncounted(_name: str, _labels: Mapping[str, str]) -> None:
    """Nobody looks at the counters here."""
