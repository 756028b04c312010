"""All trials of a seed, side by side, on one PostgreSQL that is restarted again and again."""

import asyncio
import contextlib
import functools
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chaos import server, trial
from chaos.plan import POSTGRESQL, Plan
from chaos.server import Server
from chaos.trial import Start, Times, Verdict

REST_S = 75.0
"""Of the time of a run, for its beginning and for coming to rest."""
SPREAD = 0.9
"""Restarts fall into this first part of the shaking."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run."""

    verdicts: Sequence[Verdict]
    restarts: int
    """Of PostgreSQL."""


async def run(
    plans: Sequence[Plan],
    *,
    seed: int,
    seconds: float,
    restarts: int,
    times: Times,
    say: Callable[[Verdict], None],
    files: Path | None = None,
) -> Run:
    """Run trials, shaken for so many seconds at most; `say` is told each verdict as it comes.

    Logs and databases stay in `files`, an empty folder, or go at the end.
    """
    on_server = any(plan.database == POSTGRESQL for plan in plans)
    with contextlib.ExitStack() as kept:
        folder = files or Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        async with _server(on_server=on_server) as database:
            start = Start(len(plans) + 1, seconds)
            async with asyncio.TaskGroup() as tasks:
                restarting = tasks.create_task(_restart(database, seed, start, restarts))
                one = functools.partial(
                    _one, folder=folder, database=database, start=start, times=times, say=say
                )
                trials = [tasks.create_task(one(plan)) for plan in plans]
                await asyncio.wait(trials)
                restarting.cancel()
            restarted = len(database.restarts) if database else 0
            return Run([one.result() for one in trials], restarted)


async def _one(
    plan: Plan,
    *,
    folder: Path,
    database: Server | None,
    start: Start,
    times: Times,
    say: Callable[[Verdict], None],
) -> Verdict:
    mine = database if plan.database == POSTGRESQL else None
    try:
        verdict = await trial.run(plan, folder, mine, start, times)
    except Exception as error:  # noqa: BLE001 -- the other trials go on
        start.count()
        verdict = Verdict(plan=plan, breaches=[f"the trial broke off: {error!r}"])
    say(verdict)
    return verdict


async def _restart(database: Server | None, seed: int, start: Start, restarts: int) -> None:
    until = await start.together()
    if database is None:
        return
    chance = random.Random(f"{seed}/restarts")
    for before in sorted((chance.uniform(1 - SPREAD, 1) for _ in range(restarts)), reverse=True):
        await asyncio.sleep(max(0.0, until - before * start.seconds - time.monotonic()))
        await database.restart(chance)


@contextlib.asynccontextmanager
async def _server(*, on_server: bool) -> AsyncIterator[Server | None]:
    if not on_server:
        yield None
        return
    async with server.running() as running:
        yield running
