"""Job events: rows in and out."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain import grid, sectors
from domain.globe import Point
from domain.job_events import EventStatus, JobEvent, Mode, StoredEvent
from storage.lists import padded
from storage.tables import job_events, sources
from storage.without_orm import AsyncConnection

_LABELS = ("audiences", "benefits", "objectives", "operations")


WITH_SOURCE = sa.select(job_events, sources.c.last_complete_at).outerjoin(
    sources, sources.c.name == job_events.c.source
)
"""Events with the instant at which their source last confirmed everything."""
_THESE = WITH_SOURCE.where(job_events.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(
    job_events.c.starts_at, job_events.c.id
)
_ADD = sa.insert(job_events)
_ADDED = sa.select(job_events.c.id, job_events.c.source_id).where(
    job_events.c.source == sa.bindparam("source"),
    job_events.c.source_id.in_(sa.bindparam("ids", expanding=True)),
)
_BY_NUMBER = WITH_SOURCE.where(job_events.c.mee_id.in_(sa.bindparam("numbers", expanding=True)))
_BY_MEETING = (
    WITH_SOURCE.where(
        job_events.c.starts_at.in_(sa.bindparam("instants", expanding=True)),
        sa.or_(
            job_events.c.commune.is_(None),
            job_events.c.commune.in_(sa.bindparam("communes", expanding=True)),
        ),
    )
    .order_by(job_events.c.id.desc())
    .limit(sa.bindparam("room", type_=sa.Integer))
)
_CHANGE = sa.update(job_events).where(job_events.c.id == sa.bindparam("of"))
_CHANGE_LOUDLY = _CHANGE.values(version=job_events.c.version + 1)


class JobEvents:
    """The table of job events."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, job_event_id: int) -> StoredEvent | None:
        """Return this event, or None."""
        found = await self.get_many([job_event_id])
        return found[0] if found else None

    async def get_many(self, ids: Collection[int]) -> Sequence[StoredEvent]:
        """Return these events, soonest first."""
        found = await self._connection.execute(_THESE, {"ids": padded(ids)})
        return [to_domain(row) for row in found]

    async def add_many(
        self, events: Sequence[JobEvent], *, now: dt.datetime, is_baseline: bool
    ) -> Mapping[int, JobEvent]:
        """Keep new events of one source; return them by id."""
        if not events:
            return {}
        kept = {"version": 1, "first_seen_at": now, "is_baseline": is_baseline}
        by_source_id = {event.source_id: event for event in events}
        await self._connection.execute(_ADD, [to_row(event) | kept for event in events])
        about = {"source": events[0].source, "ids": padded(by_source_id)}
        added = await self._connection.execute(_ADDED, about)
        return {row.id: by_source_id[row.source_id] for row in added}

    async def alike(self, events: Sequence[JobEvent], *, limit: int) -> Sequence[StoredEvent]:
        """Return what these may be doubles of: the same id on the site, or the same start and commune.

        The limit, newest first, holds for the latter: a hostile source must not cost minutes.
        """
        meetings = {
            "instants": padded({event.starts_at for event in events}),
            "communes": padded({event.commune for event in events if event.commune is not None}),
            "room": limit,
        }
        numbers = {event.mee_id for event in events if event.mee_id is not None}
        found = [
            *await self._connection.execute(_BY_NUMBER, {"numbers": padded(numbers)}),
            *await self._connection.execute(_BY_MEETING, meetings),
        ]
        return [to_domain(row) for row in found]

    async def save_silently(self, events: Mapping[int, JobEvent]) -> None:
        """Write events, by id, as their source gives them now; nobody hears of it."""
        if not events:
            return
        await self._connection.execute(
            _CHANGE,
            [to_row(event) | {"of": job_event_id} for job_event_id, event in events.items()],
        )

    async def mark_unlisted(self, ids: Sequence[int]) -> None:
        """Note that no source lists these any more; people hear of it."""
        await self._connection.execute(
            sa.update(job_events)
            .where(job_events.c.id.in_(padded(ids)))
            .values(status=EventStatus.UNLISTED, version=job_events.c.version + 1)
        )

    async def purge(self, *, before: dt.datetime) -> int:
        """Forget events that ended before this instant, with all that hangs on them; return how many."""
        gone = await self._connection.execute(sa.delete(job_events).where(job_events.c.ends_at < before))
        return gone.rowcount

    async def save(self, job_event_id: int, event: JobEvent) -> None:
        """Write an event as its source gives it now; people hear of the change."""
        await self._connection.execute(_CHANGE_LOUDLY, {"of": job_event_id, **to_row(event)})


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
    """Turn a row of `WITH_SOURCE` into an event."""
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
