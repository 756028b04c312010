"""A national sweep of 13,000 events by the partner API's limit of ten calls a second, then the same again.

The stand-in answers from a process of its own within 80 to 150 ms and refuses an eleventh call within any
second; the events go through the source and the import into a real file, under the program's own pragmas.
Physical limit: the calls at ten a second.
Alone: `python -m benchmarks.bench_sweep`.
"""

import asyncio
import contextlib
import datetime as dt
import multiprocessing
import multiprocessing.connection
import random
import sqlite3
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from yarl import URL

from benchmarks import crowd, harness
from domain.imports import SweepResult
from domain.places import Commune, Gazetteer
from locales import trades as word_lists
from services import imports
from sources import fetch, francetravail
from sources.access_token import AccessToken, Credentials
from sources.francetravail import FranceTravail
from sources.pacing import Pace
from sources.reading import Surroundings
from storage import database, gazetteer

EVENTS = 13_000
CALLS_PER_SECOND = 10
ANSWERS_S = (0.08, 0.15)
NEW = 100
"""Events that `/publish` adds."""
GOAL = 1.5

_WHO = ("La mairie", "Le groupe Adeline", "Intérim Basile", "L'hôpital", "La SNCF", "L'hôtel du Lac")
_WHAT = (
    "boulangers", "maçons", "infirmiers", "caristes", "vendeurs", "soudeurs", "serveurs", "comptables",
    "agents d'entretien", "électriciens", "jardiniers", "facteurs", "ouvriers", "profils variés",
)  # fmt: skip
_KINDS = ("Job dating", "Réunion d'information", "Forum", "Atelier", None)
_SENTENCES = (
    "Venez rencontrer l'employeur et l'équipe, sans rendez-vous, avec votre CV à jour.",
    "Au programme : présentation de l'entreprise, des postes à pourvoir et des conditions de travail.",
    "Débutants acceptés, formation assurée ; des contrats en CDI, en CDD ou en alternance.",
    "Un entretien individuel de dix minutes suit la présentation collective.",
    "Accueil à partir de neuf heures, près de la gare, au 12 rue du Commerce.",
    "Les horaires sont ceux du matin ou de l'après-midi, du lundi au samedi.",
)
_COUNTED = """
    CREATE TABLE written (one INTEGER);
    CREATE TRIGGER one_added AFTER INSERT ON job_events BEGIN INSERT INTO written VALUES (1); END;
    CREATE TRIGGER one_changed AFTER UPDATE ON job_events BEGIN INSERT INTO written VALUES (1); END;
    CREATE TRIGGER one_removed AFTER DELETE ON job_events BEGIN INSERT INTO written VALUES (1); END;
"""


@dataclass
class Partner:
    """The partner API: token, areas, pages, and the limit."""

    by_area: dict[str, list[dict[str, Any]]]
    calls: deque[float] = field(default_factory=deque)
    given: int = 0
    refused: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def search(self, request: web.Request) -> web.Response:
        """Give one page of one area, or say to slow down."""
        now = time.monotonic()
        while self.calls and self.calls[0] <= now - 1:
            self.calls.popleft()
        if len(self.calls) >= CALLS_PER_SECOND:
            self.refused += 1
            return web.Response(status=429, headers={"Retry-After": "1"})
        self.calls.append(now)
        self.given += 1
        body = await request.json()
        await asyncio.sleep(self.chance.uniform(*ANSWERS_S))
        start = int(request.query["page"]) * int(request.query["size"])
        found = self.by_area.get(body.get("departements", ["online"])[0], [])
        page = found[start : start + int(request.query["size"])]
        return web.json_response({"totalElements": len(found), "content": page})

    async def token(self, _: web.Request) -> web.Response:
        """Give a token."""
        return web.json_response({"access_token": "token", "expires_in": 1499})

    async def publish(self, _: web.Request) -> web.Response:
        """Give some events more from now on."""
        self.by_area = generated(EVENTS + NEW)
        return web.Response()

    async def figures(self, _: web.Request) -> web.Response:
        """Say how many calls were answered and refused, and begin anew."""
        answer = web.json_response([self.given, self.refused])
        self.given = self.refused = 0
        return answer


def serve(port: "multiprocessing.connection.Connection[int, int]") -> None:
    """Serve for ever, after telling the port."""

    async def run() -> None:
        partner = Partner(generated(EVENTS))
        app = web.Application()
        app.router.add_post("/token", partner.token)
        app.router.add_post("/api/evenements/v1/mee/evenements", partner.search)
        app.router.add_get("/figures", partner.figures)
        app.router.add_get("/publish", partner.publish)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def generated(count: int) -> dict[str, list[dict[str, Any]]]:
    """Return the same events each time by département, where people live; one in twenty is online."""
    places, chance = random.Random(2), random.Random(3)
    communes = [
        commune for commune in gazetteer.load() if commune.postal_codes and commune.department <= "976"
    ]
    homes = places.choices(communes, [commune.population for commune in communes], k=count)
    by_area: dict[str, list[dict[str, Any]]] = {"online": []}
    for number, commune in enumerate(homes, start=1):
        record = record_of(number, commune, chance)
        by_area.setdefault(commune.department, []).append(record)
        if record["modalites"] == ["a distance"]:
            by_area["online"].append(record)
    return by_area


