"""An announcement being written, answer by answer; kept as plain JSON values in between."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from domain.alert_drafts import AlertDraft
from domain.alerts import MAX_RADIUS_KM
from domain.announcements import Audience
from domain.availability import WHOLE_WEEK, Availability
from domain.communes import Commune
from domain.errors import UserError
from domain.sectors import Sector


def _anybody() -> AlertDraft:
    return AlertDraft(half_days=WHOLE_WEEK)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDraft:
    """What was answered so far."""

    text: str = ""
    wish: AlertDraft = field(default_factory=_anybody)
    """Whom it is for, asked with the questions of an alert."""
    is_everywhere: bool = False
    """For people anywhere."""
    is_whole: bool = False
    """Every question was answered once: a change leads back to the last."""
    send_at: str = ""
    """ISO instant; empty: as soon as it is confirmed."""
    hint: str = ""
    """What to say above the question, by name."""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "AnnouncementDraft":
        """Return the draft behind these JSON values."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        wish = AlertDraft.read(values["wish"]) if "wish" in values else _anybody()
        return cls(**known | {"wish": wish})

    def written(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)

    def but(self, **answers: Any) -> "AnnouncementDraft":
        """Return the draft with these answers, and what was said of the one before gone."""
        return replace(self, **{"hint": ""} | answers)

    @property
    def due_at(self) -> dt.datetime | None:
        """When it is to go (UTC); None: as soon as it is confirmed."""
        return dt.datetime.fromisoformat(self.send_at) if self.send_at else None

    def audience(self, commune: Commune | None) -> Audience:
        """Return whom it is for; UserError for a place no longer known, dates the wrong way round."""
        wish = self.wish
        first, last = wish.dates()
        has_place = not self.is_everywhere and not wish.is_online_only
        if has_place and commune is None:
            raise UserError("place_gone")  # never "everyone" instead
        placed = commune if has_place else None
        return Audience(
            commune=placed.code if placed else None,
            place_label=wish.place_label if placed else "",
            point=placed.point if placed else None,
            radius_km=min(wish.radius_km, MAX_RADIUS_KM),
            is_online=wish.is_online_only and not self.is_everywhere,
            sectors=frozenset(Sector(letter) for letter in wish.sectors),
            availability=Availability(wish.half_days, first, last),
        )
