"""Telegram's calls: the secret first, then the body, and 200 only once the update is kept.

What is not an update at all is answered 200 and dropped: Telegram takes any other answer
for "try again", and holds back everything else of that chat for up to a day. An update that
can't be kept is answered 503: it comes again.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

import structlog
from aiohttp import web

from web.options import WebOptions

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

log = structlog.get_logger(__name__)

Receive = Callable[[Sequence[str]], Awaitable[None]]


def routes(options: WebOptions) -> list[web.RouteDef]:
    """Return the webhook."""
    secret, receive = options.webhook_secret.encode(), options.receive
    if not secret or receive is None:
        raise ValueError("a webhook needs a secret and a receiver")

    async def called(request: web.Request) -> web.Response:
        status = await _answer(request, secret, receive, options.body_timeout)
        options.count("webhook_calls", {"answer": str(status.value)})
        response = web.Response(status=status, text=f"{status.phrase}\n")
        if status is not HTTPStatus.OK:
            response.force_close()
        return response

    return [web.post(PATH, called)]


async def _answer(request: web.Request, secret: bytes, receive: Receive, body_timeout: float) -> HTTPStatus:
    if not is_telegram(request.headers.getall(HEADER, []), secret):
        return HTTPStatus.FORBIDDEN
    try:
        async with asyncio.timeout(body_timeout):
            body = await request.read()
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    except web.HTTPRequestEntityTooLarge:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    text = as_object(body)
    if text is None:
        log.warning("the webhook was called with something that is no update")
        return HTTPStatus.OK
    try:
        await receive([text])
    except Exception as error:  # noqa: BLE001 -- whatever it is, Telegram must bring the update again
        log.error("an update could not be kept", error=type(error).__name__)  # noqa: TRY400 -- the type says enough
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


def is_telegram(shown: Sequence[str], secret: bytes) -> bool:
    """Say whether exactly the secret was shown, once; takes as long for a near miss as for a far one."""
    # as bytes: the comparison refuses text that is not ASCII, with an error
    return len(shown) == 1 and hmac.compare_digest(shown[0].encode("utf-8", "surrogateescape"), secret)


def as_object(body: bytes) -> str | None:
    """Return the text of a JSON object; None when it is anything else."""
    try:
        text = body.decode()
        return text if isinstance(json.loads(text), dict) else None
    except (ValueError, RecursionError):
        return None
