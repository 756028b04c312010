"""The open-data mirror of the agenda "Mes événements France Travail": no credentials needed.

A record may hold several sessions (`timings`): each is an event of its own, since
a person attends a session. The first keeps the record's id, the n-th is "id#n".
"""

import dataclasses
import datetime as dt
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from yarl import URL

from domain import trades
from domain.errors import SourceError
from domain.job_events import EventStatus, JobEvent, Mode
from sources import attendance, deduplicate, drafts, kinds, labels, plain_text, records, whereabouts
from sources.drafts import Draft, Format
from sources.fetch import Fetcher, Request
from sources.reading import PAGE_SIZE, Page, Surroundings
from sources.records import Record, UnusableError
from sources.whereabouts import Scraps

NAME = "openagenda"
DEFAULT_URL = (
    "https://public.opendatasoft.com/api/explore/v2.1/catalog/datasets/evenements-publics-openagenda/records"
)
AGENDA = "38495884"
MAX_OFFSET = 10_000
"""The mirror gives no more of one question."""
MAX_LISTED = 60
_CUT_AT = 500
"""Characters at which the mirror cuts descriptions off."""
_MEE_ID = re.compile(r"//mesevenementsemploi[^/]*/.*?/evenement/(\d+)")
_STATUSES = {"complet": EventStatus.FULL, "annule": EventStatus.CANCELLED}


class OpenAgenda:
    """The source `openagenda`."""

    name = NAME

    def __init__(self, fetcher: Fetcher, surroundings: Surroundings, *, url: str = DEFAULT_URL) -> None:
        self._fetcher = fetcher
        self._surroundings = surroundings
        self._url = URL(url)

    async def sweep(self, *, now: dt.datetime) -> AsyncIterator[Page]:
        """Read all that is not over, by start, so that doubles meet before they are given away."""
        waiting: list[JobEvent] = []
        seen_until = dt.datetime.min.replace(tzinfo=dt.UTC)
        async for found in self._pages(now=now):
            page = await drafts.read_all(found, FORMAT, self._surroundings, source=NAME, now=now)
            waiting += page.events
            firsts = [event.starts_at for event in page.events if "#" not in event.source_id]
            seen_until = max([seen_until, *firsts])
            ready = [event for event in waiting if event.starts_at < seen_until]
            waiting = [event for event in waiting if event.starts_at >= seen_until]
            yield Page(deduplicate.merged(ready), page.rejected)
        yield Page(deduplicate.merged(waiting))

    async def _pages(self, *, now: dt.datetime) -> AsyncIterator[list[Any]]:
        """Give the raw records, page by page; start over from the last date before the offset runs out."""
        since, offset, seen = "", 0, set[str]()
        while True:
            total, found = await self._page(since, offset, now=now)
            fresh = [record for record in found if _uid(record) not in seen]
            seen.update(_uid(record) for record in found)
            yield fresh
            offset += len(found)
            if offset >= total:
                return
            if not found:
                raise SourceError(f"{NAME} stopped at {offset} of {total} records")
            if offset + PAGE_SIZE > MAX_OFFSET:
                last = _first_date(found[-1])
                if not fresh or last in {"", since}:
                    raise SourceError(f"{NAME} lists more events than can be read")
                since, offset = last, 0

    async def _page(self, since: str, offset: int, *, now: dt.datetime) -> tuple[int, list[Any]]:
        wanted = [f'originagenda_uid="{AGENDA}"', f"lastdate_end >= date'{now.date()}'"]
        if since:
            wanted.append(f"firstdate_begin >= date'{since}'")
        question = {
            "where": " and ".join(wanted),
            "order_by": "firstdate_begin,uid",
            "limit": str(PAGE_SIZE),
            "offset": str(offset),
        }
        answer = await self._fetcher.ask(Request("GET", self._url.update_query(question)))
        if not answer.is_ok:
            raise SourceError(f"{NAME} refused the question ({answer.status})")
        found = answer.json if isinstance(answer.json, Mapping) else {}
        total, results = found.get("total_count"), found.get("results")
        if not isinstance(total, int) or not isinstance(results, list):
            raise SourceError(f"{NAME} answered something else than a list of events")
        return total, results


def drafts_of(record: Record) -> Iterator[Draft]:
    """Give one draft a session; raise `UnusableError` when the record has no id or no date."""
    uid = _uid(record)
    if not uid:
        raise UnusableError("no id")
    sessions = _sessions(record)
    first = _draft(record, uid, *sessions[0], is_only=len(sessions) == 1)
    yield first
    for number, (starts, ends) in enumerate(sessions[1:], start=2):
        yield dataclasses.replace(first, source_id=f"{uid}#{number}", starts=starts, ends=ends)


