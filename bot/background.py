"""The only place of detached tasks: kept, logged when they fail, cancelled at the end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)

AGAIN_S = 1.0

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


@asynccontextmanager
async def nursery() -> AsyncIterator[Spawn]:
    """Give `spawn`; what still runs when the block ends is cancelled and awaited."""
    kept: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()

    def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = loop.create_task(work)
        kept.add(task)
        task.add_done_callback(_done)
        return task

    def _done(task: asyncio.Task[None]) -> None:
        kept.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a background task failed", exc_info=error)

    try:
        yield spawn
    finally:
        waiting = list(kept)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def end(task: asyncio.Task[None]) -> None:
    """Cancel a task until it ends: a task group that fails at that instant keeps the first time to itself."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_S)
