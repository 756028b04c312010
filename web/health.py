"""For those who watch the program: is it alive, is it ready, what does it count."""

import asyncio
from http import HTTPStatus

import structlog
from aiohttp import web

from web.options import WebOptions

log = structlog.get_logger(__name__)


def routes(options: WebOptions) -> list[web.RouteDef]:
    """Return /healthz, /readyz and /metrics."""

    async def alive(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(options.ready_timeout):
                found = await options.ready()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the answer is "not ready"
            log.warning("readiness can't be told", error=type(error).__name__)
            found = {"program": (False, f"can't be asked ({type(error).__name__})")}
        is_ready = all(is_ok for is_ok, _ in found.values())
        return web.json_response(
            {
                "ready": is_ready,
                "collaborators": {name: {"ok": is_ok, "line": line} for name, (is_ok, line) in found.items()},
            },
            status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        )

    async def metrics(_request: web.Request) -> web.Response:
        body, content_type = await options.render()
        return web.Response(body=body, headers={"Content-Type": content_type})

    return [web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", metrics)]
