"""The source `sample`: the project's own events, always in the future, the same all day long."""

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from domain.availability import Availability, DayPart
from domain.job_events import EventKind, JobEvent, Mode
from domain.places import Commune
from domain.sectors import Sector, SectorBasis
from sources.drafts import DEFAULT_ZONE
from sources.reading import Page, Surroundings
from sources.sample_events import ROWS, Row

NAME = "sample"
CYCLE_DAYS = 28
EVENT_PAGE = "https://example.org/evenement/{id}"
"""Reserved for examples: nobody's."""
NOTICE_DAYS = 2
"""At least so many days ahead, so that a reminder of the day before still has its time."""
_MODES = {"on_site": Mode.ON_SITE, "online": Mode.ONLINE, "both": Mode.BOTH}
_STARTS = {DayPart.MORNING: dt.time(9, 30), DayPart.AFTERNOON: dt.time(14), DayPart.EVENING: dt.time(18, 30)}
_WORDS = {
    Sector.AGRICULTURE: "une ferme", Sector.CRAFTS: "un atelier d'art", Sector.FINANCE: "une banque",
    Sector.RETAIL: "un magasin", Sector.MEDIA: "une agence web", Sector.CONSTRUCTION: "un chantier",
    Sector.HOSPITALITY: "un hôtel", Sector.INDUSTRY: "une usine", Sector.MAINTENANCE: "un garage",
    Sector.HEALTH: "une clinique", Sector.SERVICES: "une crèche", Sector.PERFORMING_ARTS: "un théâtre",
    Sector.BUSINESS_SUPPORT: "un cabinet comptable", Sector.TRANSPORT: "un entrepôt",
}  # fmt: skip


class Sample:
    """The source `sample`."""

    name = NAME

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._published: list[JobEvent] = []

    def publish(self, event: JobEvent) -> None:
        """Add an event to this and the following sweeps (see `event_for`)."""
        self._published.append(event)

    async def sweep(self, *, now: dt.datetime) -> AsyncIterator[Page]:
        """Give the next occurrence of each event of the sample, and what was published by hand."""
        coming = [event for event in self._published if event.starts_at > now]
        yield Page((*self._events(now), *coming))

    def _events(self, now: dt.datetime) -> Iterator[JobEvent]:
        for number, row in enumerate(ROWS, start=1):
            commune = self._surroundings.gazetteer.get(row.commune) if row.commune else None
            if commune or not row.commune:
                yield _event(number, row, commune, now=now)


def event_for(
    commune: Commune | None,
    sector: Sector | None,
    availability: Availability,
    *,
    now: dt.datetime,
    serial: int,
) -> JobEvent | None:
    """Return an event made to match: in this commune (online without one), sector and free half-day.

    Without a sector it is open to all. None when the person has no free half-day left before their last date.
    """
    starts = _free_start(availability, commune.zone if commune else DEFAULT_ZONE, now=now)
    if starts is None:
        return None
    what = f"{_WORDS[sector]} recrute près de chez vous" if sector else "tous les métiers près de chez vous"
    return JobEvent(
        kind=EventKind.JOB_DATING,
        title=f"Job dating : {what} (n° {serial})",
        description="Un événement d'essai, publié depuis le terrain de jeu.",
        mode=Mode.ON_SITE if commune else Mode.ONLINE,
        sectors=frozenset({sector} if sector else ()),
        sector_basis=SectorBasis.STATED,
        multisector=sector is None,
        **_common(f"demo-{serial}", commune, starts, hours=1.5, place="Salle des rencontres", seats=20),
    )


def _free_start(availability: Availability, zone: str, *, now: dt.datetime) -> dt.datetime | None:
    """Return the first free half-day from the day after tomorrow on, in this zone."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = max(today + dt.timedelta(days=NOTICE_DAYS), availability.not_before or dt.date.min)
    for day in (first + dt.timedelta(days=number) for number in range(7)):
        for part in DayPart:
            if availability.is_free(day.weekday(), part) and availability.covers_date(day):
                return dt.datetime.combine(day, _STARTS[part], ZoneInfo(zone))
    return None


def _event(number: int, row: Row, commune: Commune | None, *, now: dt.datetime) -> JobEvent:
    starts = _next_start(row, commune.zone if commune else DEFAULT_ZONE, now=now)
    return JobEvent(
        kind=EventKind(row.kind),
        title=row.title,
        description=row.text,
        mode=_MODES[row.mode],
        sectors=frozenset(map(Sector, row.sectors.strip("*?"))),
        sector_basis=SectorBasis.UNKNOWN if row.sectors == "?" else SectorBasis.STATED,
        multisector=row.sectors == "*",
        **_common(
            f"{number}-{starts.date()}", commune, starts, hours=row.hours, place=row.place, seats=row.seats
        ),
    )


def _next_start(row: Row, zone: str, *, now: dt.datetime) -> dt.datetime:
    """Return the next start after now of an event that comes back every four weeks."""
    today = now.astimezone(ZoneInfo(zone)).date()
    # Day 1 of the calendar was a Monday, and so is day 0 of the sample's four weeks.
    day = today + dt.timedelta(days=(row.day - (today.toordinal() - 1)) % CYCLE_DAYS)
    starts = dt.datetime.combine(day, dt.time.fromisoformat(row.start), ZoneInfo(zone))
    return starts if starts > now else starts + dt.timedelta(days=CYCLE_DAYS)


def _common(
    source_id: str, commune: Commune | None, starts: dt.datetime, *, hours: float, place: str, seats: int
) -> dict[str, Any]:
    """Return what every event of the sample has: where, when, how many, by whom."""
    starts_at = starts.astimezone(dt.UTC)
    return {
        "source": NAME,
        "source_id": source_id,
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=hours),
        "zone": commune.zone if commune else DEFAULT_ZONE,
        "place_name": place if commune else "",
        "address": f"{commune.postal_codes[0]} {commune.name}" if commune else "",
        "commune": commune.code if commune else None,
        "commune_name": commune.name if commune else "",
        "point": commune.point if commune else None,
        "seats_total": seats or None,
        "seats_left": max(1, seats // 3) if seats else None,
        "organiser": place,
        "url": EVENT_PAGE.format(id=source_id),
        "audiences": ("Ouvert à tous",),
    }
