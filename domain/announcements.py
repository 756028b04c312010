"""An agency's message to many: whom it is for, how far it is, and what its figures may tell."""

import datetime as dt
import enum
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain import grid
from domain.agencies import Agency
from domain.alerts import DEFAULT_RADIUS_KM, Alert
from domain.availability import Availability
from domain.globe import Point
from domain.job_events import Mode
from domain.sectors import Sector

LEAST_OFFERED = 60
"""Characters: what an agency's writer types unasked may be an announcement's text; shorter is a search."""
MAX_TEXT = 2_500
"""UTF-16 units, as Telegram counts: with all that is said around it, a preview stays under 4,096."""
FEWEST_TOLD = 10
"""Of fewer people the number is never told: it would tell of each."""
MOST_COUNTED = 20_000
"""Of more people it is said that they are at least so many: to count millions takes too long."""
KEPT_FOR = dt.timedelta(hours=24)
"""Worth sending so long after it was due."""
SLICE = 1_000
"""So many messages of one announcement wait at most: agencies take turns, and a stop has little to undo."""
FURTHEST = dt.timedelta(days=90)
"""How far ahead an announcement may be scheduled."""

_JOINER = "\u200d"
"""Holds emoji together."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
"""Not "Cn": emoji newer than our Unicode table can be seen."""


class State(enum.StrEnum):
    """How far an announcement is."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"


UNDER_WAY = frozenset({State.SCHEDULED, State.SENDING})
"""One that may still be stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom it is for. An empty criterion means "any"."""

    commune: str | None = None
    """INSEE code; None: online, or everyone."""
    place_label: str = ""
    point: Point | None = None
    radius_km: int = DEFAULT_RADIUS_KM
    is_online: bool = False
    """Those who take online events, wherever they are."""
    sectors: frozenset[Sector] = frozenset()
    availability: Availability = field(default_factory=Availability)
    """Free at one of these moments, between these dates."""

    def written(self) -> dict[str, Any]:
        """Return JSON values."""
        first, last = self.availability.not_before, self.availability.not_after
        return {
            "commune": self.commune,
            "place_label": self.place_label,
            "point": [self.point.latitude, self.point.longitude] if self.point else None,
            "radius_km": self.radius_km,
            "is_online": self.is_online,
            "sectors": sorted(sector.value for sector in self.sectors),
            "half_days": self.availability.half_days,
            "not_before": first.isoformat() if first else None,
            "not_after": last.isoformat() if last else None,
        }

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Audience":
        """Return the audience behind these JSON values."""
        first, last = (
            dt.date.fromisoformat(values[day]) if values[day] else None for day in ("not_before", "not_after")
        )
        return cls(
            commune=values["commune"],
            place_label=values["place_label"],
            point=Point(*values["point"]) if values["point"] else None,
            radius_km=values["radius_km"],
            is_online=values["is_online"],
            sectors=frozenset(map(Sector, values["sectors"])),
            availability=Availability(values["half_days"], first, last),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An agency's message to many, as it is kept."""

    id: int = 0
    """0 until stored."""
    agency: Agency
    member_id: int
    """Who wrote it, by our own number."""
    text: str
    audience: Audience
    state: State
    send_at: dt.datetime
    """UTC."""
    size: int
    """How many people it was for when its sending began; 0 before."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of an announcement, so far."""

    size: int
    delivered: int = 0
    unreachable: int = 0
    failed: int = 0
    waiting: int = 0
    """In the outbox; those further down are not there yet."""

    @property
    def settled(self) -> int:
        """How many are done with."""
        return self.delivered + self.unreachable + self.failed


def is_for(audience: Audience, alert: Alert) -> bool:
    """Say whether an announcement is for the owner of this alert; `storage/audiences.py` says the same.

    An agency reaches only those whose own wish reaches its place: never further than they asked.
    """
    if audience.point is not None:
        is_placed = (
            alert.point is not None
            and Mode.ON_SITE in alert.modes
            and grid.squared_chord(audience.point, alert.point)
            <= min(grid.squared_reach(audience.radius_km), grid.squared_reach(alert.radius_km))
        )
    else:
        is_placed = not audience.is_online or Mode.ONLINE in alert.modes
    return (
        is_placed
        and (not audience.sectors or not alert.sectors or bool(audience.sectors & alert.sectors))
        and bool(audience.availability.half_days & alert.availability.half_days)
        and _overlap(audience.availability, alert.availability)
    )


def is_told(count: int) -> bool:
    """Say whether this number of people may be told."""
    return count >= FEWEST_TOLD


def cleaned(text: str) -> str:
    """Return a typed text without what can't be seen: controls, direction marks, half characters."""
    kept = (
        character
        for character in text.replace("\t", " ")
        if character in {"\n", _JOINER} or unicodedata.category(character) not in _UNSEEN
    )
    return "".join(kept).strip()


def may_be_one(text: str) -> bool:
    """Say whether a text typed unasked is long enough to be an announcement's."""
    return len(cleaned(text)) >= LEAST_OFFERED


def is_too_long(text: str) -> bool:
    """Say whether Telegram would not take it with what is said around it."""
    return len(text.encode("utf-16-le")) // 2 > MAX_TEXT


def _overlap(one: Availability, other: Availability) -> bool:
    starts = [day for day in (one.not_before, other.not_before) if day]
    ends = [day for day in (one.not_after, other.not_after) if day]
    return not starts or not ends or max(starts) <= min(ends)
