"""One transaction, and the tables it works on."""

import asyncio
from types import TracebackType
from typing import Self

import structlog

from storage import erasing
from storage.agencies import Agencies
from storage.alerts import Alerts
from storage.announcements import Announcements
from storage.browsing import Browsing
from storage.conversations import Conversations
from storage.dead_letters import DeadLetters
from storage.group_posts import GroupPosts
from storage.groups import Groups
from storage.imports import Imports
from storage.inbox import Inbox
from storage.job_events import JobEvents
from storage.match_queue import MatchQueue
from storage.matches import Matches
from storage.outbox import Outbox
from storage.pace import Pace
from storage.reminders import Reminders
from storage.subscribers import Subscribers
from storage.trouble import OPTION, Trouble, connecting
from storage.without_orm import AsyncEngine, AsyncTransaction

TURN_S = 30
"""Who waits longer for those who write before it meets trouble."""

log = structlog.get_logger(__name__)


class UnitOfWork:
    """Commits by leaving the block, rolls back on any error. Services receive it and never commit.

    Entering, any statement and leaving may raise StorageError; a block that met one never commits, and
    raises it at its end even when it was caught inside.
    """

    subscribers: Subscribers
    conversations: Conversations
    alerts: Alerts
    browsing: Browsing
    job_events: JobEvents
    imports: Imports
    match_queue: MatchQueue
    matches: Matches
    reminders: Reminders
    outbox: Outbox
    inbox: Inbox
    agencies: Agencies
    announcements: Announcements
    groups: Groups
    dead_letters: DeadLetters
    pace: Pace
    group_posts: GroupPosts

    def __init__(self, engine: AsyncEngine, turn: asyncio.Lock | None = None) -> None:
        """`turn`: where one writes at a time, it is held from the beginning to the end."""
        self._engine = engine
        self._turn = turn
        self._leaves_no_trace = False
        self._trouble = Trouble()

    async def __aenter__(self) -> Self:
        with connecting():
            await self._await_turn()
        try:
            await self._begin()
        except BaseException:
            self._give_turn()
            raise
        self.subscribers = Subscribers(self._connection)
        self.conversations = Conversations(self._connection)
        self.alerts = Alerts(self._connection)
        self.browsing = Browsing(self._connection)
        self.job_events = JobEvents(self._connection)
        self.imports = Imports(self._connection)
        self.match_queue = MatchQueue(self._connection)
        self.matches = Matches(self._connection)
        self.reminders = Reminders(self._connection)
        self.outbox = Outbox(self._connection)
        self.inbox = Inbox(self._connection)
        self.agencies = Agencies(self._connection)
        self.announcements = Announcements(self._connection)
        self.groups = Groups(self._connection)
        self.dead_letters = DeadLetters(self._connection)
        self.pace = Pace(self._connection)
        self.group_posts = GroupPosts(self._connection)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None and self._trouble.error is None:
                await self._transaction.commit()
                if self._leaves_no_trace:
                    await self._try_to_clear_traces()
            else:
                await self._roll_back(error)
        finally:
            try:
                await self._connection.close()
            finally:
                self._give_turn()
        self._trouble.rise(error)

    async def _await_turn(self) -> None:
        # first come, first served: the pool would give its connection again and again to who asks at once
        if self._turn is not None:
            async with asyncio.timeout(TURN_S):
                await self._turn.acquire()

    def _give_turn(self) -> None:
        if self._turn is not None:
            self._turn.release()

    async def _begin(self) -> None:
        with connecting():
            self._connection = await self._engine.connect()
        try:
            await self._connection.execution_options(**{OPTION: self._trouble})
            self._transaction = await self._connection.begin()
        except BaseException:
            await self._connection.close()
            raise

    async def _roll_back(self, after: BaseException | None) -> None:
        try:
            await self._transaction.rollback()
        except Exception:
            # on a connection that is gone all is undone; and who is cancelled is cancelled
            if after is None or isinstance(after, Exception):
                raise

    async def undo(self) -> None:
        """Undo all that was done in the block so far; it goes on with a new transaction, in the same turn."""
        await self._transaction.rollback()
        self._transaction = await self._connection.begin()

    def savepoint(self) -> AsyncTransaction:
        """Return a block whose effects alone are undone by an error, or by its `rollback()`."""
        return self._connection.begin_nested()

    def leave_no_trace(self) -> None:
        """After the commit, clear what deleted rows leave behind: what was erased is nowhere any more."""
        self._leaves_no_trace = True

    async def _try_to_clear_traces(self) -> None:
        try:
            await erasing.clear_traces(self._connection)
        except Exception as error:  # noqa: BLE001 -- all is committed: whoever heard of it would do it again
            kind = type(error).__name__
            log.error("copies of what was erased stay in the file until the next erasure", error=kind)  # noqa: TRY400 -- the kind says enough
