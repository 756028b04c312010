"""The sources that the operator chose, and reading them."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field

import structlog
from yarl import URL

from bot.background import Spawn
from bot.settings import Settings
from domain.errors import SettingsError
from domain.imports import SweepResult
from services import UnitsOfWork, imports
from sources import fetch, francetravail, openagenda
from sources.access_token import AccessToken, Credentials
from sources.file import File
from sources.francetravail import FranceTravail
from sources.openagenda import OpenAgenda
from sources.pacing import Pace
from sources.reading import JobEventSource, Surroundings
from sources.sample import Sample

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Reads the chosen sources into the database."""

    units: UnitsOfWork
    sources: Sequence[JobEventSource]
    clock: Callable[[], dt.datetime]
    operators: Sequence[int]
    wake: Callable[[], None]
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What one sweep saw while another began would count as missing from that one."""

    async def sweep_all(self) -> list[SweepResult]:
        """Read every source once, one after the other; an error in one keeps no other from being read."""
        results, errors = [], []
        for source in self.sources:
            try:
                results.append(await self.sweep(source))
            except Exception as error:  # noqa: BLE001 -- raised below, when all were read
                errors.append(error)
        if errors:
            raise ExceptionGroup("sources that broke", errors)
        return results

    async def sweep(self, source: JobEventSource) -> SweepResult:
        """Read one source; trouble is one line in the log, and keeps what is known."""
        async with self._one_at_a_time:
            return await self._sweep(source)

    async def _sweep(self, source: JobEventSource) -> SweepResult:
        async with aclosing(source.sweep(now=self.clock())) as pages:  # type: ignore[type-var]  # generators can be closed
            result = await imports.sweep(self.units.unit_of_work, source.name, pages, self.clock)
        say = log.warning if result.error else log.info
        say(
            "sweep",
            outcome=result.outcome.value,
            source=result.source,
            figures=told(result),
            error=result.error,
        )
        self.wake()
        return result

    async def tell_operators(self) -> None:
        """Tell the operators of a source in trouble, once."""
        names = [source.name for source in self.sources]
        async with self.units.unit_of_work() as uow:
            await imports.tell_operators(uow, names, self.operators, now=self.clock())


@asynccontextmanager
async def opened(
    settings: Settings, surroundings: Surroundings, spawn: Spawn
) -> AsyncIterator[list[JobEventSource]]:
    """Open the sources of EVENT_SOURCE, in that order."""
    async with AsyncExitStack() as stack:
        sources: list[JobEventSource] = []
        for name in settings.event_sources:
            match name:
                case "openagenda":
                    url = settings.openagenda_url or openagenda.DEFAULT_URL
                    fetcher = await stack.enter_async_context(fetch.opened(name, [url]))
                    sources.append(OpenAgenda(fetcher, surroundings, url=url))
                case "francetravail":
                    sources.append(
                        await stack.enter_async_context(_france_travail(settings, surroundings, spawn))
                    )
                case "file":
                    if settings.event_source_file is None:
                        raise SettingsError("EVENT_SOURCE is “file”: set EVENT_SOURCE_FILE to its path")
                    sources.append(File(settings.event_source_file, surroundings))
                case "sample":
                    sources.append(Sample(surroundings))
        yield sources


@asynccontextmanager
async def _france_travail(
    settings: Settings, surroundings: Surroundings, spawn: Spawn
) -> AsyncIterator[FranceTravail]:
    api, token_url = settings.france_travail_api_url, settings.france_travail_token_url
    credentials = Credentials(
        client_id=settings.france_travail_client_id,
        client_secret=settings.france_travail_client_secret.value,
    )
    pace = Pace(francetravail.CALLS_PER_SECOND)
    async with fetch.opened("francetravail", [api, token_url], pace=pace) as fetcher:
        token = AccessToken(fetcher, URL(token_url), credentials)
        yield FranceTravail(fetcher, token, surroundings, spawn=spawn, api_url=api)


def told(result: SweepResult) -> str:
    """Say what a sweep did: "12 new, 3 changed"; "nothing" for one that did nothing."""
    figures = dataclasses.asdict(result.figures)
    return ", ".join(f"{count} {name}" for name, count in figures.items() if count) or "nothing"
