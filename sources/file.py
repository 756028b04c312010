"""The source `file`: what another source answered, as it was recorded; its format is told by its content."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from domain.errors import SourceError
from domain.job_events import JobEvent, Rejected
from sources import deduplicate, drafts, mee, openagenda
from sources.drafts import Format
from sources.reading import Page, Surroundings, in_pages

NAME = "file"
MAX_BYTES = 64 * 1024 * 1024
_FORMATS = (mee.FORMAT, openagenda.FORMAT)
_LISTS = ("results", "records", "content")


class File:
    """The source `file`."""

    name = NAME

    def __init__(self, path: Path, surroundings: Surroundings) -> None:
        self._path = path
        self._surroundings = surroundings

    async def sweep(self, *, now: dt.datetime) -> AsyncIterator[Page]:
        """Read the file anew."""
        events: list[JobEvent] = []
        rejected: list[Rejected] = []
        for form, found in _by_format(_listed(await asyncio.to_thread(self._load))):
            page = await drafts.read_all(found, form, self._surroundings, source=NAME, now=now)
            events += page.events
            rejected += page.rejected
        merged = await asyncio.to_thread(deduplicate.merged, events)
        async for page in in_pages(merged, rejected):
            yield page

    def _load(self) -> Any:
        try:
            with self._path.open("rb") as file:
                body = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise SourceError(f"file {self._path.name} cannot be read ({error.strerror})") from None
        if len(body) > MAX_BYTES:
            raise SourceError(f"file {self._path.name} is larger than {MAX_BYTES // 2**20} MB; refused")
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise SourceError(f"file {self._path.name} is not JSON, or only part of it") from None


def _listed(content: Any) -> list[Any]:
    """Return the list of records, which may stand at the top or under a name."""
    for name in _LISTS:
        if isinstance(content, Mapping) and isinstance(content.get(name), list):
            return list(content[name])
    if isinstance(content, list):
        return content
    raise SourceError("file holds no list of events")


def _by_format(found: list[Any]) -> list[tuple[Format, list[Any]]]:
    """Sort the records by format; what is of no known one goes the way of the first, to be refused."""
    sorted_records: dict[str, tuple[Format, list[Any]]] = {form.id_key: (form, []) for form in _FORMATS}
    for record in found:
        known = (form for form in _FORMATS if isinstance(record, Mapping) and form.recognises(record))
        sorted_records[next(known, _FORMATS[0]).id_key][1].append(record)
    return [(form, records) for form, records in sorted_records.values() if records]
