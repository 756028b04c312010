"""What the program says of itself to those who watch it: ready or not, and figures."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.crew import Crew
from bot.metrics import Figure, Metrics
from bot.roles import Role
from delivery.pause import Pause
from delivery.transport import Transport
from delivery.worker import Worker
from domain.errors import StorageError
from domain.imports import SourceHealth
from services import UnitOfWork, UnitsOfWork, imports, queues

T = TypeVar("T")


PATIENCE_S = 3.0
"""A database that takes longer to answer does not answer."""
_NO_DATABASE = "does not answer: what comes waits outside, what is promised waits in it, and nothing is lost"
AWAY_S = 60.0
"""A Telegram that is away for less comes back before anybody could do anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Looks at each collaborator when somebody asks."""

    units: UnitsOfWork
    worker: Worker
    transport: Transport
    pause: Pause
    metrics: Metrics
    clock: Callable[[], dt.datetime]
    sources: frozenset[str]
    """Those that the operator chose."""
    own_name: Callable[[], str]
    """Empty until Telegram has told it."""
    others: Crew
    role: Role

    async def ready(self) -> Mapping[str, tuple[bool, str]]:
        """Say of each collaborator of this role whether it does its part, and one plain line.

        A source that is down for an hour leaves the bot useful: only a stale one is not ready.
        """
        health = await self._asked(lambda uow: imports.health(uow, now=self.clock()))
        is_there = health is not None
        found = {"database": (is_there, "answers" if is_there else _NO_DATABASE)}
        if self.others.is_shared:
            found["other processes"] = self._others()
        if self.role.works or self.role.schedules:
            found["telegram"] = self._telegram()
        if self.role.schedules:
            for source in health or ():
                if source.name in self.sources:
                    found[f"source {source.name}"] = (source.trouble is None, told(source))
        return found

    async def render(self) -> tuple[bytes, str]:
        """Return the metrics page; what only the database knows is left out while it does not answer."""
        waiting = await self._asked(lambda uow: queues.waiting(uow, now=self.clock()))
        kept = (
            [
                Figure("rdv_updates_waiting", "Updates kept and not yet handled", waiting.updates),
                Figure("rdv_messages_waiting", "Messages due and not yet sent", waiting.messages),
            ]
            if waiting
            else []
        )
        return self.metrics.render(
            [
                *kept,
                Figure("rdv_database_up", "Whether the database answers", waiting is not None),
                Figure("rdv_pause_seconds", "Left of the pause that Telegram asked for", self.pause.left()),
                Figure("rdv_leads", "Whether this process ticks and reads the sources", self._is_leading()),
            ]
        )

    async def _asked(self, question: Callable[[UnitOfWork], Awaitable[T]]) -> T | None:
        """Return what the database says, or None when it does not answer."""
        try:
            async with asyncio.timeout(PATIENCE_S), self.units.reading() as uow:
                return await question(uow)
        except (StorageError, TimeoutError):
            return None

    def _is_leading(self) -> bool:
        return self.role.schedules and self.others.is_leading

    def _others(self) -> tuple[bool, str]:
        if not self.others.is_joined:
            return False, "out of reach; what no two may do at once waits for them"
        if self.role.schedules:
            return True, "this one leads" if self.others.is_leading else "another leads; this one stands by"
        return True, "within reach"

    def _telegram(self) -> tuple[bool, str]:
        if self.worker.is_refused or self.transport.is_refused:
            return False, "does not accept the token; nothing is sent until it does, and nothing is lost"
        if not self.own_name():
            return False, "has not answered yet; it is asked until it does, and nothing is lost"
        if self.transport.away_for > AWAY_S:
            return False, f"can't be reached for {self.transport.away_for:.0f} s; nothing is lost"
        if left := self.pause.left():
            return True, f"asked for a pause, {left:.0f} s left"
        return True, "answers"


def told(source: SourceHealth) -> str:
    """Say how a source is doing in one plain line."""
    read = source.last_complete_at
    known = f"last read whole at {read:%Y-%m-%d %H:%M} UTC" if read else "never read whole yet"
    if source.held_back_since:
        return f"held back: a sweep lacked more than a third of the events; {known}"
    if source.last_error:
        return f"{source.last_error}; {known}"
    return known
