"""What one alert finds among all events, and what it would have found; for all alerts at once: `matching`."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain import grid, masks
from domain.alerts import Alert
from domain.job_events import Mode, StoredEvent
from domain.matching import OPEN_STATUSES
from domain.sectors import SectorBasis
from storage.job_events import WITH_SOURCE, to_domain
from storage.tables import job_events, matches
from storage.without_orm import AsyncConnection

_NOBODY = 0
"""No subscriber has this number."""
_FOR_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)

_event = job_events.c
_x, _y, _z = (_event[axis] - sa.bindparam(axis) for axis in "xyz")
_chord = (_x * _x + _y * _y + _z * _z).label("squared_chord")
_is_on_site = _event.mode.bitwise_and(Mode.ON_SITE.value) != 0
_is_online = _event.mode.bitwise_and(Mode.ONLINE.value) != 0
_is_open = sa.and_(_event.status.in_(sorted(OPEN_STATUSES)), _event.starts_at > sa.bindparam("now"))
_starts_before = _event.starts_at < sa.bindparam("until")
_is_unknown = _event.sector_basis == SectorBasis.UNKNOWN
_free = _event.half_days.bitwise_and(sa.bindparam("half_days"))
_fits_sectors_and_time = sa.and_(
    sa.or_(
        _event.multisector,
        sa.and_(_is_unknown, sa.bindparam("takes_unknown", type_=sa.Boolean)),
        sa.and_(~_is_unknown, _event.sectors.bitwise_and(sa.bindparam("sectors")) != 0),
    ),
    sa.case((_event.is_drop_in, _free != 0), else_=_free == _event.half_days),
    _event.local_day >= sa.bindparam("first_day"),
    _event.local_day <= sa.bindparam("last_day"),
)
# the rule of `domain.matching` for one alert: a property test holds them equal
_fits = sa.and_(
    sa.or_(
        sa.and_(
            sa.bindparam("comes", type_=sa.Boolean), _is_on_site, _chord.element <= sa.bindparam("reach")
        ),
        sa.and_(sa.bindparam("connects", type_=sa.Boolean), _is_online),
    ),
    _fits_sectors_and_time,
)
_is_refused = sa.exists().where(
    matches.c.subscriber_id == sa.bindparam("person"),
    matches.c.job_event_id == _event.id,
    matches.c.dismissed_at.is_not(None),
)
_soonest = (
    WITH_SOURCE.where(_is_open)
    .order_by(_event.starts_at, _event.id)
    .limit(sa.bindparam("room", type_=sa.Integer))
)
_FITTING = _soonest.where(_fits, _starts_before, ~_is_refused)
_NEAREST = (
    WITH_SOURCE.add_columns(_chord)
    .where(_fits_sectors_and_time, _is_open, _starts_before, _is_on_site, _event.x.is_not(None))
    .order_by(_chord, _event.starts_at)
    .limit(sa.bindparam("room", type_=sa.Integer))
)
_PUBLICATIONS = (
    sa.select(_event.first_seen_at, sa.or_(_event.multisector, ~_is_unknown))
    .distinct()
    .where(
        _fits,
        _event.first_seen_at >= sa.bindparam("since"),
        _event.first_seen_at < sa.bindparam("until"),
        _event.is_baseline.is_(False),
    )
    .order_by(_event.first_seen_at)
)


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
        about = {"now": now, "until": until or _FOR_EVER, "room": limit, "person": unseen_by or _NOBODY}
        found = await self._connection.execute(_FITTING, _values(alert) | about)
        return [to_domain(row) for row in found]

    async def upcoming(self, *, now: dt.datetime, limit: int) -> Sequence[StoredEvent]:
        """Return the open events of the whole country, on site and online, soonest first."""
        found = await self._connection.execute(_soonest, {"now": now, "room": limit})
        return [to_domain(row) for row in found]

    async def nearest(
        self, alert: Alert, *, now: dt.datetime, until: dt.datetime, limit: int
    ) -> Sequence[tuple[StoredEvent, int]]:
        """Return the open events on site that fit all but the radius, nearest first, with squared chords."""
        if alert.point is None:
            return []
        about = {"now": now, "until": until, "room": limit}
        found = await self._connection.execute(_NEAREST, _values(alert) | about)
        return [(to_domain(row), row.squared_chord) for row in found]

    async def publications(
        self, alert: Alert, *, since: dt.datetime, until: dt.datetime
    ) -> Sequence[tuple[dt.datetime, bool]]:
        """Return when events that fit were published, and whether their sector is known, each pair once.

        First sweeps are left out.
        """
        about = {"since": since, "until": until}
        found = await self._connection.execute(_PUBLICATIONS, _values(alert) | about)
        return [(row[0], bool(row[1])) for row in found]


def _values(alert: Alert) -> dict[str, Any]:
    """Return what an alert gives to these statements, by the names of their parameters."""
    x, y, z = grid.xyz(alert.point) if alert.point else (0, 0, 0)
    availability = alert.availability
    return {
        "comes": Mode.ON_SITE in alert.modes and alert.point is not None,
        "connects": Mode.ONLINE in alert.modes,
        "x": x,
        "y": y,
        "z": z,
        "reach": grid.squared_reach(alert.radius_km),
        "sectors": masks.of_alert(alert) & masks.ANY_SECTOR,
        "takes_unknown": alert.takes_unknown_sector,
        "half_days": availability.half_days,
        "first_day": (availability.not_before or dt.date.min).toordinal(),
        "last_day": (availability.not_after or dt.date.max).toordinal(),
    }
