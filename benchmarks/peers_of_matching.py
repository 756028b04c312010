"""Other ways to find whom an event fits: a bounding box, and PostGIS. Each finds what ours finds."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from domain import grid, masks
from domain.job_events import JobEvent
from storage import Database
from storage.tables import alert_cells, alerts

WIDEST_KM = 100
METRES_PER_DEGREE = 111_195
UNLIKE = 0.005
"""A sphere and a plane chord part by metres: of a thousand alerts, so many may lie on the other side."""

_NEEDED = ("alert_id", "mask", "x", "y", "z", "squared_reach", "first_day", "last_day")
_meta = sa.MetaData()


def _boxes(name: str, *key: str) -> sa.Table:
    """Return a table of all that a box needs, in the order of this key."""
    columns = [
        sa.Column("latitude", sa.Float, primary_key="latitude" in key),
        sa.Column("longitude", sa.Float, primary_key="longitude" in key),
        *(
            sa.Column(column, sa.BigInteger, primary_key=column in key, autoincrement=False)
            for column in _NEEDED
        ),
    ]
    return sa.Table(name, _meta, *columns, sqlite_with_rowid=False)


CLUSTERED = _boxes("boxes_by_place", "latitude", "longitude", "alert_id")
ORDINARY = _boxes("boxes_by_number", "alert_id")
BY_PLACE = sa.Index("ix_boxes_by_number_place", ORDINARY.c.latitude, ORDINARY.c.longitude)
CIRCLES = """
    CREATE TABLE circles AS
    SELECT alert_id, mask, first_day, last_day, radius_km * 1000 AS metres,
           ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS point
      FROM alert_cells JOIN alerts ON alerts.id = alert_id WHERE cell >= 0
"""
IN_CIRCLE = """
    SELECT count(*), sum(alert_id) FROM circles
     WHERE ST_DWithin(point, ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326)::geography, :widest, false)
       AND ST_DWithin(point, ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326)::geography, metres, false)
       AND mask & :sectors <> 0 AND mask & :half_days >= :least_free AND :day BETWEEN first_day AND last_day
"""


@dataclass(slots=True)
class Peer:
    """One way, and how long it took for each event."""

    name: str
    ask: Callable[[JobEvent], tuple[sa.Executable, dict[str, object]]]
    goal: float
    is_exact: bool = True
    times: list[float] = field(default_factory=list)

    def is_right(self, found: tuple[int, int], ours: tuple[int, int]) -> bool:
        """Compare how many alerts it found, and the sum of their numbers, with ours."""
        if self.is_exact:
            return found == ours
        return abs(found[0] - ours[0]) <= max(1, ours[0] * UNLIKE)


async def prepared(data: Database) -> list[Peer]:
    """Make their tables in a database full of alerts; PostGIS where it is installed."""
    async with data.unit_of_work() as uow:
        connection = uow._connection  # noqa: SLF001 -- the peers' tables
        await connection.run_sync(_meta.drop_all)
        await connection.run_sync(_meta.create_all)
        for table, order in ((CLUSTERED, alerts.c.latitude), (ORDINARY, alerts.c.id)):
            await connection.execute(_fill(table, order))
        has_postgis = connection.dialect.name == "postgresql" and await connection.scalar(
            sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
        )
        if has_postgis:
            for statement in (
                "CREATE EXTENSION IF NOT EXISTS postgis",
                "DROP TABLE IF EXISTS circles",
                CIRCLES,
                "CREATE INDEX ON circles USING gist (point)",
            ):
                await connection.execute(sa.text(statement))
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.text("ANALYZE"))  # as it does by itself a minute later
    peers = [
        Peer("a bounding-box index", lambda event: (_in_box(ORDINARY, event), {}), goal=10),
        Peer(
            "the same, all rows in the order of the index",
            lambda event: (_in_box(CLUSTERED, event), {}),
            goal=10,
        ),
    ]
    if has_postgis:
        peers.append(Peer("PostGIS ST_DWithin", _in_circle, goal=4, is_exact=False))
    return peers


def _fill(table: sa.Table, order: sa.ColumnElement[object]) -> sa.Insert:
    same = [column for column in alert_cells.columns if column.name in _NEEDED]
    rows = (
        sa.select(alerts.c.latitude, alerts.c.longitude, *same)
        .join(alerts, alerts.c.id == alert_cells.c.alert_id)
        .where(alert_cells.c.cell >= 0)
        .order_by(order, alerts.c.longitude)
    )
    return sa.insert(table).from_select(["latitude", "longitude", *(column.name for column in same)], rows)


def _in_box(table: sa.Table, event: JobEvent) -> sa.Executable:
    assert event.point is not None
    x, y, z = grid.xyz(event.point)
    one, half_days = table.c, masks.half_days_of_event(event)
    high = WIDEST_KM * 1000 / METRES_PER_DEGREE
    wide = high / math.cos(math.radians(min(89, abs(event.point.latitude) + high)))
    found = sa.select(one.alert_id).where(
        one.latitude.between(event.point.latitude - high, event.point.latitude + high),
        one.longitude.between(event.point.longitude - wide, event.point.longitude + wide),
        one.mask.bitwise_and(masks.sectors_of_event(event)) != 0,
        one.mask.bitwise_and(half_days) >= (1 if event.is_drop_in else half_days),
        one.first_day <= event.local_start.toordinal(),
        one.last_day >= event.local_start.toordinal(),
        (one.x - x) * (one.x - x) + (one.y - y) * (one.y - y) + (one.z - z) * (one.z - z)
        <= one.squared_reach,
    )
    return sa.select(sa.func.count(), sa.func.sum(found.subquery().c.alert_id))


def _in_circle(event: JobEvent) -> tuple[sa.Executable, dict[str, object]]:
    assert event.point is not None
    half_days = masks.half_days_of_event(event)
    return sa.text(IN_CIRCLE), {
        "longitude": event.point.longitude,
        "latitude": event.point.latitude,
        "widest": WIDEST_KM * 1000,
        "sectors": masks.sectors_of_event(event),
        "half_days": half_days,
        "least_free": 1 if event.is_drop_in else half_days,
        "day": event.local_start.toordinal(),
    }
