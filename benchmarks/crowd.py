"""Alerts and events spread over France as its people are, and a database full of them.

A hundred thousand different alerts are drawn and encoded by the program's own code (`storage.alerts.to_row`,
`cell_rows`); more are copies of these under other numbers, made by SQL, with the indexes built after: saving
six million one by one would take hours and give the same rows. One alert a person; people's numbers are in no
order, as Telegram's are.
"""

import contextlib
import datetime as dt
import itertools
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from domain.alerts import Alert, Frequency
from domain.availability import WHOLE_WEEK, Availability
from domain.communes import Commune
from domain.job_events import EventKind, JobEvent, Mode
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Language, Standing
from storage import Database, database, gazetteer, migrating
from storage import alerts as stored_alerts
from storage.tables import alert_cells, alerts, subscribers

T = TypeVar("T")

NOW = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
BATCH = 20_000
DIFFERENT = 100_000
SPREAD = """Radius 10, 30, 50, 100 km for 25, 50, 15, 10 %; one to three of 14 sectors for 80 %, all for the
rest; the whole week for 60 %, half of its parts by chance for the rest; on site and online for 70 %. Events:
at a commune by population, two hours on a working day, one sector (80 %), several (10 %), or unknown
(10 %)."""

_RADII = ((10, 30, 50, 100), (25, 50, 15, 10))
_LARGEST_PRIME_UNDER_2_32 = 4_294_967_291
_FIRST_PERSON = 100_000_000
_STAGED = sa.Table(
    "staged",
    sa.MetaData(),
    *(sa.Column(column.name, column.type) for column in alerts.columns),
    sa.Column("zone", sa.String),
)
_STAGED_CELLS = sa.Table(
    "staged_cells", sa.MetaData(), *(sa.Column(column.name, column.type) for column in alert_cells.columns)
)
_COPIES = sa.Table("copies", sa.MetaData(), sa.Column("n", sa.BigInteger))


N = TypeVar("N", int, sa.ColumnElement[int])


def person(number: N) -> N:
    """Return the Telegram id of the n-th person: all different, in no order."""
    return _FIRST_PERSON + number * 2_654_435_761 % _LARGEST_PRIME_UNDER_2_32


class Crowd:
    """Draws places by population."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._communes = gazetteer.load()
        self._weights = list(itertools.accumulate(commune.population for commune in self._communes))

    def homes(self, count: int) -> list[Commune]:
        """Draw so many communes."""
        return self._chance.choices(self._communes, cum_weights=self._weights, k=count)

    def alerts(self, homes: Iterable[Commune]) -> Iterator[Alert]:
        """Draw an alert for each home, numbered from 1."""
        chance, sectors = self._chance, list(Sector)
        for number, commune in enumerate(homes, start=1):
            wanted = chance.sample(sectors, chance.randint(1, 3)) if chance.random() < 0.8 else ()
            free = WHOLE_WEEK if chance.random() < 0.6 else chance.getrandbits(21) or WHOLE_WEEK
            yield Alert(
                id=number,
                subscriber_id=person(number),
                commune=commune.code,
                place_label=commune.name,
                point=commune.point,
                radius_km=chance.choices(*_RADII)[0],
                sectors=frozenset(wanted),
                takes_unknown_sector=chance.random() < 0.7,
                availability=Availability(free),
                modes=Mode.BOTH if chance.random() < 0.7 else Mode.ON_SITE,
                frequency=chance.choice((Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY)),
                created_at=NOW,
            )

    def events(self, count: int, *, mode: Mode = Mode.ON_SITE) -> list[JobEvent]:
        """Draw events of the coming weeks."""
        return [self._event(number, home, mode) for number, home in enumerate(self.homes(count))]

    def _event(self, number: int, commune: Commune, mode: Mode) -> JobEvent:
        chance = self._chance
        starts = NOW + dt.timedelta(
            days=7 * chance.randint(1, 4) + chance.randint(0, 4), hours=chance.randint(0, 6)
        )
        kind = chance.random()
        known = kind < 0.9
        sectors = chance.sample(list(Sector), 1 if kind < 0.8 else chance.randint(2, 4)) if known else ()
        return JobEvent(
            source="bench",
            source_id=f"{mode.value}:{chance.getrandbits(60)}:{number}",
            kind=EventKind.JOB_DATING,
            title=f"Job dating {number}",
            starts_at=starts,
            ends_at=starts + dt.timedelta(hours=2),
            zone=commune.zone,
            mode=mode,
            commune=commune.code,
            commune_name=commune.name,
            point=commune.point,
            sectors=frozenset(sectors),
            sector_basis=SectorBasis.INFERRED if known else SectorBasis.UNKNOWN,
        )


def drawn(count: int) -> Iterator[tuple[Alert, str]]:
    """Draw the same alerts each time, with the zone of each one's person."""
    crowd = Crowd()
    homes = crowd.homes(count)
    return zip(crowd.alerts(homes), (home.zone for home in homes), strict=True)


