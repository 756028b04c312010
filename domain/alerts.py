"""A subscriber's standing wish; new job events are held against it."""

import datetime as dt
import enum
from dataclasses import dataclass, field

from domain.availability import Availability
from domain.globe import Point
from domain.job_events import Mode
from domain.sectors import Sector


class Frequency(enum.StrEnum):
    """When matches are told."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


RADII_KM = (10, 30, 50, 100)
DEFAULT_RADIUS_KM = 30
MAX_RADIUS_KM = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A saved wish. An empty criterion means "any"."""

    id: int = 0
    """0 until stored."""
    subscriber_id: int
    commune: str | None
    """INSEE code; None: online only."""
    place_label: str = ""
    """The place as its owner reads it: "Toulouse", "Saint-Denis (974)"."""
    point: Point | None = None
    radius_km: int = DEFAULT_RADIUS_KM
    sectors: frozenset[Sector] = frozenset()
    """Empty: all sectors."""
    takes_unknown_sector: bool = True
    """False: refuses events whose sector nobody told."""
    availability: Availability = field(default_factory=Availability)
    modes: Mode = Mode.BOTH
    frequency: Frequency = Frequency.AT_ONCE
    created_at: dt.datetime
    """UTC."""
