"""A record of France Travail's own service, « Mes événements emploi », made a job event.

Read by the `francetravail` and the `file` source.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from domain.job_events import EventStatus, JobEvent, Mode
from domain.places import Commune
from domain.sectors import Sector
from sources import attendance, kinds, labels, plain_text, records, sectors
from sources.places import Surroundings, Whereabouts
from sources.records import Record, UnusableError

EVENT_PAGE = "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/{id}"
DEFAULT_ZONE = "Europe/Paris"
_LARGEST_ID = 10**12


def is_record(record: Record) -> bool:
    """Say whether a record looks like one of this format."""
    return "dateEvenement" in record


def read(record: Record, reader: Reader) -> Iterator[JobEvent]:
    """Give the one event of a record; raise `UnusableError` when it cannot be one."""
    mee_id = _id(record)
    title = records.line(record, "titre", plain_text.MAX_TITLE)
    if not title:
        raise UnusableError("no title")
    text = _text(record)
    mode = attendance.of_labels(records.labels(record.get("modalites"))) or attendance.guess(title, text)
    whereabouts = surroundings.find(
        insee=records.line(record, "codeInsee"),
        postal_code=records.line(record, "codePostal"),
        city=records.line(record, "ville"),
        latitude=records.number(record.get("latitude")),
        longitude=records.number(record.get("longitude")),
    )
    if whereabouts.commune is None and Mode.ON_SITE in mode:
        raise UnusableError("no place")
    zone = zone_of(record.get("timezone"), whereabouts.commune, whereabouts.zone)
    starts, ends = times(record, ZoneInfo(zone))
    starts_at, ends_at = records.span(starts, ends, now=now)
    seats = _seats(record)
    stated = _stated_sectors(record)
    found, basis = sectors.of(stated, title, text, surroundings.lexicon)
    organiser = records.line(record, "libelleEtablissement") or records.line(
        record, "libelleOrganisateurPrincipal"
    )
    yield JobEvent(
        source=source,
        source_id=str(mee_id),
        mee_id=mee_id,
        kind=kinds.of_labels(records.labels(record.get("type"))) or kinds.guess(title, text),
        title=title,
        description=text,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        mode=mode,
        place_name=organiser,
        address=whereabouts.address,
        commune=whereabouts.commune.code if whereabouts.commune else None,
        commune_name=whereabouts.commune.name if whereabouts.commune else "",
        point=whereabouts.point,
        sectors=found,
        sector_basis=basis,
        multisector=record.get("multisectoriel") is True or sectors.are_all_welcome(title, text),
        status=EventStatus.FULL if seats and seats[1] == 0 else EventStatus.SCHEDULED,
        seats_total=seats[0] if seats else None,
        seats_left=seats[1] if seats else None,
        organiser=organiser,
        url=plain_text.web_address(record.get("urlDetailEvenement")) or EVENT_PAGE.format(id=mee_id),
        audiences=labels.bounded(records.labels(record.get("publics"))),
        benefits=labels.bounded(records.labels(record.get("benefices"))),
        objectives=labels.bounded(records.labels(record.get("objectifs"))),
        operations=labels.bounded(records.labels(record.get("operations"))),
    )


def times(record: Record, zone: dt.tzinfo) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return start and end: the time rule, in the one place where it stands.

    The start is `dateEvenement` with its own offset (`zone` only where it has
    none). The end is that date with `heureFin` in that same offset, a day later
    if before the start. (In 2023 a "+00:00" seems to have been local time; the
    `doctor` command compares one known event on the first live call.)
    """
    starts = records.instant(record.get("dateEvenement"), zone)
    closing = _clock_time(record.get("heureFin"))
    if starts is None or closing is None:
        return starts, None
    ends = dt.datetime.combine(starts.date(), closing, starts.tzinfo)
    return starts, ends + dt.timedelta(days=1) if ends < starts else ends


def zone_of(stated: Any, commune: Commune | None, fallback: str) -> str:
    """Return the zone in which the event's hours are shown.

    The field `timezone` is believed, but for one value: agencies overseas were
    long registered under "Europe/Paris", so there the commune knows better.
    """
    local = commune.zone if commune else fallback
    if not isinstance(stated, str) or stated == DEFAULT_ZONE:
        return local
    try:
        return ZoneInfo(stated).key
    except (ValueError, LookupError, OSError):
        return local


def _id(record: Record) -> int:
    number = records.line(record, "id", 20)
    if not number.isascii() or not number.isdecimal() or not 0 < int(number) < _LARGEST_ID:
        raise UnusableError("no id")
    return int(number)


def _text(record: Record) -> str:
    """Return what is told, then how it unfolds."""
    parts = (plain_text.from_html(record.get(key)) for key in ("description", "deroulement"))
    return plain_text.cut("\n\n".join(part for part in parts if part), plain_text.MAX_TEXT)


def _clock_time(value: Any) -> dt.time | None:
    try:
        return dt.time.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None


def _seats(record: Record) -> tuple[int, int] | None:
    """Return all seats and those left, on site and online together; None when none are published."""
    total = left = 0
    for where in ("Presentiel", "Distance"):
        offered = records.count(record.get(f"nombrePlaceTotal{where}"))
        total += offered
        left += max(0, offered - records.count(record.get(f"nombreInscrit{where}")))
    return (total, left) if total else None


def _stated_sectors(record: Record) -> frozenset[Sector]:
    """Return the sectors of `codesRome`: full codes ("M1805") or bare letters ("J")."""
    letters = {code[0].upper() for code in records.labels(record.get("codesRome"))}
    return frozenset(sector for sector in Sector if sector.value in letters)
