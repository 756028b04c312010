"""From what a record says to a job event in the one vocabulary: place, zone, hours, mode, kind, sectors."""

import asyncio
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from domain.job_events import EventKind, EventStatus, JobEvent, Mode, Rejected
from domain.places import Commune
from domain.sectors import Sector
from sources import attendance, kinds, records, sectors, whereabouts
from sources.reading import Page, Surroundings
from sources.records import Record, UnusableError
from sources.whereabouts import Scraps

DEFAULT_ZONE = "Europe/Paris"
_SLICE = 2
"""Records read at one go: some three milliseconds."""


@dataclass(frozen=True, slots=True)
class Seats:
    """All of them, and those left."""

    total: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one record says of one session, clean but not yet understood; None or empty: it does not say."""

    source_id: str
    mee_id: int | None
    kind: EventKind | None
    title: str
    text: str
    starts: dt.datetime | None
    """With its own offset, or naive: then it is local time."""
    ends: dt.datetime | None
    zone: str
    mode: Mode | None
    scraps: Scraps
    place_name: str
    address: str
    sectors: frozenset[Sector]
    multisector: bool = False
    status: EventStatus = EventStatus.SCHEDULED
    seats: Seats | None = None
    organiser: str
    url: str
    audiences: tuple[str, ...]
    benefits: tuple[str, ...]
    objectives: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """An outside format: how to know it, where its ids stand, how to read it."""

    recognises: Callable[[Record], bool]
    id_key: str
    drafts_of: Callable[[Record], Iterable[Draft]]
    """Gives one draft a session; raises UnusableError."""


async def read_all(
    found: Sequence[Any], form: Format, surroundings: Surroundings, *, source: str, now: dt.datetime
) -> Page:
    """Read raw records, letting others work in between; whatever they hold, nothing is raised."""
    await surroundings.prepare()
    events: list[JobEvent] = []
    rejected: list[Rejected] = []
    for number, record in enumerate(found, start=1):
        for outcome in read(record, form, surroundings, source=source, now=now):
            if isinstance(outcome, Rejected):
                rejected.append(outcome)
            else:
                events.append(outcome)
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    return Page(tuple(events), tuple(rejected))


def read(
    record: Any, form: Format, surroundings: Surroundings, *, source: str, now: dt.datetime
) -> Iterator[JobEvent | Rejected]:
    """Give what one raw record makes, session by session. `now` is UTC."""
    guarded = functools.partial(records.guarded, record=record, source=source, id_key=form.id_key)
    drafts = guarded(lambda: _drafts_of(record, form))
    if isinstance(drafts, Rejected):
        yield drafts
        return
    for draft in drafts:
        yield guarded(functools.partial(finished, draft, surroundings, source=source, now=now))


def _drafts_of(record: Any, form: Format) -> list[Draft]:
    if not isinstance(record, Mapping):
        raise UnusableError("not a record")
    return list(form.drafts_of(record))


def finished(draft: Draft, surroundings: Surroundings, *, source: str, now: dt.datetime) -> JobEvent:
    """Return the event; raise `UnusableError` with the reason when no person could place it. `now` is UTC."""
    if not draft.title:
        raise UnusableError("no title")
    mode = draft.mode or attendance.guess(draft.title, draft.text)
    commune = surroundings.whereabouts.find(draft.scraps)
    if commune is None and Mode.ON_SITE in mode:
        raise UnusableError("no place")
    zone = zone_of(draft.zone, commune, surroundings.whereabouts.zone_of(draft.scraps.postal_code))
    starts_at, ends_at = records.span(draft.starts, draft.ends, ZoneInfo(zone), now=now)
    found = sectors.of(
        draft.sectors,
        draft.title,
        draft.text,
        surroundings.lexicon,
        objectives=draft.objectives,
        operations=draft.operations,
    )
    return JobEvent(
        source=source,
        source_id=draft.source_id,
        mee_id=draft.mee_id,
        kind=draft.kind or kinds.guess(draft.title, draft.text, draft.operations),
        title=draft.title,
        description=draft.text,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        mode=mode,
        place_name=draft.place_name,
        address=draft.address,
        commune=commune.code if commune else None,
        commune_name=commune.name if commune else "",
        point=whereabouts.exact_point(commune, draft.scraps.point),
        sectors=found.sectors,
        sector_basis=found.basis,
        multisector=draft.multisector or found.is_for_all,
        status=_status(draft),
        seats_total=draft.seats.total if draft.seats else None,
        seats_left=draft.seats.left if draft.seats else None,
        organiser=draft.organiser,
        url=draft.url,
        audiences=draft.audiences,
        benefits=draft.benefits,
        objectives=draft.objectives,
        operations=draft.operations,
    )


def zone_of(stated: str, commune: Commune | None, around: str | None) -> str:
    """Return the zone in which the event's hours are shown.

    The stated zone is believed, but for one value: agencies overseas were long
    registered under "Europe/Paris", so against that the place knows better.
    """
    local = (commune.zone if commune else around) or DEFAULT_ZONE
    if not stated or stated == DEFAULT_ZONE:
        return local
    try:
        return ZoneInfo(stated).key
    except (ValueError, LookupError, OSError):
        return local


def _status(draft: Draft) -> EventStatus:
    if draft.status is EventStatus.SCHEDULED and draft.seats and draft.seats.left == 0:
        return EventStatus.FULL
    return draft.status
