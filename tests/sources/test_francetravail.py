import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from domain.errors import SourceError
from domain.imports import Outcome, SweepResult
from services import imports
from sources.access_token import AccessToken, Credentials
from sources.fetch import Fetcher
from sources.francetravail import FranceTravail
from storage import database
from tests.sources import records
from tests.sources.feeds import NOON, FakeTime, all_pages, fetching, serving

CREDENTIALS = Credentials(client_id="PAR_bot", client_secret="hush-hush")


class Partner:
    """The partner API: a token that ends, pages, areas; `faults` are answered before anything else."""

    def __init__(self, by_department: dict[str, list[dict[str, Any]]]) -> None:
        self.by_department = by_department
        self.online: list[dict[str, Any]] = []
        self.faults: list[Callable[[], web.Response]] = []
        self.tokens = 0
        self.searches: list[dict[str, Any]] = []
        self.token_answer: dict[str, Any] | None = None
        self.token_status = 200

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            return await self.give_token(request)
        assert request.path == "/partenaire/evenements/v1/mee/evenements"
        if self.faults:
            return self.faults.pop(0)()
        if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return web.json_response({"message": "expired"}, status=401)
        body = await request.json()
        page, size = int(request.query["page"]), int(request.query["size"])
        assert size <= 100
        assert request.query["sort"] == "dateEvenement,asc"
        self.searches.append(body | {"page": page})
        found = (
            self.online
            if body.get("modalite") == "ADIST"
            else self.by_department.get(body["departements"][0], [])
        )
        if not found:
            return web.Response(status=204)
        return web.json_response(
            {"totalElements": len(found), "content": found[page * size : (page + 1) * size]}
        )

    async def give_token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert dict(form) == {
            "grant_type": "client_credentials",
            "client_id": "PAR_bot",
            "client_secret": "hush-hush",
            "scope": "api_evenementsv1 evenements",
        }
        self.tokens += 1
        answer = self.token_answer or {"access_token": f"token-{self.tokens}", "expires_in": 1499}
        return web.json_response(answer, status=self.token_status)


@contextlib.asynccontextmanager
async def running(partner: Partner, surroundings: Any, time: FakeTime) -> AsyncIterator[FranceTravail]:
    async with serving(partner) as base, fetching(base, time) as fetcher, asyncio.TaskGroup() as group:
        yield FranceTravail(
            fetcher,
            token_of(base, fetcher, time),
            surroundings,
            spawn=group.create_task,
            api_url=str(base / "partenaire/"),
        )


def token_of(base: URL, fetcher: Fetcher, time: FakeTime) -> AccessToken:
    return AccessToken(fetcher, (base / "token").with_query(realm="/partenaire"), CREDENTIALS, clock=time)


def events_of(postal_code: str, town: str, count: int, *, first: int) -> list[dict[str, Any]]:
    return [
        records.mee(
            id=first + number,
            titre=f"Atelier numéro {number}",
            codePostal=postal_code,
            ville=town,
            codeInsee=None,
            latitude=None,
            dateEvenement=f"2026-07-01T{8 + number % 10:02}:00:00+02:00",
            urlDetailEvenement=None,
        )
        for number in range(count)
    ]


@pytest.fixture
def partner() -> Partner:
    partner = Partner(
        {
            "31": events_of("31000", "TOULOUSE", 230, first=1_000),
            "75": events_of("75012", "PARIS", 100, first=2_000),
            "2A": events_of("20000", "AJACCIO", 3, first=3_000),
            "974": events_of("97400", "SAINT DENIS", 7, first=4_000),
        }
    )
    nowhere = {
        "ville": None,
        "codePostal": None,
        "codeInsee": None,
        "latitude": None,
        "modalites": ["a distance"],
    }
    partner.online = [records.mee(id=5_000, **nowhere), partner.by_department["31"][0]]
    return partner


async def test_a_sweep_reads_every_department_and_what_is_only_online(partner, surroundings, fake_time):
    async with running(partner, surroundings, fake_time) as source:
        found = await all_pages(source)
    assert len(found.events) == 230 + 100 + 3 + 7 + 1
    assert found.rejected == ()
    assert {event.commune for event in found.events} == {"31555", "75112", "2A004", "97411", None}
    assert {search["dateDebut"] for search in partner.searches} == {"2026-06-15"}
    areas = {search["departements"][0] for search in partner.searches if "departements" in search}
    assert len(areas) == 102
    assert {"01", "2A", "2B", "75", "971", "976"} <= areas
    assert sorted(s["page"] for s in partner.searches if s.get("departements") == ["31"]) == [0, 1, 2]
    assert partner.tokens == 1


async def test_a_token_is_renewed_a_minute_early_and_by_one_caller_only(partner, surroundings, fake_time):
    async with serving(partner) as base, fetching(base, fake_time) as fetcher:
        token = token_of(base, fetcher, fake_time)
        assert set(await asyncio.gather(*(token.get() for _ in range(20)))) == {"token-1"}
        fake_time.now += 1_499 - 60 - 1
        assert await token.get() == "token-1"
        fake_time.now += 2
        assert set(await asyncio.gather(*(token.get() for _ in range(20)))) == {"token-2"}


async def test_a_refused_token_is_dropped_and_the_call_made_again(partner, surroundings, fake_time):
    partner.faults = [lambda: web.json_response({}, status=401)]
    async with running(partner, surroundings, fake_time) as source:
        assert len((await all_pages(source)).events) == 341
    assert partner.tokens == 2


async def test_a_token_that_is_always_refused_ends_the_sweep(partner, surroundings, fake_time):
    partner.faults = [lambda: web.json_response({}, status=401)] * 1_000
    with pytest.raises(ExceptionGroup) as caught:
        async with running(partner, surroundings, fake_time) as source:
            await all_pages(source)
    assert "refuses a token that it has just given" in str(caught.value.exceptions[0])


