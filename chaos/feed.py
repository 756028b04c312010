"""A source of events that is slow and breaks: what it lists stays true, whatever becomes of an answer."""

import asyncio
import contextlib
import datetime as dt
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.clock import wall

TOULOUSE = {"lon": 1.444, "lat": 43.6045}
WELL, SLOW, BROKEN, PAGE, CUT, EMPTY, RESET = "well", "slow", "broken", "page", "cut", "empty", "reset"
SHARES = {WELL: 60, SLOW: 12, BROKEN: 10, PAGE: 5, CUT: 5, EMPTY: 4, RESET: 4}
LASTED_S = (0.5, 3.0)


@dataclass
class Feed:
    """Lists events as the open-data mirror does."""

    chance: random.Random
    events: list[dict[str, Any]] = field(default_factory=list)
    is_well: bool = True
    url: str = ""

    def publish(self, title: str) -> None:
        """List one more: two days ahead or later, at another hour than any other."""
        number = len(self.events)
        begin = wall().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=2, hours=25 * number)
        end = begin + dt.timedelta(hours=2)
        self.events.append(
            {
                "uid": str(40_000_001 + number),
                "canonicalurl": f"https://openagenda.com/francetravail/events/{number}",
                "title_fr": f"{title} : les boulangers recrutent",
                "description_fr": "Venez avec votre CV.",
                "longdescription_fr": "<p>Venez avec votre CV.</p>",
                "keywords_fr": ["Recrutement"],
                "firstdate_begin": begin.isoformat(),
                "firstdate_end": end.isoformat(),
                "timings": json.dumps([{"begin": begin.isoformat(), "end": end.isoformat()}]),
                "location_coordinates": TOULOUSE,
                "location_name": "Agence",
                "location_address": "31000 Toulouse",
                "location_insee": "31555",
                "location_postalcode": "31000",
                "location_city": "Toulouse",
                "attendancemode": json.dumps({"id": 1, "label": {"fr": "Sur place"}}),
                "status": json.dumps({"id": 1, "label": {"fr": "Programmé"}}),
                "registration": "[]",
            }
        )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one question for a page of the list."""
        offset = int(request.query.get("offset", "0"))
        body = json.dumps({"total_count": len(self.events), "results": self.events[offset : offset + 100]})
        fate = WELL if self.is_well else self.chance.choices(list(SHARES), list(SHARES.values()))[0]
        match fate:
            case "slow":
                await asyncio.sleep(self.chance.uniform(*LASTED_S))
            case "broken":
                return web.Response(status=503, text="Service Unavailable")
            case "page":
                return web.Response(text="<html>maintenance</html>", content_type="text/html")
            case "cut":
                return web.Response(text=body[: len(body) // 2], content_type="application/json")
            case "empty":
                return web.json_response({"total_count": 0, "results": []})
            case "reset" if request.transport is not None:
                request.transport.abort()
        return web.Response(text=body, content_type="application/json")


@contextlib.asynccontextmanager
async def serving(chance: random.Random) -> AsyncIterator[Feed]:
    """Open a feed on a free port of loopback."""
    feed = Feed(chance)
    app = web.Application()
    app.router.add_get("/{path:.*}", feed.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        feed.url = f"http://127.0.0.1:{runner.addresses[0][1]}/records"
        yield feed
    finally:
        await runner.cleanup()