def _draft(
    record: Record, uid: str, starts: dt.datetime, ends: dt.datetime | None, *, is_only: bool
) -> Draft:
    words = records.labels(record.get("keywords_fr"))
    sorted_words = labels.sort(word for word in words if not trades.stated([word]))
    link, mee_id = _registration(record)
    name = records.line(record, "location_name")
    return Draft(
        source_id=uid,
        # One id on the service is one session: it can't stand for several.
        mee_id=mee_id if is_only else None,
        kind=kinds.of_labels(words),
        title=records.line(record, "title_fr", plain_text.MAX_TITLE),
        text=_text(record),
        starts=starts,
        ends=ends,
        zone="",
        mode=_stated_mode(record) or attendance.of_labels(words),
        scraps=_scraps(record),
        place_name=name,
        address=records.line(record, "location_address"),
        sectors=trades.stated(words),
        status=_STATUSES.get(plain_text.folded(_french_label(record.get("status"))), EventStatus.SCHEDULED),
        organiser=name if "agence" in plain_text.folded(name) else "",
        url=link or plain_text.web_address(record.get("canonicalurl")),
        audiences=sorted_words.audiences,
        benefits=sorted_words.benefits,
        objectives=sorted_words.objectives,
        operations=sorted_words.operations,
    )


def _first_date(record: Any) -> str:
    first = records.instant(record.get("firstdate_begin")) if isinstance(record, Mapping) else None
    return first.isoformat() if first else ""


def _uid(record: Any) -> str:
    return records.line(record, "uid", 40) if isinstance(record, Mapping) else ""


def _sessions(record: Record) -> list[tuple[dt.datetime, dt.datetime | None]]:
    """Return start and end of each session, by start; those without a readable start are left out."""
    timings = [
        (records.instant(timing.get("begin")), records.instant(timing.get("end")))
        for timing in _mappings(records.unwrapped(record.get("timings")))
    ]
    dates = [(records.instant(record.get("firstdate_begin")), records.instant(record.get("firstdate_end")))]
    sessions = _readable(timings) or _readable(dates)
    if not sessions:
        raise UnusableError("no date")
    return sorted(sessions, key=lambda session: session[0].isoformat())


def _readable(
    pairs: list[tuple[dt.datetime | None, dt.datetime | None]],
) -> list[tuple[dt.datetime, dt.datetime | None]]:
    return [(starts, ends) for starts, ends in pairs if starts is not None]


def _text(record: Record) -> str:
    """Return the long description, or the short one; the mirror cuts both off in the middle of a word."""
    told = plain_text.from_html(record.get("longdescription_fr"))
    return plain_text.mark_cut(told or plain_text.from_html(record.get("description_fr")), _CUT_AT)


def _registration(record: Record) -> tuple[str, int | None]:
    """Return where one registers, and the event's id on the service: it stands in that link only."""
    entries = records.unwrapped(record.get("registration"))
    values = [entry.get("value") for entry in _mappings(entries)]
    links = [link for link in map(plain_text.web_address, values) if link]
    for link in links:
        if found := _MEE_ID.search(link):
            return link, records.mee_id(found[1])
    return (links[0] if links else ""), None


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return (
        [item for item in value[:MAX_LISTED] if isinstance(item, Mapping)] if isinstance(value, list) else []
    )


def _stated_mode(record: Record) -> Mode | None:
    """Return the mode unless it is "Sur place": that is written on webinars too."""
    mode = records.unwrapped(record.get("attendancemode"))
    number = mode.get("id") if isinstance(mode, Mapping) else None
    return {2: Mode.ONLINE, 3: Mode.BOTH}.get(number) if isinstance(number, int) else None


def _french_label(value: Any) -> str:
    """Return the French label of a choice: {"id": 1, "label": {"fr": "Programmé"}}, in a string or not."""
    choice = records.unwrapped(value)
    label = choice.get("label") if isinstance(choice, Mapping) else value
    return plain_text.line(label.get("fr") if isinstance(label, Mapping) else label)


def _scraps(record: Record) -> Scraps:
    postal_code, city = whereabouts.from_address(records.line(record, "location_address"))
    position = record.get("location_coordinates")
    nested = position if isinstance(position, Mapping) else {}
    return Scraps(
        insee=records.line(record, "location_insee").upper(),
        postal_code=records.line(record, "location_postalcode") or postal_code,
        city=records.line(record, "location_city") or city,
        point=whereabouts.as_point(
            records.number(nested.get("lat", record.get("location_coordinates.lat"))),
            records.number(nested.get("lon", record.get("location_coordinates.lon"))),
        ),
    )


FORMAT = Format(lambda record: "uid" in record, "uid", drafts_of)
