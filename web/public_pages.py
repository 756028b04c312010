"""Pages that anyone may read: what this is, what it keeps of people, how accessible it is."""

from functools import cache
from pathlib import Path

import jinja2
from aiohttp import web

from web.options import WebOptions

FOLDER = Path(__file__).with_name("pages")
_ROUTES = {"/": "home.html", "/confidentialite": "privacy.html", "/accessibilite": "accessibility.html"}
_FOR_AN_HOUR = {"Cache-Control": "max-age=3600"}


def routes(options: WebOptions) -> list[web.RouteDef]:
    """Return the pages and their style sheet, each drawn once, now."""
    words = {"bot_url": options.bot_url, "operator": options.operator}
    drawn = [
        _served(path, _templates().get_template(name).render(words), "text/html")
        for path, name in _ROUTES.items()
    ]
    return [*drawn, _served("/style.css", (FOLDER / "style.css").read_text(encoding="utf-8"), "text/css")]


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, undefined=jinja2.StrictUndefined
    )


def _served(path: str, text: str, content_type: str) -> web.RouteDef:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=content_type, headers=_FOR_AN_HOUR)

    return web.get(path, answer)
