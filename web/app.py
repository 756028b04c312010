"""All that this program answers over HTTP, on one screen."""

from aiohttp import web

from web import headers, health, public_pages, webhook
from web.options import WebOptions

LARGEST_BODY = 1 << 20
"""Bytes, unzipped; Telegram's updates are far smaller."""


def web_app(options: WebOptions) -> web.Application:
    """Return the application; open it with `web.serving`, which guards it against slow callers."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(headers.on_every_answer(is_https=options.is_https))
    app.add_routes(
        [
            *health.routes(options),
            *(webhook.routes(options) if options.receive else []),
            *public_pages.routes(options),
        ]
    )
    return app
