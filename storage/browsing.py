"""What one alert finds among all events, and what it would have found; for all alerts at once: `matching`."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from domain import grid, masks
from domain.alerts import Alert
from domain.globe import Point
from domain.job_events import Mode, StoredEvent
from domain.matching import OPEN_STATUSES
from domain.sectors import SectorBasis
from storage.job_events import to_domain, with_source
from storage.tables import job_events, matches
from storage.without_orm import AsyncConnection


class Browsing:
    """The events held against a wish; nothing is written."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def fitting(
        self,
        alert: Alert,
        *,
        now: dt.datetime,
        until: dt.datetime | None = None,
        limit: int,
        unseen_by: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return the open events that fit an alert, soonest first: the rule of `domain.matching`.

        `unseen_by`: leave out what this subscriber dismissed.
        """
        wanted = [*_fits(alert), *_is_open(now)]
        if until is not None:
            wanted.append(job_events.c.starts_at < until)
        if unseen_by is not None:
            wanted.append(
                ~sa.exists().where(
                    matches.c.subscriber_id == unseen_by,
                    matches.c.job_event_id == job_events.c.id,
                    matches.c.dismissed_at.is_not(None),
                )
            )
        found = await self._connection.execute(
            with_source().where(*wanted).order_by(job_events.c.starts_at, job_events.c.id).limit(limit)
        )
        return [to_domain(row) for row in found]

    async def upcoming(self, *, now: dt.datetime, limit: int) -> Sequence[StoredEvent]:
        """Return the open events of the whole country, on site and online, soonest first."""
        found = await self._connection.execute(
            with_source().where(*_is_open(now)).order_by(job_events.c.starts_at, job_events.c.id).limit(limit)
        )
        return [to_domain(row) for row in found]

    async def nearest(
        self, alert: Alert, *, now: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[tuple[StoredEvent, int]]:
        """Return the open events on site that fit all but the radius, nearest first, with squared chords."""
        if alert.point is None:
            return []
        chord = _squared_chord(alert.point).label("squared_chord")
        found = await self._connection.execute(
            with_source()
            .add_columns(chord)
            .where(
                *_fits_sectors_and_time(alert),
                *_is_open(now),
                job_events.c.starts_at < until,
                job_events.c.mode.bitwise_and(Mode.ON_SITE.value) != 0,
                job_events.c.x.is_not(None),
            )
            .order_by(chord, job_events.c.starts_at)
            .limit(limit)
        )
        return [(to_domain(row), row.squared_chord) for row in found]

    async def publications(
        self, alert: Alert, *, since: dt.datetime, until: dt.datetime
    ) -> Sequence[tuple[dt.datetime, bool]]:
        """Return when events that fit were published, and whether their sector is known, each pair once.

        First sweeps are left out.
        """
        is_known = sa.or_(job_events.c.multisector, job_events.c.sector_basis != SectorBasis.UNKNOWN)
        found = await self._connection.execute(
            sa.select(job_events.c.first_seen_at, is_known)
            .distinct()
            .where(
                *_fits(alert),
                job_events.c.first_seen_at >= since,
                job_events.c.first_seen_at < until,
                job_events.c.is_baseline.is_(False),
            )
            .order_by(job_events.c.first_seen_at)
        )
        return [(row[0], bool(row[1])) for row in found]


def _is_open(now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    return [job_events.c.status.in_(sorted(OPEN_STATUSES)), job_events.c.starts_at > now]


def _fits(alert: Alert) -> list[sa.ColumnElement[bool]]:
    """Say the rule of `domain.matching` for one alert, in SQL; a property test holds them equal."""
    attendance = []
    if Mode.ON_SITE in alert.modes and alert.point is not None:
        attendance.append(
            sa.and_(
                job_events.c.mode.bitwise_and(Mode.ON_SITE.value) != 0,
                _squared_chord(alert.point) <= grid.squared_reach(alert.radius_km),
            )
        )
    if Mode.ONLINE in alert.modes:
        attendance.append(job_events.c.mode.bitwise_and(Mode.ONLINE.value) != 0)
    return [sa.or_(sa.false(), *attendance), *_fits_sectors_and_time(alert)]


def _fits_sectors_and_time(alert: Alert) -> list[sa.ColumnElement[bool]]:
    event, grid_mask = job_events.c, alert.availability.half_days
    wanted = masks.of_alert(alert) & masks.ANY_SECTOR
    free = event.half_days.bitwise_and(grid_mask)
    fits = [
        sa.or_(
            event.multisector,
            sa.and_(event.sector_basis == SectorBasis.UNKNOWN, sa.literal(alert.takes_unknown_sector)),
            sa.and_(
                event.sector_basis != SectorBasis.UNKNOWN,
                event.sectors.bitwise_and(wanted) != 0,
            ),
        ),
        sa.case((event.is_drop_in, free != 0), else_=free == event.half_days),
    ]
    if alert.availability.not_before:
        fits.append(event.local_day >= alert.availability.not_before.toordinal())
    if alert.availability.not_after:
        fits.append(event.local_day <= alert.availability.not_after.toordinal())
    return fits


def _squared_chord(point: Point) -> sa.ColumnElement[int]:
    event = job_events.c
    x, y, z = grid.xyz(point)
    return (event.x - x) * (event.x - x) + (event.y - y) * (event.y - y) + (event.z - z) * (event.z - z)
