"""A real PostgreSQL that dies at once, again and again, and starts anew."""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from tests import postgres

DOWN_S = (0.0, 1.5)
CONNECTIONS = "600"
"""17 for each process, at most."""


@dataclass
class Server:
    """The server that all trials on PostgreSQL share."""

    _server: Any
    restarts: list[tuple[float, float]] = field(default_factory=list)
    """When it went, and when it was back: seconds since 1970."""
    _went: float | None = None

    def was_down(self, *, since: float) -> bool:
        """Return whether it was, at any time since then, or is (seconds since 1970)."""
        return self._went is not None or any(back >= since for _, back in self.restarts)

    async def database(self, name: str) -> str:
        """Make a database; return its address."""
        await self._server.tell(f"CREATE DATABASE {name}")
        return str(self._server.url(name))

    async def restart(self, chance: random.Random) -> None:
        """End it at once, by its own immediate shutdown or by `kill -9`; start it again a moment later."""
        went = self._went = time.time()
        await asyncio.to_thread(self._end, is_killed=chance.random() < 0.5)  # noqa: PLR2004 -- one in two
        await asyncio.sleep(chance.uniform(*DOWN_S))
        self._server.start()
        await asyncio.to_thread(self._server.await_start)
        self.restarts.append((went, time.time()))
        self._went = None

    def _end(self, *, is_killed: bool) -> None:
        if not is_killed:
            self._server.stop(signal.SIGQUIT)
            return
        main = self._server._process  # noqa: SLF001 -- nobody else needs to kill it
        children = Path(f"/proc/{main.pid}/task/{main.pid}/children").read_text(encoding="ascii").split()
        for pid in (main.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        main.wait()
        # what it left says "ready" to whoever waits for the next one
        (self._server.folder / "data" / "postmaster.pid").unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Server]:
    """Start a server of our own; take all away at the end."""
    # unlike a test, this one kills it: half a page may be written
    shaken = mock.patch.dict(postgres.QUICK, full_page_writes="on", max_connections=CONNECTIONS)
    with shaken, postgres.running() as server:
        yield Server(server)
