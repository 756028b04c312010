"""What every answer tells a browser not to do."""

from collections.abc import Awaitable, Callable

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def on_every_answer(*, is_https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return the signal that adds the headers, to errors too, and leaves out what we are built with."""
    headers = HEADERS | (HTTPS_ONLY if is_https else {})

    async def add(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("Server", None)

    return add