def record_of(number: int, commune: Commune, chance: random.Random) -> dict[str, Any]:
    """Return one event as the service gives it."""
    day = crowd.NOW.date() + dt.timedelta(days=1 + chance.randrange(25))
    hour = chance.choice((9, 10, 14, 16))
    what = chance.choice(_WHAT)
    return {
        "id": 700_000 + number,
        "titre": f"{chance.choice(_WHO)} recrute des {what} (n° {number})",
        "type": chance.choice(_KINDS),
        "description": f"Nous recherchons des {what}. {' '.join(chance.sample(_SENTENCES, 4))}",
        "deroulement": "\n".join(chance.sample(_SENTENCES, 3)),
        "dateEvenement": f"{day}T{hour:02}:{15 * chance.randrange(4):02}:00.000+01:00",
        "heureFin": f"{hour + 2}:00:00",
        "timezone": commune.zone,
        "ville": commune.name.upper(),
        "codePostal": commune.postal_codes[0],
        "codeInsee": commune.code,
        "latitude": commune.point.latitude,
        "longitude": commune.point.longitude,
        "modalites": ["a distance" if number % 20 == 0 else "en physique"],
        "objectifs": ["Recrutement"],
        "publics": ["Ouvert à tous"],
        "benefices": ["CDI"],
        "operations": ["#TousMobilisés"],
        "nombrePlaceTotalPresentiel": 20,
        "nombreInscritPresentiel": chance.randrange(20),
        "codesRome": None,
        "multisectoriel": False,
        "libelleEtablissement": f"Agence {commune.name.upper()}",
    }


async def measure(base: URL, report: harness.Report) -> None:
    """Sweep twice and print what each took, beside what the limit takes."""
    surroundings = known()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.db"
        async with database.opened(f"sqlite+aiosqlite:///{path}") as units:
            with contextlib.closing(sqlite3.connect(path)) as file:
                file.executescript(_COUNTED)
            for which in ("first", "second, unchanged"):
                await measure_one(which, base, surroundings, units, path, report=report)


def known() -> Surroundings:
    """Return the places and the words of trades."""
    communes = gazetteer.load()
    return Surroundings(Gazetteer(communes), word_lists.load(), communes)


async def measure_one(
    which: str,
    base: URL,
    surroundings: Surroundings,
    units: database.Database,
    path: Path,
    *,
    report: harness.Report,
) -> None:
    """Sweep once and print it."""
    lags: list[float] = []
    started, cpu_before = time.perf_counter(), time.process_time()
    async with harness.feeling_lag(lags):
        result = await sweep(base, surroundings, units)
    took, cpu = time.perf_counter() - started, time.process_time() - cpu_before
    given, refused = await figures(base)
    floor = given / CALLS_PER_SECOND
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        rows = file.execute("DELETE FROM written").rowcount
    assert not result.error, result.error
    lag = harness.percentile(lags, 0.99) * 1000
    report.add(
        harness.Figure(
            what=f"sweep of {EVENTS:,} events, {which}: of the limit's time",
            ours=f"{took:.1f} s, {cpu:.1f} s of processor, {rows:,} rows written, loop late p99 {lag:.1f} ms",
            peer=f"{given} calls, {refused} refused: {floor:.1f} s",
            values=[took / floor],
            goal=harness.at_most(GOAL),
        )
    )


async def figures(base: URL) -> tuple[int, int]:
    """Return how many calls were answered, and refused, since the last question."""
    async with fetch.opened("figures", [str(base)]) as fetcher:
        given, refused = (await fetcher.ask(fetch.Request("GET", base / "figures"))).json
        return given, refused


async def sweep(
    base: URL,
    surroundings: Surroundings,
    units: database.Database,
    clock: Callable[[], dt.datetime] = lambda: crowd.NOW,
) -> SweepResult:
    """Read the source into the database, as the program does."""
    pace = Pace(francetravail.CALLS_PER_SECOND)
    async with (
        fetch.opened("francetravail", [str(base)], pace=pace) as fetcher,
        asyncio.TaskGroup() as group,
    ):
        token = AccessToken(fetcher, base / "token", Credentials(client_id="id", client_secret="none"))  # noqa: S106 -- a stand-in's
        source = FranceTravail(
            fetcher, token, surroundings, spawn=group.create_task, api_url=str(base / "api/")
        )
        return await imports.sweep(units.unit_of_work, source.name, source.sweep(now=clock()), clock)


def main() -> None:
    """Start the stand-in, measure, stop it."""
    harness.options(__doc__)
    report = harness.report(12, "A national sweep", __doc__)
    with harness.beside(serve) as port:
        asyncio.run(measure(URL(f"http://127.0.0.1:{port}"), report))
    report.publish()


if __name__ == "__main__":
    main()
