"""Pages that anyone may read: what this is, what it keeps of people, how accessible it is.

Each is drawn when it is first asked for: jinja2 and three templates took 30 ms of every start.
"""

import asyncio
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from web.options import WebOptions

if TYPE_CHECKING:
    import jinja2

FOLDER = Path(__file__).with_name("pages")
_ROUTES = {"/": "home.html", "/confidentialite": "privacy.html", "/accessibilite": "accessibility.html"}
_FOR_AN_HOUR = {"Cache-Control": "max-age=3600"}


def routes(options: WebOptions) -> list[web.RouteDef]:
    """Return the pages and their style sheet."""
    pages = [_page(path, name, options) for path, name in _ROUTES.items()]
    return [*pages, web.get("/style.css", _style)]


def _page(path: str, name: str, options: WebOptions) -> web.RouteDef:
    drawn = cache(partial(_drawn, name))

    async def answer(_request: web.Request) -> web.Response:
        text = await asyncio.to_thread(drawn, bot_url=options.bot_url(), operator=options.operator)
        return web.Response(text=text, content_type="text/html", headers=_FOR_AN_HOUR)

    return web.get(path, answer)


async def _style(_request: web.Request) -> web.Response:
    text = await asyncio.to_thread((FOLDER / "style.css").read_text, encoding="utf-8")
    return web.Response(text=text, content_type="text/css", headers=_FOR_AN_HOUR)


def _drawn(name: str, **words: str) -> str:
    return _templates().get_template(name).render(words)


@cache
def _templates() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415 -- slow, see above

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    )
