"""An alert being made or changed, answer by answer; kept as plain JSON values in between."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.alerts import DEFAULT_RADIUS_KM, MAX_RADIUS_KM, Alert, Frequency
from domain.availability import WHOLE_WEEK, Availability
from domain.communes import Commune, Department
from domain.job_events import Mode
from domain.sectors import Sector

DEPARTMENT_PREFIX = "dep-"
DEPARTMENT_RADIUS_KM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """What was answered so far."""

    alert_id: int = 0
    """The alert as stored; 0 before the last question."""
    is_first: bool = True
    """The first contact: every question in turn. Else one answer of an alert is being changed."""
    commune: str | None = None
    place_label: str = ""
    is_online_only: bool = False
    radius_km: int = DEFAULT_RADIUS_KM
    sectors: str = ""
    """Letters."""
    takes_unknown_sector: bool = True
    half_days: int = 0
    """0 until a first moment is ticked."""
    not_before: str = ""
    """ISO date, or empty."""
    not_after: str = ""
    modes: int = Mode.BOTH.value
    frequency: str = Frequency.AT_ONCE.value
    created_at: str = ""
    """ISO instant, once stored."""
    by_day: bool = False
    """The week is shown day by day."""
    offered: tuple[str, ...] = ()
    """Places, or sectors, offered for what was typed."""
    hint: str = ""
    """What to say above the question, by name: the answer before was not understood."""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "AlertDraft":
        """Return the draft behind these JSON values; a field unknown by now is left out."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**known | {"offered": tuple(values.get("offered", ()))})

    @classmethod
    def of(cls, alert: Alert) -> "AlertDraft":
        """Return the draft that would make this alert again."""
        availability = alert.availability
        return cls(
            alert_id=alert.id,
            is_first=False,
            commune=alert.commune,
            place_label=alert.place_label,
            is_online_only=alert.commune is None,
            radius_km=alert.radius_km,
            sectors="".join(sorted(sector.value for sector in alert.sectors)),
            takes_unknown_sector=alert.takes_unknown_sector,
            half_days=availability.half_days,
            not_before=availability.not_before.isoformat() if availability.not_before else "",
            not_after=availability.not_after.isoformat() if availability.not_after else "",
            modes=alert.modes.value,
            frequency=alert.frequency.value,
            created_at=alert.created_at.isoformat(),
        )

    def written(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def but(self, **answers: Any) -> "AlertDraft":
        """Return the draft with these answers, and what was said of the one before gone."""
        return replace(self, **{"hint": "", "offered": ()} | answers)

    def at(self, place: Commune | Department, label: str) -> "AlertDraft":
        """Return the draft in this place; a whole département is its main town and 100 km around."""
        commune = place.centre if isinstance(place, Department) else place
        radius = DEPARTMENT_RADIUS_KM if isinstance(place, Department) else self.radius_km
        return self.but(
            commune=commune.code,
            place_label=label,
            is_online_only=False,
            radius_km=radius,
            modes=Mode.BOTH.value if self.is_online_only else self.modes,
        )

    def online(self) -> "AlertDraft":
        """Return the draft for events online only."""
        return self.but(commune=None, place_label="", is_online_only=True, modes=Mode.ONLINE.value)

    def toggled_sector(self, letter: str) -> "AlertDraft":
        """Tick or untick a sector; what is offered stays."""
        chosen = set(self.sectors) ^ {Sector(letter).value}
        return self.but(sectors="".join(sorted(chosen)), offered=self.offered)

    def toggled_half_days(self, mask: int) -> "AlertDraft":
        """Tick these cells of the week, or untick them when all were ticked."""
        mask &= WHOLE_WEEK
        ticked = self.half_days & ~mask if self.half_days & mask == mask else self.half_days | mask
        return self.but(half_days=ticked)

    def toggled_mode(self, mode: Mode) -> "AlertDraft":
        """Tick or untick a way of attending; at least one stays, the other then. Without a place: online."""
        if self.is_online_only:
            return self.but()
        left = Mode(self.modes) ^ mode
        return self.but(modes=(left or Mode.BOTH & ~mode).value)

    def dates(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the first and the last day, where they are set."""
        first, last = (
            dt.date.fromisoformat(day) if day else None for day in (self.not_before, self.not_after)
        )
        return first, last

    def to_alert(self, subscriber_id: int, commune: Commune | None, *, now: dt.datetime) -> Alert:
        """Return the alert; UserError when no moment is ticked or the dates are the wrong way round."""
        first, last = self.dates()
        return Alert(
            id=self.alert_id,
            subscriber_id=subscriber_id,
            commune=self.commune,
            place_label=self.place_label,
            point=commune.point if commune else None,
            radius_km=min(self.radius_km, MAX_RADIUS_KM),
            sectors=frozenset(Sector(letter) for letter in self.sectors),
            takes_unknown_sector=self.takes_unknown_sector,
            availability=Availability(self.half_days, first, last),
            modes=Mode(self.modes),
            frequency=Frequency(self.frequency),
            created_at=dt.datetime.fromisoformat(self.created_at) if self.created_at else now,
        )
