"""The rule of `domain.matching` for one event against all alerts, in one statement.

The event looks up the 54 cells in which an alert that reaches it can lie, and the
online pseudo-cell; sectors and half-days are bits of one integer; distance is an
integer chord in metres. The figures behind this shape are in the benchmarks.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from domain import grid, masks
from domain.alerts import Frequency
from domain.job_events import JobEvent, Mode
from domain.matching import SectorFit
from domain.outbox import Lane
from domain.sectors import SectorBasis
from domain.subscribers import Standing
from storage.alerts import ONLINE_CELL
from storage.tables import alert_cells, matches

COLUMNS = ("job_event_id", "subscriber_id", "alert_id", "on_site", "sector_fit", "due_at", "lane")


def fitting_alerts(event: JobEvent) -> sa.Select[tuple[int, bool]]:
    """Select (alert_id, on_site) of every alert that the event fits; an alert may come twice."""
    found = _fitting(_attendance(event))
    return sa.select(found.c.alert_id, found.c.on_site).params(_values(event))


def _values(event: JobEvent) -> dict[str, Any]:
    """Return what an event gives to these statements, by the names of their parameters."""
    half_days = masks.half_days_of_event(event)
    fit = event.sector_basis.value
    fit_of_no_wish = SectorFit.ANY.value
    if event.multisector:
        fit = SectorFit.ANY.value
    elif event.sector_basis is SectorBasis.UNKNOWN:
        fit_of_no_wish = SectorFit.UNKNOWN.value
    found = {
        "event_sectors": masks.sectors_of_event(event),
        "event_half_days": half_days,
        "event_least_free": 1 if event.is_drop_in else half_days,
        "event_day": event.local_start.toordinal(),
        "event_fit": fit,
        "event_fit_of_no_wish": fit_of_no_wish,
        "event_lane_at_once": int(Lane.ALERTS if event.is_sector_known else Lane.DIGESTS),
    }
    if Mode.ON_SITE in _attendance(event) and event.point is not None:
        x, y, z = grid.xyz(event.point)
        found |= {"event_cells": grid.cells_around(event.point), "event_x": x, "event_y": y, "event_z": z}
    return found


def _attendance(event: JobEvent) -> Mode:
    """Return how the event can be attended: not on site when nobody knows where that is."""
    return event.mode if event.point is not None else event.mode & Mode.ONLINE


def _of_event(name: str, kind: type[sa.types.TypeEngine[Any]] = sa.BigInteger) -> sa.BindParameter[Any]:
    return sa.bindparam(f"event_{name}", type_=kind)


@lru_cache  # here and below: the statement of an event is that of another, and building it took longer
def _fitting(attendance: Mode) -> sa.Subquery:
    cell, branches = alert_cells.c, []
    read = (cell.alert_id, cell.subscriber_id, cell.frequency, cell.mask, cell.zone, cell.standing)
    if Mode.ON_SITE in attendance:
        x, y, z = (cell[axis] - _of_event(axis) for axis in "xyz")
        branches.append(
            sa.select(*read, sa.true().label("on_site")).where(
                cell.cell.in_(sa.bindparam("event_cells", expanding=True)),
                *_fits_sectors_and_time(),
                x * x + y * y + z * z <= cell.squared_reach,
            )
        )
    if Mode.ONLINE in attendance:
        branches.append(
            sa.select(*read, sa.false().label("on_site")).where(
                cell.cell == ONLINE_CELL, *_fits_sectors_and_time()
            )
        )
    if not branches:
        branches.append(sa.select(*read, sa.false().label("on_site")).where(sa.false()))
    return sa.union_all(*branches).subquery()


def _fits_sectors_and_time() -> list[sa.ColumnElement[bool]]:
    mask, day = alert_cells.c.mask, _of_event("day", sa.Integer)
    return [
        mask.bitwise_and(_of_event("sectors")) != 0,
        # some bits of a number are all of them when they are no less than it
        mask.bitwise_and(_of_event("half_days")) >= _of_event("least_free"),
        alert_cells.c.first_day <= day,
        alert_cells.c.last_day >= day,
    ]


def queueing(
    new: sa.Insert, job_event_id: int, event: JobEvent, due: Mapping[tuple[str, Frequency], dt.datetime]
) -> tuple[sa.Insert, dict[str, Any]]:
    """Return what inserts the matches of an event, and its parameters; of one person, the first row counts.

    `due`: when to tell, by the person's zone and the alert's frequency. Several
    alerts of one person: the one that tells soonest comes first.
    """
    keys = tuple(sorted(due))
    found = _values(event) | {"event_number": job_event_id, "event_due_latest": max(due.values())}
    found |= {f"event_due_{number}": due[key] for number, key in enumerate(keys)}
    return _queueing(new, _attendance(event), keys), found


@lru_cache
def _queueing(new: sa.Insert, attendance: Mode, keys: Sequence[tuple[str, Frequency]]) -> sa.Insert:
    found = _fitting(attendance)
    alert, told = found.c, _due_at(found, keys)
    names_none = alert.mask.bitwise_and(masks.NO_SECTOR_NAMED) != 0
    fit = sa.case((names_none, _of_event("fit_of_no_wish", sa.String)), else_=_of_event("fit", sa.String))
    lane = sa.case(
        (alert.frequency == Frequency.AT_ONCE, _of_event("lane_at_once", sa.Integer)), else_=int(Lane.DIGESTS)
    )
    rows = (
        sa.select(_of_event("number"), alert.subscriber_id, alert.alert_id, alert.on_site, fit, told, lane)
        .where(alert.standing == Standing.ACTIVE)
        # by person, as rows lie: they are written page after page
        .order_by(alert.subscriber_id, told, alert.on_site.desc(), alert.alert_id)
    )
    return new.from_select(COLUMNS, rows)


def _due_at(found: sa.Subquery, keys: Sequence[tuple[str, Frequency]]) -> sa.ColumnElement[dt.datetime]:
    latest = sa.bindparam("event_due_latest", type_=matches.c.due_at.type)
    by_frequency: dict[str, dict[str, sa.ColumnElement[dt.datetime]]] = {}
    for number, (zone, when) in enumerate(keys):
        instant = sa.bindparam(f"event_due_{number}", type_=matches.c.due_at.type)
        by_frequency.setdefault(when.value, {})[zone] = instant
    told = {one: sa.case(at, value=found.c.zone, else_=latest) for one, at in by_frequency.items()}
    # named, so that it is worked out once: to put rows in order, too
    return sa.case(told, value=found.c.frequency, else_=latest).label("told")
