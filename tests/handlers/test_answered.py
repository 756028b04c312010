"""Answers that come together are noted together, and none is taken for noted that is not."""

import asyncio

import pytest

from domain.conversations import ConversationState
from domain.errors import StorageError
from handlers.answered import Answered
from services import ReceivedUpdate
from storage.tables import conversations, inbox
from tests.factories import NOW, subscriber

CHATS = range(1, 11)
QUESTION = 100
"""The message with a chat's question is this much more than its number."""


class Watched:
    """The program's database, which counts what begins, and fails as often as it is told."""

    def __init__(self, database, failures=0):
        self.reading = database.reading
        self._unit_of_work = database.unit_of_work
        self.begun, self._failures = 0, failures
        self.asked = asyncio.Event()

    def unit_of_work(self):
        self.begun += 1
        self.asked.set()
        if self.begun <= self._failures:
            raise StorageError("away")
        return self._unit_of_work()


@pytest.fixture
async def database(stage):
    """People who stand at a question, an update of each under way."""
    async with stage.program.database.unit_of_work() as uow:
        await uow.inbox.store([ReceivedUpdate(chat, chat, "{}") for chat in CHATS], now=NOW)
        for chat in CHATS:
            await uow.subscribers.add(subscriber(chat))
            state = ConversationState(name="search", step="place", draft={}, screen_id=None, updated_at=NOW)
            await uow.conversations.save(chat, state)
    return stage.program.database


async def _noted(stage):
    done = {row["update_id"] for row in await stage.rows(inbox) if row["state"] == "done"}
    shown = {row["subscriber_id"]: row["screen_id"] for row in await stage.rows(conversations)}
    return done, {chat: number for chat, number in shown.items() if number}


async def test_answers_that_come_together_are_noted_together(stage, database):
    watched = Watched(database)
    answered = Answered(watched)
    async with asyncio.TaskGroup() as group:
        for chat in CHATS:
            group.create_task(answered.note(chat, chat, QUESTION + chat if chat % 2 else None))
    assert await _noted(stage) == (set(CHATS), {chat: QUESTION + chat for chat in CHATS if chat % 2})
    assert watched.begun <= 2, "the first perhaps alone, and all who came meanwhile"


async def test_an_answer_is_noted_once_its_note_returns(stage, database):
    answered = Answered(Watched(database))
    for chat in CHATS:
        await answered.note(chat, chat, None)
        assert (await _noted(stage))[0] == set(range(1, chat + 1))


async def test_who_leaves_before_it_is_noted_is_not_noted_later(stage, database):
    """Chats are taken anew after a lost session: an old answer must not hide the new one."""
    watched = Watched(database)
    answered = Answered(watched)
    async with database.unit_of_work(), asyncio.TaskGroup() as group:
        leaving = group.create_task(answered.note(1, 1, QUESTION))
        await watched.asked.wait()
        leaving.cancel()
    await answered.note(2, 2, None)
    assert await _noted(stage) == ({2}, {})


async def test_nobody_takes_for_noted_what_others_failed_to_note(stage, database):
    answered = Answered(Watched(database, failures=2))
    told = [answered.note(chat, chat, QUESTION + chat) for chat in CHATS]
    results = await asyncio.gather(*told, return_exceptions=True)
    assert [type(result) for result in results] == [StorageError] * 2 + [type(None)] * 8
    assert (await _noted(stage))[0] == set(CHATS[2:])
    for chat in CHATS[:2]:
        await answered.note(chat, chat, QUESTION + chat)
    assert await _noted(stage) == (set(CHATS), {chat: QUESTION + chat for chat in CHATS})
