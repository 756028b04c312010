"""A database, a clock, and sources to be read: what the tests of imports stand on."""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from domain.alerts import Alert
from domain.globe import Point
from domain.job_events import EventKind, JobEvent, Mode, Rejected
from domain.outbox import Kind
from domain.reminders import Lead, Reminder
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Subscriber
from services import imports

MONDAY_NOON = dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)
"""In Paris; by day there and on Réunion, in the night on Tahiti."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TOULOUSE, LYON = Point(43.6, 1.44), Point(45.76, 4.84)
ANA, BEN, TEVA = 1, 2, 3
OPERATOR = 99


@dataclasses.dataclass
class Page:
    events: tuple[JobEvent, ...]
    rejected: tuple[Rejected, ...] = ()


def an_event(number=1, **changed):
    starts_at = changed.get("starts_at", MONDAY_NOON + 10 * DAY)
    values = {
        "source": "openagenda",
        "source_id": f"{number}",
        "kind": EventKind.JOB_DATING,
        "title": f"Rencontre numéro {number}",
        "starts_at": starts_at,
        "ends_at": starts_at + 2 * HOUR,
        "zone": "Europe/Paris",
        "mode": Mode.ON_SITE,
        "commune": "31555",
        "point": TOULOUSE,
        "sectors": frozenset({Sector.TRANSPORT}),
        "sector_basis": SectorBasis.STATED,
    }
    return JobEvent(**(values | changed))


def some(count, **changed):
    return [an_event(number, **changed) for number in range(1, count + 1)]


def but(event, **changed):
    if "starts_at" in changed:
        changed.setdefault("ends_at", changed["starts_at"] + 2 * HOUR)
    return dataclasses.replace(event, **changed)


class World:
    """A database, a clock, and sources to be read."""

    def __init__(self, opened):
        self.database = opened
        self.now = MONDAY_NOON

    async def sweep(self, *events, source="openagenda", rejected=(), size=100, breaks_off=None, later=HOUR):
        """Read a source; afterwards it is `later`."""

        async def pages():
            for start in range(0, max(len(events), 1), size):
                yield Page(events[start : start + size], rejected if start == 0 else ())
            if breaks_off:
                raise breaks_off

        try:
            return await imports.sweep(self.database.unit_of_work, source, pages(), lambda: self.now)
        finally:
            self.now += later

    async def baseline(self, *events, source="openagenda"):
        """Read a source for the first time."""
        await self.sweep(*events, source=source)

    async def subscriber(self, number=ANA, *, zone="Europe/Paris", point=TOULOUSE, **wishes):
        person = Subscriber(id=number, zone=zone, created_at=self.now)
        async with self.database.unit_of_work() as uow:
            await uow.subscribers.add(person)
            await uow.alerts.add(
                Alert(subscriber_id=number, commune="31555", point=point, created_at=self.now, **wishes)
            )
        return person

    async def remind(self, number, event_id, lead=Lead.DAY_BEFORE, due_at=None):
        async with self.database.unit_of_work() as uow:
            await uow.reminders.save(
                Reminder(
                    subscriber_id=number,
                    job_event_id=event_id,
                    lead=lead,
                    due_at=due_at or MONDAY_NOON + 9 * DAY + 5 * HOUR,
                )
            )

    async def send_all(self):
        """Send what waits, as the worker does."""
        async with self.database.unit_of_work() as uow:
            far = self.now + 365 * DAY
            for message in await uow.outbox.claim(now=far, wall=far, lease=HOUR, limit=1000):
                if message.kind is Kind.MATCHES:
                    untold = await uow.match_queue.untold([message.chat_id], now=far)
                    ids = [number for _, number, _ in untold]
                    await uow.matches.mark_told(
                        [(message.chat_id, one, message.id) for one in ids], now=self.now
                    )
                await uow.outbox.mark_sent({message.id: 1000 + message.id}, now=self.now)

    async def waiting(self, kind=None):
        """What is still to be sent: soonest first."""
        async with self.database.unit_of_work() as uow:
            far = self.now + 365 * DAY
            messages = await uow.outbox.claim(now=far, wall=far, lease=HOUR, limit=1000)
            await uow.outbox.release([message.id for message in messages])
        return sorted(
            (message for message in messages if kind is None or message.kind is kind),
            key=lambda message: (message.due_at, message.chat_id),
        )

    async def event(self, number=1):
        async with self.database.reading() as uow:
            return await uow.job_events.get(number)

    async def health(self):
        async with self.database.reading() as uow:
            (one,) = await imports.health(uow, now=self.now)
        return one

    async def tell_operators(self, *chats):
        async with self.database.unit_of_work() as uow:
            return await imports.tell_operators(uow, ["openagenda"], chats, now=self.now)

    async def rows(self, statement):
        async with self.database.unit_of_work() as uow:
            return [tuple(row) for row in await uow._connection.execute(sa.text(statement))]

    async def count(self, table):
        ((number,),) = await self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a name from this file
        return number

    async def counts(self, *tables):
        return tuple([await self.count(table) for table in tables])


async def told_and_reminded(world):
    """Ana was sent event 1 and asked to be reminded of it; Ben was sent it only."""
    await world.subscriber(ANA)
    await world.subscriber(BEN)
    await world.baseline()
    await world.sweep(*some(4))
    await world.send_all()
    await world.remind(ANA, 1)
    await world.remind(ANA, 1, Lead.TWO_HOURS, MONDAY_NOON + 10 * DAY - 2 * HOUR)
