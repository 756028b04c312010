"""Whether a job event fits an alert, and why.

The SQL that says the same for all alerts at once is in `storage/matching.py`;
a property test holds the two equal.
"""

import datetime as dt
import enum
from dataclasses import dataclass

from domain import grid
from domain.alerts import Alert
from domain.availability import Availability
from domain.job_events import EventStatus, JobEvent, Mode
from domain.sectors import ALL_SECTORS, SectorBasis

OPEN_STATUSES = frozenset({EventStatus.SCHEDULED})


class SectorFit(enum.StrEnum):
    """How the sectors agree: decides at once or in a digest, and the words on the card."""

    ANY = "any"
    """The subscriber wants every sector, or the event is for all."""
    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"
    """Nobody told the event's sector: digests only."""


@dataclass(frozen=True, slots=True)
class Match:
    """Why this event fits this alert."""

    on_site: bool
    """Near enough, and the person may come; else online."""
    sector_fit: SectorFit


def match(alert: Alert, event: JobEvent, *, now: dt.datetime) -> Match | None:
    """Return why the event fits, or None; `now` is UTC."""
    on_site = is_within_reach(alert, event)
    sector_fit = fit_sectors(alert, event)
    fits = (
        is_open(event, now=now)
        and (on_site or is_online_for(alert, event))
        and is_free_for(alert.availability, event)
    )
    return Match(on_site, sector_fit) if fits and sector_fit else None


def is_open(event: JobEvent, *, now: dt.datetime) -> bool:
    """Say whether one may still come: not started, not full, not withdrawn."""
    return event.status in OPEN_STATUSES and event.starts_at > now


def is_within_reach(alert: Alert, event: JobEvent) -> bool:
    """On site, wanted on site, and within the radius."""
    if Mode.ON_SITE not in alert.modes or Mode.ON_SITE not in event.mode:
        return False
    if alert.point is None or event.point is None:
        return False
    return grid.squared_chord(alert.point, event.point) <= grid.squared_reach(alert.radius_km)


def is_online_for(alert: Alert, event: JobEvent) -> bool:
    """Online, and wanted online: distance does not count."""
    return Mode.ONLINE in alert.modes and Mode.ONLINE in event.mode


def fit_sectors(alert: Alert, event: JobEvent) -> SectorFit | None:
    """Return how the sectors agree; None when they do not."""
    if event.multisector:
        return SectorFit.ANY
    if event.sector_basis is SectorBasis.UNKNOWN:
        return SectorFit.UNKNOWN if alert.takes_unknown_sector else None
    if not event.sectors & (alert.sectors or ALL_SECTORS):
        return None
    return SectorFit(event.sector_basis.value) if alert.sectors else SectorFit.ANY


def is_free_for(availability: Availability, event: JobEvent) -> bool:
    """Held in the event's own zone: a drop-in event needs one free part, any other all of its parts."""
    covered = event.half_days
    free = covered & availability.half_days
    is_free = bool(free) if event.is_drop_in else free == covered
    return is_free and availability.covers_date(event.local_start.date())
