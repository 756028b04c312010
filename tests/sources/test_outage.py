"""A source fails in every way that sources do; the program keeps what it knows and says one plain line."""

import asyncio
import contextlib
import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs
from yarl import URL

from bot.sourcing import Sourcing
from domain.imports import Outcome
from services import imports
from sources import fetch
from sources.fetch import Limits
from sources.openagenda import OpenAgenda
from sources.pacing import Pace
from storage import database
from tests.sources import feeds, records
from tests.sources.feeds import NOON, FakeTime, serving

HALF_A_PAGE = json.dumps({"total_count": 3, "results": [records.openagenda()]})[:-40]
TITLES = ("Les boulangers recrutent", "Les maçons recrutent", "Les infirmiers recrutent")

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Mirror:
    """The open-data mirror: three records, unless it is told to answer otherwise."""

    def __init__(self) -> None:
        self.records = [
            records.openagenda(uid=str(number), title_fr=title, registration=None)
            for number, title in enumerate(TITLES, start=1)
        ]
        self.otherwise: Answer | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if self.otherwise:
            return await self.otherwise(request)
        return web.json_response({"total_count": len(self.records), "results": self.records})


class Reading:
    """The program's own way from a source to the database, over real HTTP and a real file."""

    def __init__(self, units: database.Database, path: str, mirror: Mirror) -> None:
        self.units = units
        self.path = path
        self.mirror = mirror

    async def sweep(self, surroundings: Any, base: URL, *, seconds: float = 30.0) -> tuple[Any, list[str]]:
        """How the sweep went, and what the log says of it."""
        time = FakeTime()
        limits = Limits(total_seconds=seconds, attempts=2)
        pace = Pace(1_000, clock=time, sleep=time.sleep)
        async with fetch.opened(
            "openagenda", [str(base)], limits=limits, pace=pace, sleep=time.sleep
        ) as fetcher:
            source = OpenAgenda(fetcher, surroundings, url=str(base))
            sourcing = Sourcing(self.units, [source], lambda: NOON, [], lambda: None)
            with capture_logs() as logs:
                (result,) = await sourcing.sweep_all()
        return result, [entry["error"] or entry["figures"] for entry in logs if entry["event"] == "sweep"]

    async def last_error(self) -> str | None:
        async with self.units.reading() as uow:
            (health,) = await imports.health(uow, now=NOON)
        return health.last_error

    def rows(self) -> list[tuple[Any, ...]]:
        """Everything that is known of the events, and where they are listed."""
        with contextlib.closing(sqlite3.connect(self.path)) as file:
            events = file.execute("SELECT * FROM job_events ORDER BY id").fetchall()
            return events + file.execute("SELECT source_id, job_event_id, absences FROM listings").fetchall()


@pytest.fixture
async def reading(tmp_path) -> AsyncIterator[Reading]:
    path = f"{tmp_path}/bot.db"
    async with database.opened(f"sqlite+aiosqlite:///{path}") as units:
        yield Reading(units, path, Mirror())


def answering(text: str, kind: str = "application/json") -> Answer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind)

    return answer


async def never(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def inwards(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/admin")


async def bomb(_: web.Request) -> web.StreamResponse:
    """400 kB that unzip to 400 MB."""
    headers = {"Content-Encoding": "gzip"}
    return web.Response(body=feeds.bomb(), content_type="application/json", headers=headers)


async def second_page_breaks(request: web.Request) -> web.StreamResponse:
    """A good first page, then half of one."""
    if request.query["offset"] != "0":
        return web.Response(body=HALF_A_PAGE, content_type="application/json")
    page = [records.openagenda(uid="1", registration=None, title_fr=TITLES[0])]
    return web.json_response({"total_count": 3, "results": page})


FAULTS = {
    "slow": (never, "openagenda did not answer within 0.2 s"),
    "a web page": (
        answering("<html>Maintenance</html>", "text/html"),
        "openagenda answered a web page instead of data",
    ),
    "half a page": (answering(HALF_A_PAGE), "openagenda sent only part of its answer"),
    "a second page that breaks off": (second_page_breaks, "openagenda sent only part of its answer"),
    "a way inside": (inwards, "openagenda leads to an address inside the network; refused"),
    "a bomb": (bomb, "openagenda sends more than 32,768 kB; refused"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failing_source_loses_nothing_and_says_one_line(reading, surroundings, fault):
    wrong, line = FAULTS[fault]
    async with serving(reading.mirror) as base:
        await reading.sweep(surroundings, base)
        before = reading.rows()
        reading.mirror.otherwise = wrong
        result, logged = await reading.sweep(surroundings, base, seconds=0.2 if wrong is never else 30.0)
        assert (result.outcome, result.error) == (Outcome.FAILED, line)
        assert logged == [line]
        assert await reading.last_error() == line
        assert len(before) == 6
        assert reading.rows() == before
        reading.mirror.otherwise = None
        recovered, logged = await reading.sweep(surroundings, base)
    assert (recovered.outcome, logged) == (Outcome.COMPLETE, ["3 unchanged"])
    assert await reading.last_error() is None
    assert reading.rows() == before


async def test_a_source_that_is_down_loses_nothing_and_says_one_line(reading, surroundings):
    async with serving(reading.mirror) as base:
        await reading.sweep(surroundings, base)
    before = reading.rows()
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        base = base.with_port(nobody_listens.getsockname()[1])
        result, logged = await reading.sweep(surroundings, base)
    assert (result.outcome, logged) == (Outcome.FAILED, ["openagenda cannot be reached"])
    assert await reading.last_error() == "openagenda cannot be reached"
    assert reading.rows() == before


async def test_the_year_2503_is_set_aside_and_what_was_known_of_the_event_stays(reading, surroundings):
    async with serving(reading.mirror) as base:
        await reading.sweep(surroundings, base)
        before = reading.rows()
        absurd = json.dumps([{"begin": "2503-06-22T09:30:00+02:00", "end": "2503-06-22T12:00:00+02:00"}])
        reading.mirror.records[0] |= {"timings": absurd}
        reading.mirror.records.append(records.openagenda(uid="4", timings=absurd))
        for _ in range(3):
            result, logged = await reading.sweep(surroundings, base)
            assert (result.outcome, logged) == (Outcome.COMPLETE, ["2 unchanged, 2 quarantined"])
    assert reading.rows() == before
