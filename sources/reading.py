"""What a source is, what it is given, and what it gives."""

import asyncio
import datetime as dt
import functools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain import trades
from domain.job_events import JobEvent, Rejected
from domain.places import Commune, Gazetteer
from sources.whereabouts import Whereabouts

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a source's events, and the records that could not become events."""

    events: tuple[JobEvent, ...]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What every source needs to understand its records."""

    gazetteer: Gazetteer
    lexicon: trades.Lexicon
    communes: Sequence[Commune]
    """Those of the gazetteer, for an index of our own."""

    @functools.cached_property
    def whereabouts(self) -> Whereabouts:
        """Where records say they are; the index behind it is built once, for all sources."""
        return Whereabouts(self.gazetteer, self.communes)

    async def prepare(self) -> None:
        """Build that index in a thread: it takes a third of a second."""
        await asyncio.to_thread(getattr, self, "whereabouts")


class JobEventSource(Protocol):
    """Where events come from."""

    name: str
    """ "openagenda", "francetravail", "file", "sample"."""

    def sweep(self, *, now: dt.datetime) -> AsyncIterator[Page]:
        """Read the whole catalogue, page by page; `now` is UTC.

        A clean end means that the sweep is complete. Raises SourceError, one plain
        line without secrets, when it is not.
        """


async def in_pages(events: Sequence[JobEvent], rejected: Sequence[Rejected]) -> AsyncIterator[Page]:
    """Give much in pages, letting others work in between."""
    for start in range(0, max(len(events), len(rejected)), PAGE_SIZE):
        end = start + PAGE_SIZE
        yield Page(tuple(events[start:end]), tuple(rejected[start:end]))
        await asyncio.sleep(0)
