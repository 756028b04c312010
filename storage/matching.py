"""The rule of `domain.matching` for one event against all alerts, in one statement.

The event looks up the 54 cells in which an alert that reaches it can lie, and the
online pseudo-cell; sectors and half-days are bits of one integer; distance is an
integer chord in metres. The figures behind this shape are in the benchmarks.
"""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain import grid, masks
from domain.alerts import Frequency
from domain.job_events import JobEvent, Mode
from domain.matching import SectorFit
from domain.sectors import SectorBasis
from domain.subscribers import Standing
from storage.alerts import ONLINE_CELL
from storage.tables import alert_cells, alerts, matches, subscribers

COLUMNS = ("subscriber_id", "job_event_id", "alert_id", "on_site", "sector_fit", "due_at")
"""What a row of `rows` gives of a match, in this order."""


def fitting_alerts(event: JobEvent) -> sa.Select[tuple[int, bool]]:
    """Select (alert_id, on_site) of every alert that the event fits; an alert may come twice."""
    branches = []
    if Mode.ON_SITE in event.mode and event.point is not None:
        x, y, z = grid.xyz(event.point)
        cell = alert_cells.c
        chord = (cell.x - x) * (cell.x - x) + (cell.y - y) * (cell.y - y) + (cell.z - z) * (cell.z - z)
        branches.append(
            sa.select(cell.alert_id, sa.true().label("on_site")).where(
                cell.cell.in_(grid.cells_around(event.point)),
                *_fits_sectors_and_time(event),
                chord <= cell.squared_reach,
            )
        )
    if Mode.ONLINE in event.mode:
        branches.append(
            sa.select(alert_cells.c.alert_id, sa.false().label("on_site")).where(
                alert_cells.c.cell == ONLINE_CELL, *_fits_sectors_and_time(event)
            )
        )
    if not branches:
        return sa.select(alert_cells.c.alert_id, sa.false().label("on_site")).where(sa.false())
    found = sa.union_all(*branches).subquery()
    return sa.select(found.c.alert_id, found.c.on_site)


def _fits_sectors_and_time(event: JobEvent) -> list[sa.ColumnElement[bool]]:
    mask, day = alert_cells.c.mask, event.local_start.toordinal()
    half_days = masks.half_days_of_event(event)
    free = mask.bitwise_and(half_days)
    return [
        mask.bitwise_and(masks.sectors_of_event(event)) != 0,
        free != 0 if event.is_drop_in else free == half_days,
        alert_cells.c.first_day <= day,
        alert_cells.c.last_day >= day,
    ]


def rows(
    job_event_id: int, event: JobEvent, due: Mapping[tuple[str, Frequency], dt.datetime]
) -> sa.Select[Any]:
    """Select what `COLUMNS` says of each alert that the event fits; of one person, the first row counts.

    `due`: when to tell, by the person's zone and the alert's frequency. Several
    alerts of one person: the one that tells soonest comes first.
    """
    fitting = fitting_alerts(event).subquery()
    told = _due_at(tuple(due.items()))
    if event.multisector:
        fit: sa.ColumnElement[str] = sa.literal(SectorFit.ANY.value)
    elif event.sector_basis is SectorBasis.UNKNOWN:
        fit = sa.literal(SectorFit.UNKNOWN.value)
    else:
        fit = sa.case((alerts.c.sectors == 0, SectorFit.ANY.value), else_=event.sector_basis.value)
    return (
        sa.select(
            alerts.c.subscriber_id,
            sa.literal(job_event_id, sa.BigInteger),
            alerts.c.id,
            fitting.c.on_site,
            fit,
            told,
        )
        .select_from(fitting)
        .join(alerts, alerts.c.id == fitting.c.alert_id)
        .join(subscribers, subscribers.c.id == alerts.c.subscriber_id)
        .where(subscribers.c.standing == Standing.ACTIVE)
        # by person first: written in the order of their keys, the rows of an event touch each page once
        .order_by(alerts.c.subscriber_id, told, fitting.c.on_site.desc(), alerts.c.id)
    )


@lru_cache(maxsize=8)  # the same for every event of a page, and slow to build: 36 branches took 5 ms
def _due_at(due: tuple[tuple[tuple[str, Frequency], dt.datetime], ...]) -> sa.ColumnElement[dt.datetime]:
    instant = matches.c.due_at.type
    return sa.case(
        *(
            (
                sa.and_(subscribers.c.zone == zone, alerts.c.frequency == frequency),
                sa.literal(due_at, instant),
            )
            for (zone, frequency), due_at in due
        ),
        else_=sa.literal(max(due_at for _, due_at in due), instant),
    )
