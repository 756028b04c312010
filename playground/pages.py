"""The phone's page, and who may speak to this server at all."""

import importlib.resources
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from playground.errors import PhoneError

_STATIC = Path(str(importlib.resources.files("playground"))) / "static"
_HERE = {"127.0.0.1", "localhost", "[::1]"}
_BOT_API = ("/bot", "/file/bot")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application) -> None:
    """Serve the page and what it is made of."""
    app.router.add_get("/", _to_phone)
    app.router.add_get("/phone", _to_phone)
    app.router.add_get("/phone/", _page)
    app.router.add_get("/phone/static/{name:.+}", _static)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in only this machine, and let no foreign page act; answer a PhoneError with its sentence."""
    if _host(request) not in _HERE:
        # A foreign page can point a name of its own at 127.0.0.1: the Host header gives it away.
        return web.Response(status=403, text="This playground is for its own machine only.")
    if request.path.startswith(_BOT_API):
        return await handler(request)
    if request.method not in {"GET", "HEAD"} and request.headers.get("X-Phone") != "1":
        return web.Response(status=403, text="The header X-Phone: 1 is missing.")
    try:
        response = await handler(request)
    except PhoneError as error:
        response = web.json_response({"error": str(error)}, status=error.status)
    except web.HTTPException as refused:
        refused.headers.update(HEADERS)
        raise
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


def _host(request: web.Request) -> str:
    host = request.host
    return host if host.endswith("]") else host.rsplit(":", 1)[0]


async def _to_phone(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/phone/")


async def _page(_request: web.Request) -> web.StreamResponse:
    return _served("index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return _served(request.match_info["name"])


def _served(name: str) -> web.StreamResponse:
    if "\0" in name:
        raise web.HTTPNotFound
    path = (_STATIC / name).resolve()
    if not path.is_relative_to(_STATIC.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path)
