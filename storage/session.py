"""A process's one session on PostgreSQL, outside the pools: it hears, and it holds locks.

The server frees the locks of a session at once when its process dies, and within `SILENCE_S` when its machine
vanishes. A process that can't reach the server gives itself up sooner: what rests on its locks stops first.
"""

import asyncio
import enum
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

import sqlalchemy as sa

from domain.errors import StorageError
from storage import dialects, postgresql
from storage.addresses import DatabaseUnreachableError
from storage.dialects import Lock
from storage.inbox import RECEIVED, ReceivedUpdate
from storage.tables import OPEN
from storage.trouble import connecting
from storage.without_orm import AsyncConnection

BEAT_S = 1.0
PATIENCE_S = 5.0
"""An answer that takes longer is none."""
FIRST_OF_A_CHAT = 10
"""So many updates of a chat at once: behind a flood, others come in between."""


class Bell(enum.StrEnum):
    """What processes call to one another; PostgreSQL knows them by these names."""

    UPDATES = "rdv_updates"
    MESSAGES = "rdv_messages"


# Chats are locked one by one as the outermost limit asks for them: no more than are taken.
_TAKE = sa.text(
    f"""
    WITH chats AS MATERIALIZED (
        SELECT queue FROM inbox
        WHERE {OPEN} AND queue <> ALL(CAST(:held AS BIGINT[]))
        GROUP BY queue
        HAVING bool_or(state = '{RECEIVED}') OR queue <> ALL(CAST(:unanswered AS BIGINT[]))
        ORDER BY min(update_id)
    )
    SELECT queue FROM chats WHERE pg_try_advisory_lock(queue) LIMIT :room
    """  # noqa: S608 -- our own names
)
_READ = sa.text(
    f"""
    SELECT waiting.queue, waiting.update_id, waiting.body, waiting.state
    FROM unnest(CAST(:chats AS BIGINT[])) AS taken (chat)
    CROSS JOIN LATERAL (
        SELECT queue, update_id, body, state FROM inbox
        WHERE queue = taken.chat AND {OPEN} ORDER BY update_id LIMIT {FIRST_OF_A_CHAT}
    ) AS waiting
    ORDER BY waiting.update_id
    """  # noqa: S608 -- our own names
)
_LET_GO = sa.text("SELECT pg_advisory_unlock(chat) FROM unnest(CAST(:chats AS BIGINT[])) AS held (chat)")
_RING = sa.text("SELECT pg_notify(bell, '') FROM unnest(CAST(:bells AS TEXT[])) AS rung (bell)")


@dataclass(slots=True)
class Session:
    """One connection that stays: every call raises StorageError once it is lost."""

    _connection: AsyncConnection
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A connection answers one question at a time."""
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _held: set[int] = field(default_factory=set)

    def end(self) -> None:
        """The connection is closed, by whichever side."""
        self._ended.set()

    async def watch(self) -> NoReturn:
        """Raise StorageError as soon as the session is lost."""
        while True:
            await self._ask(sa.select(1))
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await self._ended.wait()

    async def hear(self, heard: Mapping[Bell, Callable[[], None]]) -> None:
        """Call these when another process, or this one, rings."""
        try:
            async with asyncio.timeout(PATIENCE_S), self._turn:
                driver = await _driver(self._connection)
                for bell, act in heard.items():
                    await driver.add_listener(bell.value, _called(act))
        except Exception as error:  # past SQLAlchemy, which would name it
            raise StorageError(str(error)) from error

    async def ring(self, bells: Collection[Bell]) -> None:
        """Call every process that hears these."""
        await self._ask(_RING, bells=[bell.value for bell in bells])

    async def try_to_lead(self) -> bool:
        """Become the one that leads, until this session ends; False while another is."""
        ((leads,),) = await self._ask(dialects.try_for_session(Lock.LEADING))
        return bool(leads)

    async def take(
        self, room: int, *, except_unanswered: Collection[int]
    ) -> Mapping[int, Sequence[ReceivedUpdate | None]]:
        """Take at most so many chats that nobody has; return the first of what waits in each, in order.

        None stands for an answer that a crash took away. Who has waited longest comes first; of chats in
        `except_unanswered`, only those to which something new came.
        """
        held, unanswered = list(self._held), list(except_unanswered)
        chats = [chat for (chat,) in await self._ask(_TAKE, held=held, unanswered=unanswered, room=room)]
        if not chats:
            return {}
        self._held.update(chats)
        # asked anew: what was seen before a chat was locked may have been handled since
        waiting: dict[int, list[ReceivedUpdate | None]] = {chat: [] for chat in chats}
        for row in await self._ask(_READ, chats=chats):
            if row.state == RECEIVED:
                waiting[row.queue].append(ReceivedUpdate(row.update_id, row.queue, row.body))
            elif None not in waiting[row.queue]:
                waiting[row.queue].insert(0, None)
        return waiting

    async def let_go(self, chats: Sequence[int]) -> None:
        """Leave these to whoever comes."""
        await self._ask(_LET_GO, chats=chats)
        self._held.difference_update(chats)

    async def _ask(self, statement: sa.Executable, **values: object) -> Sequence[sa.Row[Any]]:
        with connecting():
            async with asyncio.timeout(PATIENCE_S), self._turn:
                if self._ended.is_set():
                    # SQLAlchemy would open another, without our locks
                    raise ConnectionResetError("the connection is closed")
                try:
                    return (await self._connection.execute(statement, values)).all()
                except BaseException:
                    self._ended.set()
                    raise


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Session | None]:
    """Open a session beside others; None while a program that must be alone holds the database.

    Raises DatabaseUnreachableError with one sentence for the operator.
    """
    async with AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(postgresql.apart(url))
            session = Session(connection)
            driver = await _driver(connection)
            driver.add_termination_listener(lambda _connection: session.end())
            async with asyncio.timeout(PATIENCE_S):
                is_let_in = await connection.scalar(dialects.try_for_session(Lock.RUNNING, shared=True))
        except (sa.exc.DBAPIError, OSError) as error:
            raise DatabaseUnreachableError(postgresql.explained(url, error)) from error
        yield session if is_let_in else None


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


def _called(act: Callable[[], None]) -> Callable[..., None]:
    return lambda *_call: act()
