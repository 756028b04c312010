"""Updates a second through the whole path of a conversation: kept, read, written, answered.

Ours is the whole program (`bot.app.running`), whose intake is handed batches of a hundred raw updates, as
Telegram gives them: a new person says /start, then types a town. Each is stored before it is handled, and its
effects are committed before the answer. Peer, in turn and over the same transport, pragmas and driver:
python-telegram-bot's Application with one handler that reads and writes one row by SQLAlchemy Core, commits,
and answers; as many chats at once as ours. Then ours at half that load: from arrival to answer.
Physical limit: the commits, which wait for the disk: one for each update of ours, and one that answers given
at the same time share; one for the peer's.
Alone: `python -m benchmarks.bench_conversation`.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot, MessageHandler, filters

from benchmarks import crowd, harness, sending, telegram_server
from bot import app
from bot.app import Running
from bot.settings import Settings
from delivery import transport
from delivery.pause import Pause
from handlers.line import CHATS_AT_ONCE
from storage import Database

PEOPLE = 200
ROUNDS = 8
BATCH = 100
SAID = ("/start", "Toulouse")
HALF_LOAD_S = 8.0

VISITS = sa.Table(
    "visits",
    sa.MetaData(),
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)


async def main() -> None:
    """Measure in turn."""
    harness.options(__doc__)
    report = harness.report(10, "Conversation", __doc__)
    ours: list[float] = []
    theirs: list[float] = []
    with (
        harness.beside(telegram_server.serve, telegram_server.Rule()) as port,
        tempfile.TemporaryDirectory() as at,
    ):
        environ = {
            "TELEGRAM_BOT_TOKEN": telegram_server.TOKEN,
            "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite+aiosqlite:///{Path(at) / 'bot.db'}",
            "EVENT_SOURCE": "sample",
            "WEB_PORT": "0",
        }
        settings = Settings.read(environ, Path(at) / "none.env")
        async with sending.opened() as data, app.running(settings, lambda: crowd.NOW) as program:
            program.known.read()
            await through_ours(program, updates(1, 20))
            for number in range(ROUNDS):
                bodies = updates(1_000 * (number + 1), PEOPLE)
                ours.append(await through_ours(program, bodies))
                theirs.append(await through_theirs(port, data, bodies))
            late = await at_half_load(program, port, statistics.median(ours) / 2)
    report.add(
        harness.Figure(
            what="updates/s against one handler over the library alone",
            ours=f"{statistics.median(ours):,.0f}/s",
            peer=f"{statistics.median(theirs):,.0f}/s",
            values=[one / other for one, other in zip(ours, theirs, strict=True)],
            goal=harness.at_least(0.7),
        )
    )
    report.add(
        harness.Figure(
            what="arrival to answer at half load, p99 ms",
            ours=f"median {statistics.median(late) * 1000:.0f} ms",
            peer=f"{statistics.median(ours) / 2:.0f} updates/s",
            values=[harness.percentile(late, 0.99) * 1000],
        )
    )
    report.publish()


def updates(first: int, people: int) -> list[str]:
    """Return what people say, as Telegram tells it."""
    return [
        json.dumps(
            {
                "update_id": 10 * chat + place,
                "message": {
                    "message_id": place + 1,
                    "date": int(crowd.NOW.timestamp()),
                    "chat": {"id": chat, "type": "private", "first_name": "Léa"},
                    "from": {"id": chat, "is_bot": False, "first_name": "Léa", "language_code": "fr"},
                    "text": text,
                    "entities": [{"type": "bot_command", "offset": 0, "length": 6}] if place == 0 else [],
                },
            }
        )
        for place, text in enumerate(SAID)
        for chat in range(first, first + people)
    ]


async def through_ours(program: Running, bodies: Sequence[str]) -> float:
    """Return updates a second, from the first that arrives to the last answer."""
    began = time.perf_counter()
    for start in range(0, len(bodies), BATCH):
        await program.intake.receive(bodies[start : start + BATCH])
    await program.intake.settle()
    return len(bodies) / (time.perf_counter() - began)


async def through_theirs(port: int, data: Database, bodies: Sequence[str]) -> float:
    """Return updates a second of the library with one handler."""
    async with data.unit_of_work() as uow:
        await uow._connection.run_sync(VISITS.metadata.create_all)  # noqa: SLF001 -- the peer's table

    async def answer(
        update: Update,
        _context: CallbackContext[
            ExtBot[None], dict[object, object], dict[object, object], dict[object, object]
        ],
    ) -> None:
        assert update.effective_chat
        chat_id = update.effective_chat.id
        async with data.unit_of_work() as uow:
            connection = uow._connection  # noqa: SLF001 -- the peer's own SQL
            seen = (
                await connection.execute(sa.select(VISITS.c.count).where(VISITS.c.chat_id == chat_id))
            ).scalar()
            if seen is None:
                await connection.execute(sa.insert(VISITS).values(chat_id=chat_id, count=1))
            else:
                await connection.execute(
                    sa.update(VISITS).where(VISITS.c.chat_id == chat_id).values(count=seen + 1)
                )
        await update.effective_chat.send_message("Bonjour")

    request = transport.Transport(transport.Options(), pause=Pause(), count=lambda _name, _labels: None)
    bot = ExtBot(telegram_server.TOKEN, base_url=telegram_server.address(port), request=request)
    application = Application.builder().bot(bot).updater(None).job_queue(None).build()
    application.add_handler(MessageHandler(filters.ALL, answer))
    left = iter(bodies)

    async def serve() -> None:
        for body in left:
            await application.process_update(Update.de_json(json.loads(body), bot))

    async with application:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(CHATS_AT_ONCE):
                group.create_task(serve())
        return len(bodies) / (time.perf_counter() - began)


async def at_half_load(program: Running, port: int, rate: float) -> list[float]:
    """Return how long each of many people waited for the answer to /start."""
    people = int(rate * HALF_LOAD_S)
    bodies = updates(1_000_000, people)[:people]
    await telegram_server.counted(port)
    arrived = {}
    began = time.monotonic()
    for number, body in enumerate(bodies):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        arrived[1_000_000 + number] = time.monotonic()
        await program.intake.receive([body])
    await program.intake.settle()
    answered: dict[int, float] = {}
    for chat, at in await telegram_server.times(port):
        answered.setdefault(chat, at)
    assert set(arrived) <= set(answered), "somebody has no answer"
    return [answered[chat] - at for chat, at in arrived.items()]


if __name__ == "__main__":
    asyncio.run(main())
