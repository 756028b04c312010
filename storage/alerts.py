"""Alerts, and the rows that matching reads: always written together, and with what changes of their owner."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from domain import grid, masks, sectors
from domain.alerts import Alert
from domain.availability import Availability
from domain.globe import Point
from domain.job_events import Mode
from storage import dialects
from storage.dialects import Lock
from storage.lists import padded
from storage.tables import alert_cells, alerts, subscribers
from storage.without_orm import AsyncConnection

ONLINE_CELL = -1
"""The pseudo-cell of alerts that take online events."""

_OF = sa.select(alerts).where(alerts.c.id == sa.bindparam("of"))
_OF_SUBSCRIBERS = (
    sa.select(alerts)
    .where(alerts.c.subscriber_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(alerts.c.id)
)
_ADD = sa.insert(alerts)
_CHANGE = sa.update(alerts).where(alerts.c.id == sa.bindparam("of"))
_ADD_CELLS = sa.insert(alert_cells).values(
    {
        column.name: sa.select(column).where(subscribers.c.id == sa.bindparam("owner")).scalar_subquery()
        for column in (subscribers.c.zone, subscribers.c.standing)
    }
)
_DROP_CELLS = sa.delete(alert_cells).where(alert_cells.c.alert_id == sa.bindparam("of"))
_OWNED = sa.join(alerts, subscribers, alerts.c.subscriber_id == subscribers.c.id)
_FOLLOW = (
    sa.update(alert_cells)
    .where(
        alert_cells.c.alert_id.in_(
            sa.select(alerts.c.id).where(alerts.c.subscriber_id.in_(sa.bindparam("ids", expanding=True)))
        )
    )
    .values(
        {
            name: sa.select(column)
            .select_from(_OWNED)
            .where(alerts.c.id == alert_cells.c.alert_id)
            .scalar_subquery()
            for name, column in (
                ("subscriber_id", subscribers.c.id),
                ("zone", subscribers.c.zone),
                ("standing", subscribers.c.standing),
            )
        }
    )
)


class Alerts:
    """The table of alerts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, alert_id: int) -> Alert | None:
        """Return this alert, or None."""
        row = (await self._connection.execute(_OF, {"of": alert_id})).one_or_none()
        return to_domain(row) if row else None

    async def of_subscriber(self, subscriber_id: int) -> Sequence[Alert]:
        """Return a person's alerts, oldest first."""
        return await self.of_subscribers([subscriber_id])

    async def of_subscribers(self, ids: Collection[int]) -> Sequence[Alert]:
        """Return the alerts of these people, oldest first."""
        found = await self._connection.execute(_OF_SUBSCRIBERS, {"ids": padded(ids)})
        return [to_domain(row) for row in found]

    async def add(self, alert: Alert) -> Alert:
        """Keep a new alert; return it with its id."""
        await dialects.share(self._connection, Lock.MATCHING)
        result = await self._connection.execute(_ADD, to_row(alert))
        (alert_id,) = result.inserted_primary_key or (0,)
        stored = replace(alert, id=alert_id)
        await self._write_cells(stored)
        return stored

    async def save(self, alert: Alert) -> None:
        """Write a changed alert."""
        await dialects.share(self._connection, Lock.MATCHING)
        await self._connection.execute(_CHANGE, {"of": alert.id, **to_row(alert)})
        await self._connection.execute(_DROP_CELLS, {"of": alert.id})
        await self._write_cells(alert)

    async def follow(self, subscriber_ids: Collection[int]) -> None:
        """Let what matching reads follow the owners: who they are, where, and whether they are written to."""
        await self._connection.execute(_FOLLOW, {"ids": padded(subscriber_ids)})

    async def _write_cells(self, alert: Alert) -> None:
        rows = cell_rows(alert)
        if rows:  # none for an alert on site whose place nobody knows any more
            owner = {"owner": alert.subscriber_id}
            await self._connection.execute(_ADD_CELLS, [row | owner for row in rows])


def cell_rows(alert: Alert) -> list[dict[str, Any]]:
    """Return the rows that matching reads: under the alert's own cell, and under the online one."""
    keys = []
    if Mode.ON_SITE in alert.modes and alert.point is not None:
        keys.append(grid.cell(alert.point, grid.level_of(alert.radius_km)))
    if Mode.ONLINE in alert.modes:
        keys.append(ONLINE_CELL)
    x, y, z = grid.xyz(alert.point) if alert.point else (0, 0, 0)
    availability = alert.availability
    shared = {
        "alert_id": alert.id,
        "mask": masks.of_alert(alert),
        "x": x,
        "y": y,
        "z": z,
        "squared_reach": grid.squared_reach(alert.radius_km),
        "first_day": (availability.not_before or dt.date.min).toordinal(),
        "last_day": (availability.not_after or dt.date.max).toordinal(),
        "subscriber_id": alert.subscriber_id,
        "frequency": alert.frequency,
    }
    return [{"cell": key, **shared} for key in keys]


def to_row(alert: Alert) -> dict[str, Any]:
    """Turn an alert into the values of its row."""
    return {
        "subscriber_id": alert.subscriber_id,
        "commune": alert.commune,
        "place_label": alert.place_label,
        "latitude": alert.point.latitude if alert.point else None,
        "longitude": alert.point.longitude if alert.point else None,
        "radius_km": alert.radius_km,
        "sectors": sectors.to_mask(alert.sectors),
        "takes_unknown_sector": alert.takes_unknown_sector,
        "half_days": alert.availability.half_days,
        "not_before": alert.availability.not_before,
        "not_after": alert.availability.not_after,
        "modes": alert.modes.value,
        "frequency": alert.frequency,
        "created_at": alert.created_at,
    }


def to_domain(row: sa.Row[Any]) -> Alert:
    """Turn a row of the table into an alert."""
    return Alert(
        id=row.id,
        subscriber_id=row.subscriber_id,
        commune=row.commune,
        place_label=row.place_label,
        point=Point(row.latitude, row.longitude) if row.latitude is not None else None,
        radius_km=row.radius_km,
        sectors=sectors.from_mask(row.sectors),
        takes_unknown_sector=row.takes_unknown_sector,
        availability=Availability(row.half_days, row.not_before, row.not_after),
        modes=Mode(row.modes),
        frequency=row.frequency,
        created_at=row.created_at,
    )
