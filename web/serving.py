"""Opening the web side, and closing it: no caller may hold a connection by being slow.

A request's head must be complete within some seconds of the connection's beginning, or of
the answer before it; a body within some seconds of its head (see `webhook`). Callers beyond
the most that we serve at once are turned away at the door.
"""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from domain.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """In real seconds, and in connections."""

    head: float = 30
    """For a request to begin and its head to be complete; the library would wait for an hour."""
    farewell: float = 5
    """For answers under way when we close."""
    connections: int = 1000


@asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, patience: Patience | None = None
) -> AsyncIterator[str]:
    """Serve for as long as the block lasts; give the address, `http://host:port`.

    Raises SettingsError, one sentence, when the port can't be had.
    """
    patience = patience or Patience()
    runner = web.AppRunner(
        app,
        access_log=None,  # it would hold people's addresses
        keepalive_timeout=patience.head,
        shutdown_timeout=patience.farewell,
        lingering_time=1.0,  # for the rest of a body that nobody wants
    )
    await runner.setup()
    try:
        listening = await _listen(cast(web.Server, runner.server), host, port, patience.connections)
        try:
            taken = listening.sockets[0].getsockname()[1]
            yield f"http://[{host}]:{taken}" if ":" in host else f"http://{host}:{taken}"
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class _TurnedAway(asyncio.Protocol):
    """One caller too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close at once."""
        transport.close()


async def _listen(server: web.Server, host: str, port: int, most: int) -> asyncio.Server:
    def called() -> asyncio.BaseProtocol:
        return server() if len(server.connections) < most else _TurnedAway()

    try:
        return await asyncio.get_running_loop().create_server(called, host, port, reuse_address=True)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            advice = f"port {port} is taken; stop the other program, or set WEB_PORT to a free port"
        else:
            advice = f"the web side can't listen on {host}, port {port}; correct WEB_HOST and WEB_PORT"
        raise SettingsError(advice) from error