@contextlib.asynccontextmanager
async def gathered(count: int, url: str | None = None) -> AsyncIterator[Database]:
    """Give the program's database with so many alerts in it: a file of our own, or at `url`.

    That is of an empty database of PostgreSQL, which is empty again afterwards. A file once filled is kept in
    the system's temporary folder and copied by the next run.
    """
    if url:
        async with database.opened(url) as data:
            if await _count(data, subscribers):
                raise SystemExit("the database must be empty: it is emptied afterwards")
            await fill(data, count)
            yield data
            await _empty(data)
        return
    newest, *_ = migrating.known()
    kept = Path(tempfile.gettempdir()) / f"job-event-crowd-{os.getuid()}" / f"{count}-{newest}.db"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        unfinished = kept.with_suffix(".unfinished")
        for left in kept.parent.glob(unfinished.name + "*"):
            left.unlink()
        async with database.opened(f"sqlite+aiosqlite:///{unfinished}") as data:
            await fill(data, count)
        unfinished.rename(kept)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(kept, copy := Path(folder) / "bot.db")
        async with database.opened(f"sqlite+aiosqlite:///{copy}") as data:
            yield data


async def fill(data: Database, count: int) -> None:
    """Put people and alerts in, one alert each, by bulk."""
    indexes = [index for table in (alerts, alert_cells) for index in table.indexes]
    for index in indexes:
        await _in_one(data, index.drop)
    for table in (_STAGED, _STAGED_CELLS, _COPIES):
        await _in_one(data, table.create)
    different = min(count, DIFFERENT)
    async with data.unit_of_work() as uow:
        connection = uow._connection  # noqa: SLF001 -- the bulk path is the benchmark's own
        for batch in _batches(drawn(different)):
            rows = [{"id": a.id, "zone": zone, **stored_alerts.to_row(a)} for a, zone in batch]
            await connection.execute(sa.insert(_STAGED), rows)
            cells = [
                {**row, "zone": zone, "standing": Standing.ACTIVE}
                for alert, zone in batch
                for row in stored_alerts.cell_rows(alert)
            ]
            await connection.execute(sa.insert(_STAGED_CELLS), cells)
        await connection.execute(sa.insert(_COPIES), [{"n": n} for n in range(0, count, different)])
    for statement in (_people(), _copied(alerts, _STAGED), _copied(alert_cells, _STAGED_CELLS)):
        async with data.unit_of_work() as uow:
            await uow._connection.execute(statement)  # noqa: SLF001 -- the same
    for table in (_STAGED, _STAGED_CELLS, _COPIES):
        await _in_one(data, table.drop)
    for index in indexes:
        await _in_one(data, index.create)


async def _count(data: Database, table: sa.Table) -> int:
    async with data.reading() as uow:
        counted = sa.select(sa.func.count()).select_from(table)
        return int((await uow._connection.execute(counted)).scalar_one())  # noqa: SLF001 -- the same


async def _empty(data: Database) -> None:
    async with data.unit_of_work() as uow:
        # with all that hangs on them; no benchmark writes anything else
        emptying = sa.text("TRUNCATE subscribers, job_events, matches, outbox CASCADE")
        await uow._connection.execute(emptying)  # noqa: SLF001 -- the same


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    left = iter(values)
    while batch := list(itertools.islice(left, BATCH)):
        yield batch


def _people() -> sa.Insert:
    """Insert the owner of each alert."""
    values: dict[str, sa.ColumnElement[Any]] = {
        "id": person(_STAGED.c.id + _COPIES.c.n),
        "language": sa.literal(Language.FRENCH.value),
        "zone": _STAGED.c.zone,
        "standing": sa.literal(Standing.ACTIVE.value),
        "created_at": _STAGED.c.created_at,
    }
    rows = sa.select(*values.values()).join_from(_STAGED, _COPIES, sa.true()).order_by(values["id"])
    return sa.insert(subscribers).from_select(list(values), rows)


def _copied(table: sa.Table, staged: sa.Table) -> sa.Insert:
    """Insert each staged row once for each copy, in the order of the key."""
    moved: dict[str, sa.ColumnElement[Any]] = dict(staged.c.items())
    if table is alerts:
        moved.pop("zone")
    number = "id" if table is alerts else "alert_id"
    moved[number] = staged.c[number] + _COPIES.c.n
    moved["subscriber_id"] = person(moved[number])
    key = [moved[column.name] for column in table.primary_key]
    rows = sa.select(*moved.values()).join_from(staged, _COPIES, sa.true()).order_by(*key)
    return sa.insert(table).from_select(list(moved), rows)


async def _in_one(data: Database, act: Callable[[sa.Connection], object]) -> None:
    async with data.unit_of_work() as uow:
        await uow._connection.run_sync(act)  # noqa: SLF001 -- the bulk path is the benchmark's own
