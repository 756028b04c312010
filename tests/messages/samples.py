"""Events and readers to word texts for."""

import datetime as dt
from typing import Any

from domain.alerts import Alert
from domain.availability import WHOLE_WEEK, Availability, DayPart, cells
from domain.globe import Point
from domain.job_events import EventKind, JobEvent, Mode, StoredEvent
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Language
from locales import translators
from messages.readers import Reader

NOW = dt.datetime(2027, 6, 9, 9, 30, tzinfo=dt.UTC)
"""Wednesday 9 June 2027, 11 h 30 in Paris."""
STARTS = dt.datetime(2027, 6, 10, 7, tzinfo=dt.UTC)
TOULOUSE = Point(43.6045, 1.444)
BELLEFONTAINE = Point(43.5665, 1.3607)
EVERY_MORNING = cells(range(7), [DayPart.MORNING])

TRANSLATORS = translators.load()


def event(**changes: Any) -> JobEvent:
    values: dict[str, Any] = {
        "source": "openagenda",
        "source_id": "1",
        "kind": EventKind.JOB_DATING,
        "title": "Rencontre avec 6 employeurs de la logistique",
        "description": "Six employeurs.\nVenez avec votre CV.",
        "starts_at": STARTS,
        "ends_at": STARTS + dt.timedelta(hours=3),
        "zone": "Europe/Paris",
        "mode": Mode.ON_SITE,
        "place_name": "Agence de Toulouse Bellefontaine",
        "address": "2 rue Goya, 31100 Toulouse",
        "commune": "31555",
        "commune_name": "Toulouse",
        "point": BELLEFONTAINE,
        "sectors": frozenset({Sector.TRANSPORT}),
        "sector_basis": SectorBasis.STATED,
        "seats_total": 20,
        "seats_left": 14,
        "organiser": "France Travail Toulouse",
        "url": "https://example.org/evenement/1",
        "audiences": ("Débutant(e) accepté(e)",),
    }
    return JobEvent(**values | changes)


def stored(job_event: JobEvent | None = None, **changes: Any) -> StoredEvent:
    values: dict[str, Any] = {
        "id": 1,
        "event": job_event or event(),
        "first_seen_at": NOW - dt.timedelta(days=3),
        "checked_at": NOW - dt.timedelta(hours=1, minutes=30),
    }
    return StoredEvent(**values | changes)


def alert(**changes: Any) -> Alert:
    values: dict[str, Any] = {
        "id": 1,
        "subscriber_id": 10,
        "commune": "31555",
        "place_label": "Toulouse (31)",
        "point": TOULOUSE,
        "sectors": frozenset({Sector.TRANSPORT}),
        "availability": Availability(EVERY_MORNING),
        "created_at": NOW - dt.timedelta(days=10),
    }
    return Alert(**values | changes)


def any_alert(**changes: Any) -> Alert:
    return alert(**{"sectors": frozenset(), "availability": Availability(WHOLE_WEEK)} | changes)


def reader(language: Language = Language.FRENCH, **changes: Any) -> Reader:
    values: dict[str, Any] = {
        "t": TRANSLATORS[language],
        "zone": "Europe/Paris",
        "now": NOW,
        "alert": alert(),
    }
    return Reader(**values | changes)
