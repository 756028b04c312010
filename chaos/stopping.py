"""Ctrl-C and SIGTERM end a run as its end does: whatever it started is ended too."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

INTERRUPTED = 130
"""The exit code."""


def run(work: Coroutine[Any, Any, T]) -> T | None:
    """Run to the end; None when it was stopped, and has taken all away."""
    try:
        return asyncio.run(_stoppable(work))
    except asyncio.CancelledError:
        return None


async def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    # set by us: a shell starts what runs in its background deaf to Ctrl-C
    loop, whole = asyncio.get_running_loop(), asyncio.current_task()
    if whole is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, whole.cancel)
    return await work
