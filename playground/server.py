"""Opens a playground on this machine and closes it again."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from playground import bot_api, errors, log, pages, phone, steering, webhook
from playground.options import Control as Control
from playground.options import Options as Options
from playground.options import Spot as Spot
from playground.telegram import Telegram

_HERE = {"127.0.0.1", "localhost", "::1"}
_LARGEST_BODY = 60 << 20


class NotLoopback(errors.PlaygroundError):
    """A playground must not be reachable from elsewhere."""


class PortTaken(errors.PlaygroundError):
    """Another program listens there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Playground:
    """An open playground: where it is, and what is in it."""

    url: str
    """``http://127.0.0.1:PORT``: the program's TELEGRAM_API_URL, to which ``/bot<token>`` is added."""
    telegram: Telegram


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncIterator[Playground]:
    """Open a playground for as long as the block lasts; raise PlaygroundError when it cannot be opened."""
    if options.host not in _HERE:
        raise NotLoopback(
            f"The playground listens on this machine only: {options.host} is refused, use 127.0.0.1."
        )
    call_log = log.Log(options.log_path)
    try:
        telegram = Telegram(options, call_log=call_log)
        async with aiohttp.ClientSession() as session, _nursery() as spawn:
            telegram.open(session, spawn)
            runner = web.AppRunner(_app(telegram), access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                yield Playground(await _listen(runner, options), telegram)
            finally:
                telegram.close()
                await runner.cleanup()
    finally:
        call_log.close()


def _app(telegram: Telegram) -> web.Application:
    app = web.Application(middlewares=[pages.guard], client_max_size=_LARGEST_BODY)
    bot_api.BotApi(telegram).add_routes(app)
    pages.add_routes(app)
    phone.Phone(telegram).add_routes(app)
    if telegram.options.steerable:
        steering.Steering(telegram).add_routes(app)
    return app


async def _listen(runner: web.AppRunner, options: Options) -> str:
    site = web.TCPSite(runner, options.host, options.port, reuse_address=True)
    try:
        await site.start()
    except OSError as error:
        raise PortTaken(
            f"Port {options.port} is taken: close the other program, or set PLAYGROUND_PORT to a free port.",
        ) from error
    port = runner.addresses[0][1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def _nursery() -> AsyncIterator[webhook.Spawn]:
    """Keep the deliveries that run beside everything else, and end them at the close.

    No task group: it would wrap whatever goes wrong inside ``running`` into a group of its own.
    """
    kept: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()

    def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = loop.create_task(work)
        kept.add(task)
        task.add_done_callback(kept.discard)
        return task

    try:
        yield spawn
    finally:
        for task in kept:
            task.cancel()
        await asyncio.gather(*kept, return_exceptions=True)
