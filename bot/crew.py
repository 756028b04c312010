"""The processes of one database: alone on an SQLite file, several on PostgreSQL, of which one leads.

What must not happen twice at once rests on a session, which holds its locks. When it is lost,
that work ends first, as by a crash; then a new one is opened, and the work begins anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot import lock
from bot.roles import Role
from domain.errors import SettingsError, StorageError
from handlers.line import Chats
from storage import database, session
from storage.addresses import DatabaseUnreachableError
from storage.session import Bell, Session

TRY_EVERY_S = 1.0
"""To lead, or to join again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a process does; what its role has no part in is None."""

    handle: Callable[[Chats | None], Coroutine[Any, Any, None]] | None = None
    """Handles updates, for ever; None for its argument: all of them are this process's."""
    schedule: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Ticks and receives, for ever, as nobody else does meanwhile."""
    hears: Mapping[Bell, Callable[[], None]] = field(default_factory=dict)
    """What to do when a process rings."""


@dataclass(slots=True)
class Alone:
    """The only process: it agrees with itself."""

    _hears: Mapping[Bell, Callable[[], None]] = field(default_factory=dict)

    is_shared = False
    is_joined = True
    is_leading = True

    def ring(self, bell: Bell) -> None:
        """Call whoever hears this."""
        if act := self._hears.get(bell):
            act()

    async def do(self, work: Work) -> None:
        """Do it, for ever."""
        self._hears = work.hears
        async with asyncio.TaskGroup() as group:
            if work.handle:
                group.create_task(work.handle(None))
            if work.schedule:
                group.create_task(work.schedule())


@dataclass(slots=True)
class Shared:
    """One of several."""

    _url: str
    _opened: AsyncExitStack
    _session: Session
    is_joined: bool = True
    """What rests on an agreement with the others goes on."""
    is_leading: bool = False
    """This is the process that ticks."""
    _rung: set[Bell] = field(default_factory=set)
    _has_rung: asyncio.Event = field(default_factory=asyncio.Event)

    is_shared = True

    def ring(self, bell: Bell) -> None:
        """Call whoever hears this, in whatever process; several calls in a row may be one."""
        self._rung.add(bell)
        self._has_rung.set()

    async def do(self, work: Work) -> None:
        """Do it, for ever, on one session after the other."""
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    await self._begin(work, group)
            except* StorageError:
                self.is_joined = False
                log.warning("cut off from the other processes: what no two may do at once waits")
            await self._join_again()

    async def _begin(self, work: Work, group: asyncio.TaskGroup) -> None:
        session = self._session
        await session.hear(work.hears)
        group.create_task(session.watch())
        group.create_task(self._ring_on(session))
        if work.handle:
            group.create_task(work.handle(session))
        if work.schedule:
            group.create_task(self._lead(session, work.schedule))

    async def _ring_on(self, session: Session) -> None:
        while True:
            await self._has_rung.wait()
            self._has_rung.clear()
            rung, self._rung = self._rung, set()
            await session.ring(rung)

    async def _lead(self, session: Session, schedule: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while not await session.try_to_lead():  # noqa: ASYNC110 -- a lock that becomes free tells nobody
            await asyncio.sleep(TRY_EVERY_S)
        log.info("this process leads")
        self.is_leading = True
        try:
            await schedule()
        finally:
            self.is_leading = False

    async def _join_again(self) -> None:
        while True:
            await self._opened.aclose()
            try:
                opened = await self._opened.enter_async_context(session.opened(self._url))
            except DatabaseUnreachableError:
                pass  # told already
            else:
                if opened is not None:
                    self._session, self.is_joined = opened, True
                    log.warning("among the other processes again")
                    return
            await asyncio.sleep(TRY_EVERY_S)


Crew = Alone | Shared


@asynccontextmanager
async def joined(url: str, role: Role) -> AsyncIterator[Crew]:
    """Join the other processes of a database, if there may be any.

    Raises SettingsError with one sentence for the operator.
    """
    file = database.file_of(url)
    if file is not None:
        if role is not Role.ALL:
            raise SettingsError(
                f"--role {role} needs PostgreSQL, for an SQLite file serves one process; "
                "leave --role out, or change DATABASE_URL"
            )
        with lock.only_one_on(file):
            yield Alone()
        return
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(session.opened(url))
        if first is None:
            raise lock.AlreadyRunningError(
                f"{database.shown(url)} is being moved or imported into; start again when that is done"
            )
        yield Shared(url, stack, first)
