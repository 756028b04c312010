"""A line that shares chats with other processes: how many it takes, and when it lets them go."""

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from handlers import line
from handlers.line import Line, Sharing
from services import ReceivedUpdate


@dataclass
class Table:
    """In the server's place: chats with what waits in them, and what was asked."""

    waiting: dict
    asked: asyncio.Queue = field(default_factory=asyncio.Queue)

    async def take(self, room, *, except_unanswered):  # noqa: ARG002 -- nobody's answer failed
        self.asked.put_nowait(f"take {room}")
        taken = list(self.waiting)[:room]
        return {chat: self.waiting.pop(chat) for chat in taken}

    async def let_go(self, chats):
        self.asked.put_nowait(f"let go {chats}")

    async def next_asked(self, count):
        async with asyncio.timeout(5):
            return [await self.asked.get() for _ in range(count)]


@asynccontextmanager
async def sharing(table, *, is_closing=False):
    shared = Sharing(table, set(), asyncio.Event(), lambda: is_closing)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(shared.run())
        yield shared
        task.cancel()


def update(number, chat):
    return ReceivedUpdate(number, chat, "{}")


@pytest.fixture(autouse=True)
def _nothing_happens_by_itself(monkeypatch):
    monkeypatch.setattr(line, "LOOK_EVERY_S", 60.0)


async def test_a_chat_that_is_answered_is_let_go_before_others_are_looked_for():
    table = Table({5: [update(1, 5)], 6: [update(2, 6)]})
    handled = asyncio.Queue()

    async def handle(chat, _update):
        handled.put_nowait(chat)

    async with sharing(table) as shared, asyncio.TaskGroup() as tasks:
        assert await table.next_asked(1) == ["take 16"]
        serving = tasks.create_task(shared.line.serve(handle))
        assert [await handled.get(), await handled.get()] == [5, 6]
        assert await table.next_asked(2) == ["let go [5, 6]", "take 16"]
        serving.cancel()


async def test_a_chat_that_another_finished_meanwhile_is_let_go():
    async with sharing(Table({5: []})) as shared:
        assert await shared.chats.next_asked(3) == ["take 16", "let go [5]", "take 16"]


async def test_no_more_is_taken_than_can_be_handled_at_once(monkeypatch):
    monkeypatch.setattr(line, "CHATS_AT_ONCE", 1)
    async with sharing(Table({5: [update(1, 5)], 6: [update(2, 6)]})) as shared:
        assert await shared.chats.next_asked(1) == ["take 1"]
        shared.woken.set()
        await turns_of_the_loop()
        assert shared.chats.asked.empty()
        assert len(shared.line) == 1


async def test_nothing_is_taken_at_the_end():
    async with sharing(Table({5: [update(1, 5)]}), is_closing=True) as shared:
        await turns_of_the_loop()
        assert shared.chats.asked.empty()


async def test_who_is_cancelled_handles_nothing_more_though_a_failure_hides_it():
    async def handle(_chat, _update):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    waiting = Line()
    waiting.add(5, [update(1, 5), update(2, 5)])
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(waiting.serve(handle))
        await turns_of_the_loop()
        serving.cancel()
    assert serving.cancelled()


async def turns_of_the_loop():
    for _ in range(10):
        await asyncio.sleep(0)
