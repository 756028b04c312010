"""A record of France Travail's own service, « Mes événements emploi » (MEE), as a draft of a job event.

Read by the `francetravail` and the `file` source.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from domain import trades
from sources import attendance, kinds, labels, plain_text, records, whereabouts
from sources.drafts import Draft, Format, Seats
from sources.records import Record, UnusableError
from sources.whereabouts import Scraps

EVENT_PAGE = "https://mesevenementsemploi.francetravail.fr/mes-evenements-emploi/evenement/{id}"


def drafts_of(record: Record) -> Iterator[Draft]:
    """Give what the record says, one session; raise `UnusableError` when it has no id."""
    mee_id = records.mee_id(records.line(record, "id", 20))
    if mee_id is None:
        raise UnusableError("no id")
    starts, ends = times(record)
    agency = records.line(record, "libelleEtablissement") or records.line(
        record, "libelleOrganisateurPrincipal"
    )
    postal_code, city = records.line(record, "codePostal"), records.line(record, "ville")
    yield Draft(
        source_id=str(mee_id),
        mee_id=mee_id,
        kind=kinds.of_labels(records.labels(record.get("type"))),
        title=records.line(record, "titre", plain_text.MAX_TITLE),
        text=_text(record),
        starts=starts,
        ends=ends,
        zone=records.line(record, "timezone"),
        mode=attendance.of_labels(records.labels(record.get("modalites"))),
        scraps=Scraps(
            insee=records.line(record, "codeInsee").upper(),
            postal_code=postal_code,
            city=city,
            point=whereabouts.as_point(
                records.number(record.get("latitude")), records.number(record.get("longitude"))
            ),
        ),
        place_name=agency,
        address=f"{postal_code} {city}".strip(),
        sectors=trades.stated(records.labels(record.get("codesRome"))),
        multisector=record.get("multisectoriel") is True,
        seats=_seats(record),
        organiser=agency,
        url=plain_text.web_address(record.get("urlDetailEvenement")) or EVENT_PAGE.format(id=mee_id),
        audiences=labels.bounded(records.labels(record.get("publics"))),
        benefits=labels.bounded(records.labels(record.get("benefices"))),
        objectives=labels.bounded(records.labels(record.get("objectifs"))),
        operations=labels.bounded(records.labels(record.get("operations"))),
    )


def times(record: Record) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return start and end: the time rule of this format, in the one place where it stands.

    The start is `dateEvenement` with its own offset. The end is that date with
    `heureFin` in that same offset, a day later if before the start. (In 2023 a
    "+00:00" seems to have been local time: compare one known event when in doubt.)
    """
    starts = records.instant(record.get("dateEvenement"))
    closing = _clock_time(record.get("heureFin"))
    if starts is None or closing is None or starts.year == dt.MAXYEAR:
        return starts, None
    ends = dt.datetime.combine(starts.date(), closing, starts.tzinfo)
    return starts, ends + dt.timedelta(days=1) if ends < starts else ends


def _text(record: Record) -> str:
    """Return what the event is, then how it unfolds."""
    parts = (plain_text.from_html(record.get(key)) for key in ("description", "deroulement"))
    return plain_text.cut("\n\n".join(part for part in parts if part), plain_text.MAX_TEXT)


def _clock_time(value: Any) -> dt.time | None:
    try:
        return dt.time.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None


def _seats(record: Record) -> Seats | None:
    """Return all seats and those left, on site and online together; None when none are published."""
    total = left = 0
    for where in ("Presentiel", "Distance"):
        offered = records.count(record.get(f"nombrePlaceTotal{where}"))
        total += offered
        left += max(0, offered - records.count(record.get(f"nombreInscrit{where}")))
    return Seats(total, left) if total else None


FORMAT = Format(lambda record: "dateEvenement" in record, "id", drafts_of)
