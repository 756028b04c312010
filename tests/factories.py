"""Made-up people, wishes and events: each call says only what its test is about."""

import datetime as dt
from zoneinfo import ZoneInfo

from domain.alerts import Alert
from domain.globe import Point
from domain.job_events import EventKind, JobEvent, Mode
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Subscriber

NOW = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
"""A Monday, 10 h in Paris."""
TOULOUSE = Point(43.6045, 1.444)
ALBI = Point(43.9289, 2.1464)
"""67 km from Toulouse."""


def subscriber(number=1, **changes):
    return Subscriber(**{"id": number, "created_at": NOW} | changes)


def alert(owner=1, **changes):
    """Anything, on site or online, 30 km around Toulouse."""
    wish = {"commune": "31555", "place_label": "Toulouse", "point": TOULOUSE, "created_at": NOW}
    return Alert(**{"subscriber_id": owner} | wish | changes)


def job_event(local_start="2027-03-04 09:00", *, hours=3.0, zone="Europe/Paris", **changes):
    """A meeting with employers in hospitality, in Toulouse, on a Thursday morning."""
    starts_at = dt.datetime.fromisoformat(local_start).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    meeting = {
        "source": "test",
        "source_id": "1",
        "kind": EventKind.JOB_DATING,
        "title": "Dix restaurants recrutent",
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(hours=hours),
        "zone": zone,
        "mode": Mode.ON_SITE,
        "commune": "31555",
        "commune_name": "Toulouse",
        "point": TOULOUSE,
        "sectors": frozenset({Sector.HOSPITALITY}),
        "sector_basis": SectorBasis.STATED,
    }
    return JobEvent(**meeting | changes)


async def keep(uow, event, *, now=NOW, is_baseline=False):
    """Store an event as an import does; return its number."""
    (number,) = await uow.job_events.add_many([event], now=now, is_baseline=is_baseline)
    return number
