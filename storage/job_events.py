"""Job events: rows in and out, and one alert held against all events."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import grid, masks, sectors
from domain.alerts import Alert
from domain.globe import Point
from domain.job_events import EventStatus, JobEvent, Mode, StoredEvent
from domain.matching import OPEN_STATUSES
from domain.sectors import SectorBasis
from storage.tables import job_events, matches, sources

_LABELS = ("audiences", "benefits", "objectives", "operations")


class JobEvents:
    """The table of job events."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, job_event_id: int) -> StoredEvent | None:
        """Return this event, or None."""
        found = await self.get_many([job_event_id])
        return found[0] if found else None

    async def get_many(self, ids: Sequence[int]) -> Sequence[StoredEvent]:
        """Return these events, soonest first."""
        found = await self._connection.execute(
            _with_source().where(job_events.c.id.in_(ids)).order_by(job_events.c.starts_at, job_events.c.id)
        )
        return [to_domain(row) for row in found]

    async def add(self, event: JobEvent, *, now: dt.datetime, is_baseline: bool) -> int:
        """Keep a new event; return its id."""
        row = to_row(event) | {"version": 1, "first_seen_at": now, "is_baseline": is_baseline}
        result = await self._connection.execute(sa.insert(job_events).values(row))
        (job_event_id,) = result.inserted_primary_key or (0,)
        return int(job_event_id)

    async def add_many(
        self, events: Sequence[JobEvent], *, now: dt.datetime, is_baseline: bool
    ) -> Mapping[int, JobEvent]:
        """Keep new events of one source; return them by id."""
        if not events:
            return {}
        kept = {"version": 1, "first_seen_at": now, "is_baseline": is_baseline}
        by_source_id = {event.source_id: event for event in events}
        await self._connection.execute(sa.insert(job_events), [to_row(event) | kept for event in events])
        added = await self._connection.execute(
            sa.select(job_events.c.id, job_events.c.source_id).where(
                job_events.c.source == events[0].source, job_events.c.source_id.in_(by_source_id)
            )
        )
        return {row.id: by_source_id[row.source_id] for row in added}

    async def alike(self, events: Sequence[JobEvent], *, limit: int) -> Sequence[StoredEvent]:
        """Return what these may be doubles of: the same id on the site, or the same start and commune.

        The limit, newest first, holds for the latter: a hostile source must not cost minutes.
        """
        numbers = {event.mee_id for event in events if event.mee_id is not None}
        communes = {event.commune for event in events if event.commune is not None}
        by_number = job_events.c.mee_id.in_(numbers)
        by_meeting = sa.and_(
            job_events.c.starts_at.in_({event.starts_at for event in events}),
            sa.or_(job_events.c.commune.is_(None), job_events.c.commune.in_(communes)),
        )
        found = [
            *await self._connection.execute(_with_source().where(by_number)),
            *await self._connection.execute(
                _with_source().where(by_meeting).order_by(job_events.c.id.desc()).limit(limit)
            ),
        ]
        return [to_domain(row) for row in found]

    async def save_silently(self, events: Mapping[int, JobEvent]) -> None:
        """Write events, by id, as their source gives them now; nobody hears of it."""
        if not events:
            return
        await self._connection.execute(
            sa.update(job_events).where(job_events.c.id == sa.bindparam("of")),
            [to_row(event) | {"of": job_event_id} for job_event_id, event in events.items()],
        )

    async def mark_unlisted(self, ids: Sequence[int]) -> None:
        """Note that no source lists these any more; people hear of it."""
        await self._connection.execute(
            sa.update(job_events)
            .where(job_events.c.id.in_(ids))
            .values(status=EventStatus.UNLISTED, version=job_events.c.version + 1)
        )

    async def purge(self, *, before: dt.datetime) -> int:
        """Forget events that ended before this instant, with all that hangs on them; return how many."""
        gone = await self._connection.execute(sa.delete(job_events).where(job_events.c.ends_at < before))
        return gone.rowcount

    async def save(self, job_event_id: int, event: JobEvent) -> None:
        """Write an event as its source gives it now; people hear of the change."""
        row = to_row(event) | {"version": job_events.c.version + 1}
        await self._connection.execute(
            sa.update(job_events).where(job_events.c.id == job_event_id).values(row)
        )

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
            _with_source().where(*wanted).order_by(job_events.c.starts_at, job_events.c.id).limit(limit)
        )
        return [to_domain(row) for row in found]

    async def upcoming(self, *, now: dt.datetime, limit: int) -> Sequence[StoredEvent]:
        """Return the open events of the whole country, on site and online, soonest first."""
        found = await self._connection.execute(
            _with_source()
            .where(*_is_open(now))
            .order_by(job_events.c.starts_at, job_events.c.id)
            .limit(limit)
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
            _with_source()
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


def _with_source() -> sa.Select[Any]:
    """Select events with the instant at which their source last confirmed everything."""
    return sa.select(job_events, sources.c.last_complete_at).outerjoin(
        sources, sources.c.name == job_events.c.source
    )


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


def to_row(event: JobEvent) -> dict[str, Any]:
    """Turn an event into a row, with what is worked out from it."""
    x, y, z = grid.xyz(event.point) if event.point else (None, None, None)
    labels = {name: list(getattr(event, name)) for name in _LABELS}
    return {
        "source": event.source,
        "source_id": event.source_id,
        "mee_id": event.mee_id,
        "kind": event.kind,
        "title": event.title,
        "description": event.description,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "zone": event.zone,
        "mode": event.mode.value,
        "place_name": event.place_name,
        "address": event.address,
        "commune": event.commune,
        "commune_name": event.commune_name,
        "latitude": event.point.latitude if event.point else None,
        "longitude": event.point.longitude if event.point else None,
        "sectors": sectors.to_mask(event.sectors),
        "sector_basis": event.sector_basis,
        "multisector": event.multisector,
        "status": event.status,
        "seats_total": event.seats_total,
        "seats_left": event.seats_left,
        "organiser": event.organiser,
        "url": event.url,
        "labels": json.dumps(labels, ensure_ascii=False),
        "half_days": event.half_days,
        "is_drop_in": event.is_drop_in,
        "local_day": event.local_start.toordinal(),
        "x": x,
        "y": y,
        "z": z,
    }


def to_domain(row: sa.Row[Any]) -> StoredEvent:
    """Turn a row of `_with_source` into an event."""
    labels = {name: tuple(values) for name, values in json.loads(row.labels).items()}
    event = JobEvent(
        source=row.source,
        source_id=row.source_id,
        mee_id=row.mee_id,
        kind=row.kind,
        title=row.title,
        description=row.description,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        mode=Mode(row.mode),
        place_name=row.place_name,
        address=row.address,
        commune=row.commune,
        commune_name=row.commune_name,
        point=Point(row.latitude, row.longitude) if row.latitude is not None else None,
        sectors=sectors.from_mask(row.sectors),
        sector_basis=row.sector_basis,
        multisector=row.multisector,
        status=row.status,
        seats_total=row.seats_total,
        seats_left=row.seats_left,
        organiser=row.organiser,
        url=row.url,
        **labels,
    )
    return StoredEvent(
        id=row.id,
        event=event,
        first_seen_at=row.first_seen_at,
        checked_at=row.last_complete_at or row.first_seen_at,
        version=row.version,
    )
