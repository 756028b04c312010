"""A compressed year: 5,000 people in five zones, every clock change, each reminder exactly once.

Measured: the wall time of the whole, in the program's services on a file under its own pragmas. Each person
asks to be reminded, by both leads, of one event of the year; product time then jumps from one due instant
to the next, as the scheduler's tick would meet them, and what is due is queued. The outbox is then held
against what was promised: one row each, at the promised instant, never before it. By default a tenth of the
people; `--full` all of them. Physical limit: two commits a person, and one each five minutes of the year in
which something is due.
Alone: `python -m benchmarks.bench_year [--full]`.
"""

import asyncio
import datetime as dt
import random
import time
from collections import Counter
from dataclasses import replace

import sqlalchemy as sa

from benchmarks import crowd, harness, sending
from domain.job_events import JobEvent
from domain.outbox import Kind
from domain.reminders import Lead
from domain.subscribers import Subscriber
from services import reminders
from services.reminders import Promised
from storage import Database
from storage.tables import outbox

PEOPLE, FULL = 500, 5_000
EVENTS = 2_000
DAYS = 365
TICK = dt.timedelta(minutes=5)
ZONES = (
    "Europe/Paris",
    "Europe/Paris",
    "Indian/Reunion",
    "Pacific/Tahiti",
    "America/Miquelon",
    "Pacific/Wallis",
)
BEGIN = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


async def main() -> None:
    """Live the year."""
    options = harness.options(__doc__)
    report = harness.report(14, "A compressed year", __doc__)
    people = FULL if options.full else PEOPLE
    began = time.perf_counter()
    async with sending.opened() as data:
        promised = await promise(data, people)
        ticks = await live(data)
        came = await queued(data)
    took = time.perf_counter() - began
    assert set(came) == promised
    assert set(came.values()) == {1}
    report.add(
        harness.Figure(
            what=f"{people:,} people, {DAYS} days: minutes",
            ours=f"{took:.0f} s, {len(promised):,} reminders, each exactly once, in {ticks:,} ticks",
            peer="10 minutes",
            values=[took / 60],
            goal=harness.at_most(10),
        )
    )
    report.publish()


async def promise(data: Database, people: int) -> set[tuple[int, int, str, int]]:
    """Let everybody ask; return who was promised what, and when (microseconds since 1970)."""
    chance, promised = random.Random(1), set()
    drawn = [spread(event, chance) for event in crowd.Crowd(seed=4).events(EVENTS)]
    async with data.unit_of_work() as uow:
        ids = await uow.job_events.add_many(drawn, now=BEGIN, is_baseline=True)
    async with data.reading() as uow:
        events = await uow.job_events.get_many(list(ids))
    for number in range(1, people + 1):
        person = Subscriber(id=number, zone=chance.choice(ZONES), created_at=BEGIN)
        stored = chance.choice(events)
        async with data.unit_of_work() as uow:
            await uow.subscribers.add(person)
            for lead in Lead:
                answer = await reminders.choose(uow, person, stored, lead, now=BEGIN)
                assert isinstance(answer, Promised)
                due = int(answer.due_at.timestamp()) * 1_000_000
                promised.add((number, stored.id, lead.value, due))
    return promised


def spread(event: JobEvent, chance: random.Random) -> JobEvent:
    """Move an event to any quarter of an hour of the year."""
    starts = BEGIN + dt.timedelta(days=2, minutes=15 * chance.randrange((DAYS - 3) * 96))
    return replace(event, starts_at=starts, ends_at=starts + dt.timedelta(hours=2))


async def live(data: Database) -> int:
    """Jump from one due instant to the next; return how many ticks had something to do."""
    now, ticks = BEGIN, 0
    while True:
        async with data.unit_of_work() as uow:
            due_at = await uow.reminders.next_due()
            if due_at is None:
                return ticks
            assert due_at > now, "nothing due was left behind"
            now += -((now - due_at) // TICK) * TICK
            ticks += 1
            await reminders.queue_due(uow, now=now)


async def queued(data: Database) -> Counter[tuple[int, int, str, int]]:
    """Return what was queued for whom, and for when."""
    number, lead = (sa.func.json_extract(outbox.c.payload, f"$.{name}") for name in ("job_event_id", "lead"))
    due = sa.type_coerce(outbox.c.due_at, sa.BigInteger)
    rows = sa.select(outbox.c.chat_id, number, lead, due).where(outbox.c.kind == Kind.REMINDER)
    async with data.reading() as uow:
        return Counter(tuple(row) for row in await uow._connection.execute(rows))  # noqa: SLF001 -- the oracle


if __name__ == "__main__":
    asyncio.run(main())