async def failing_sweep(partner: Partner, surroundings: Any, time: FakeTime) -> str:
    async with running(partner, surroundings, time) as source:
        with pytest.raises(SourceError) as caught:
            await all_pages(source)
    return str(caught.value)


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (
            (400, {"error": "invalid_scope"}),
            "francetravail: the API was not added to the application in the partner portal",
        ),
        ((400, {"error": "invalid_client"}), "francetravail: the client id or the client secret is wrong"),
        ((401, {"message": "hush-hush"}), "francetravail: the client id or the client secret is wrong"),
        ((200, {"token": "x"}), "francetravail gave no token (200)"),
        ((200, {"access_token": 5, "expires_in": 1499}), "francetravail gave no token (200)"),
    ],
)
async def test_without_a_token_the_operator_reads_what_to_do(
    partner, surroundings, fake_time, answered, said
):
    partner.token_status, partner.token_answer = answered
    assert await failing_sweep(partner, surroundings, fake_time) == said


async def test_a_403_after_a_token_says_that_the_api_was_not_added(partner, surroundings, fake_time):
    partner.faults = [lambda: web.json_response({"message": "forbidden"}, status=403)] * 50
    assert await failing_sweep(partner, surroundings, fake_time) == (
        "francetravail: the API was not added to the application in the partner portal"
    )


async def test_a_400_is_final_and_its_message_is_passed_on(partner, surroundings, fake_time):
    partner.faults = [lambda: web.json_response({"message": "departement\u202e inconnu\n"}, status=400)]
    said = await failing_sweep(partner, surroundings, fake_time)
    assert said == "francetravail refused the question (400) departement inconnu"


async def test_a_429_and_a_502_on_the_way_lose_nothing(partner, surroundings, fake_time):
    partner.faults = [
        lambda: web.Response(status=429, headers={"Retry-After": "3"}),
        lambda: web.Response(status=502, text="<html>", content_type="text/html"),
        lambda: web.Response(status=429, headers={"Retry-After": "1"}),
    ]
    async with running(partner, surroundings, fake_time) as source:
        assert len((await all_pages(source)).events) == 341


async def test_a_total_that_changes_between_pages_is_tolerated(partner, surroundings, fake_time):
    class Shrinking(Partner):
        async def __call__(self, request: web.Request) -> web.StreamResponse:
            if request.query.get("page") == "1" and len(self.by_department["31"]) == 230:
                del self.by_department["31"][:50]
            return await super().__call__(request)

    shrinking = Shrinking(partner.by_department)
    async with running(shrinking, surroundings, fake_time) as source:
        found = await all_pages(source)
    assert len(found.events) >= 180 + 100 + 3 + 7


@pytest.mark.parametrize(
    "answer", [[], {"content": []}, {"totalElements": "9", "content": []}, {"totalElements": 9}]
)
async def test_another_shape_than_a_list_of_events_is_said(partner, surroundings, fake_time, answer):
    partner.faults = [lambda: web.json_response(answer)]
    said = await failing_sweep(partner, surroundings, fake_time)
    assert said == "francetravail answered something else than a list of events"


async def test_pages_without_end_are_not_followed_for_ever(partner, surroundings, fake_time, monkeypatch):
    monkeypatch.setattr("sources.francetravail._MAX_PAGES", 3)
    partner.faults = [lambda: web.json_response({"totalElements": 10**9, "content": [{"id": 1}]})] * 1_000
    said = await failing_sweep(partner, surroundings, fake_time)
    assert said == "francetravail lists more events than can be read"


async def test_a_reader_who_leaves_early_leaves_nothing_running(partner, surroundings, fake_time):
    async with running(partner, surroundings, fake_time) as source:
        pages = source.sweep(now=NOON)
        await anext(pages)
        await pages.aclose()
    assert len(partner.searches) < 104


COUNT_WRITES = """
    CREATE TABLE written (one INTEGER);
    CREATE TRIGGER one_added AFTER INSERT ON job_events BEGIN INSERT INTO written VALUES (1); END;
    CREATE TRIGGER one_changed AFTER UPDATE ON job_events BEGIN INSERT INTO written VALUES (1); END;
    CREATE TRIGGER one_removed AFTER DELETE ON job_events BEGIN INSERT INTO written VALUES (1); END;
"""


def written(path: str) -> int:
    """How many event rows were written since the last time of asking."""
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        if not file.execute("SELECT * FROM sqlite_master WHERE name = 'written'").fetchall():
            file.executescript(COUNT_WRITES)
        return file.execute("DELETE FROM written").rowcount


async def test_a_second_unchanged_sweep_writes_no_event(partner, surroundings, fake_time, tmp_path):
    path = f"{tmp_path}/bot.db"

    async def sweep() -> SweepResult:
        async with running(partner, surroundings, fake_time) as source:
            pages = source.sweep(now=NOON)
            return await imports.sweep(units.unit_of_work, source.name, pages, lambda: NOON)

    async with database.opened(f"sqlite+aiosqlite:///{path}") as units:
        written(path)
        first = await sweep()
        assert (first.outcome, first.figures.new, written(path)) == (Outcome.COMPLETE, 341, 341)
        second = await sweep()
        assert (second.outcome, second.figures.unchanged, written(path)) == (Outcome.COMPLETE, 341, 0)
        partner.by_department["2A"][0]["titre"] = "Atelier remis à plus tard"
        third = await sweep()
        assert (third.outcome, third.figures.unchanged, written(path)) == (Outcome.COMPLETE, 340, 1)
