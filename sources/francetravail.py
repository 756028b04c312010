"""France Travail's partner API: the richest source; needs credentials."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from yarl import URL

from domain import departments
from domain.errors import SourceError
from sources import deduplicate, drafts, mee, plain_text
from sources.access_token import NOT_ADDED, AccessToken
from sources.fetch import Answer, Fetcher, Request
from sources.reading import PAGE_SIZE, Page, Surroundings, in_pages

NAME = "francetravail"
DEFAULT_API_URL = "https://api.francetravail.io/partenaire/"
DEFAULT_TOKEN_URL = "https://entreprise.francetravail.fr/connexion/oauth2/access_token?realm=%2Fpartenaire"  # noqa: S105 -- an address
CALLS_PER_SECOND = 9.5
"""The service allows ten in any second; fewer, because calls do not arrive as evenly as they leave."""
UNDER_WAY = 12
"""Requests at the same time: enough to keep that pace with answers that take a second."""

_SEARCH = "evenements/v1/mee/evenements"
_ZONE = ZoneInfo("Europe/Paris")
_LAST_DEPARTMENT = "976"
"""Above it lie territories that the service files under others or does not cover."""
_MAX_PAGES = 500

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
Outcome = Page | Exception | None
"""A page, what went wrong, or None at the end."""


class FranceTravail:
    """The source `francetravail`."""

    name = NAME

    def __init__(
        self,
        fetcher: Fetcher,
        token: AccessToken,
        surroundings: Surroundings,
        *,
        spawn: Spawn,
        api_url: str = DEFAULT_API_URL,
    ) -> None:
        self._fetcher = fetcher
        self._token = token
        self._surroundings = surroundings
        self._spawn = spawn
        self._search = URL(api_url) / _SEARCH
        # Reading costs time of the loop: taking turns, the readers hold it up no longer than one would.
        self._one_reads = asyncio.Lock()

    async def sweep(self, *, now: dt.datetime) -> AsyncIterator[Page]:
        """Read all that starts today or later, by département; the next pages load while one is applied."""
        outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        reading = self._spawn(self._read_everything(outcomes, now=now))
        try:
            while (outcome := await outcomes.get()) is not None:
                if isinstance(outcome, Exception):
                    raise outcome
                yield outcome
        finally:
            reading.cancel()

    async def _read_everything(self, outcomes: asyncio.Queue[Outcome], *, now: dt.datetime) -> None:
        """Several readers share the areas; the queue always gets an end, so that nobody waits for ever."""
        end: Outcome = SourceError(f"{NAME} was interrupted")
        areas = _areas()
        try:
            async with asyncio.TaskGroup() as readers:
                for _ in range(UNDER_WAY):
                    readers.create_task(self._read_areas(areas, outcomes, now=now))
            end = None
        except* SourceError as failures:
            end = failures.exceptions[0]
        finally:
            outcomes.put_nowait(end)

    async def _read_areas(
        self, areas: Iterator[dict[str, Any]], outcomes: asyncio.Queue[Outcome], *, now: dt.datetime
    ) -> None:
        for area in areas:
            found = await self._read_area(area, now=now)
            async with self._one_reads:
                page = await drafts.read_all(found, mee.FORMAT, self._surroundings, source=NAME, now=now)
            async for part in in_pages(deduplicate.merged(page.events), page.rejected):
                outcomes.put_nowait(part)

    async def _read_area(self, area: dict[str, Any], *, now: dt.datetime) -> list[Any]:
        """Return the raw records of an area, once each; the total may change between two pages."""
        today = now.astimezone(_ZONE).date().isoformat()
        found: dict[str, Any] = {}
        for number in range(_MAX_PAGES):
            total, records = await self._page(area | {"dateDebut": today}, number)
            for record in records:
                found[_key(record)] = record
            if not records or (number + 1) * PAGE_SIZE >= total:
                break
        else:
            raise SourceError(f"{NAME} lists more events than can be read")
        if "departements" in area:
            return list(found.values())
        return [record for record in found.values() if not _has_department(record)]

    async def _page(self, body: dict[str, Any], number: int) -> tuple[int, list[Any]]:
        query = {"page": str(number), "size": str(PAGE_SIZE), "sort": "dateEvenement,asc"}
        answer = await self._call(self._search.with_query(query), body)
        if answer.is_ok and answer.json is None:
            return 0, []
        content = answer.json if isinstance(answer.json, Mapping) else {}
        if not answer.is_ok:
            said = plain_text.line(content.get("message"))
            raise SourceError(f"{NAME} refused the question ({answer.status}) {said}".rstrip())
        total, records = content.get("totalElements"), content.get("content")
        if not isinstance(total, int) or not isinstance(records, list):
            raise SourceError(f"{NAME} answered something else than a list of events")
        return total, records

    async def _call(self, url: URL, body: dict[str, Any]) -> Answer:
        """Ask with a token; a refused token is renewed once."""
        answer = Answer(0, None)
        for _ in range(2):
            token = await self._token.get()
            headers = {"Authorization": f"Bearer {token}"}
            answer = await self._fetcher.ask(Request("POST", url, headers=headers, body=body))
            if answer.status != 401:  # noqa: PLR2004 -- HTTP: unauthorised
                break
            self._token.drop(token)
        if answer.status == 401:  # noqa: PLR2004 -- HTTP: unauthorised
            raise SourceError(f"{NAME} refuses a token that it has just given (401)")
        if answer.status == 403:  # noqa: PLR2004 -- HTTP: forbidden
            raise SourceError(f"{NAME}: {NOT_ADDED}")
        return answer


def _areas() -> Iterator[dict[str, Any]]:
    """Give what is asked: first online events, some of which have no département, then each département."""
    yield {"modalite": "ADIST"}
    for code in departments.NAMES:
        if code <= _LAST_DEPARTMENT:
            yield {"departements": [code]}


def _has_department(record: Any) -> bool:
    """Say whether a département's own list holds this record too."""
    return isinstance(record, Mapping) and bool(plain_text.line(record.get("codePostal")))


def _key(record: Any) -> str:
    """Return what tells a record from others: pages overlap when something is added meanwhile."""
    given = plain_text.line(record.get("id"), 20) if isinstance(record, Mapping) else ""
    return given or f"#{id(record)}"
