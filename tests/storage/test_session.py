"""Several processes on PostgreSQL: whose turn a chat is, who leads, who hears; and a session that ends."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from domain.errors import StorageError
from storage import DatabaseUnreachableError, database, postgresql, session
from storage.inbox import ReceivedUpdate
from storage.session import Bell
from tests.factories import NOW

END_THE_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 6 AND objsubid = 2
"""
SOMEONE_WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('tuple', 'transactionid')"


@pytest.fixture
async def data(postgres_url):
    async with database.opened(postgres_url) as opened:
        yield opened


@pytest.fixture
async def sessions(postgres_url):
    """Three processes' sessions."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(session.opened(postgres_url)) for _ in range(3)]


async def keep(data, *updates):
    """Keep updates: (number, chat)."""
    async with data.unit_of_work() as uow:
        await uow.inbox.store([ReceivedUpdate(number, chat, "{}") for number, chat in updates], now=NOW)


async def take(session, room=16, unanswered=()):
    """Return the numbers taken, by chat; None for an answer that is missing."""
    taken = await session.take(room, except_unanswered=unanswered)
    return {chat: [each and each.update_id for each in waiting] for chat, waiting in taken.items()}


async def test_a_chat_is_taken_by_one_and_again_when_it_is_let_go(data, sessions):
    first, second, _ = sessions
    await keep(data, (1, 70), (2, 80), (3, 70))
    assert await take(first, room=1) == {70: [1, 3]}
    assert await take(first, room=1) == {80: [2]}
    assert await take(first) == await take(second) == {}
    await first.let_go([70])
    assert await take(second) == {70: [1, 3]}


async def test_who_has_waited_longest_comes_first_and_no_more_is_locked_than_is_taken(data, sessions):
    await keep(data, *[(number, 100 - number) for number in range(1, 10)])
    shares = [await take(session, room=3) for session in sessions]
    assert [list(share.values()) for share in shares] == [[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]


async def test_of_a_flood_only_the_first_are_taken(data, sessions):
    await keep(data, *[(number, 70) for number in range(1, 30)], (30, 80))
    assert await take(sessions[0]) == {70: [*range(1, 11)], 80: [30]}


async def test_a_chat_whose_process_ends_is_free(data, sessions, postgres_url):
    await keep(data, (1, 70))
    async with session.opened(postgres_url) as gone:
        assert await take(gone) == {70: [1]}
        assert await take(sessions[0]) == {}
    assert await take(sessions[0]) == {70: [1]}


async def test_an_answer_that_a_crash_took_away_comes_first_but_not_where_it_failed(data, sessions):
    await keep(data, (1, 70), (2, 70), (3, 70))
    async with data.unit_of_work() as uow:
        for number in (1, 2):
            await uow.inbox.mark_applied(number)
    first, second, third = sessions
    assert await take(first) == {70: [None, 3]}
    await first.let_go([70])
    assert await take(second, unanswered=[70]) == {70: [None, 3]}, "something new came"
    await second.let_go([70])
    async with data.unit_of_work() as uow:
        await uow.inbox.mark_applied(3)
    assert await take(third, unanswered=[70]) == {}
    assert await take(third, unanswered=[80]) == {70: [None]}


async def test_effects_come_in_order_whoever_believes_to_have_the_chat(data):
    """The second waits for the first to commit, and sees that this one is done."""
    await keep(data, (1, 70), (2, 70))
    one, two = (ReceivedUpdate(number, 70, "{}") for number in (1, 2))
    async with asyncio.TaskGroup() as group, data.unit_of_work() as uow:
        assert await uow.inbox.is_next(one)
        late = group.create_task(is_next(data, one))
        await until_someone_waits(data)
        assert not late.done()
        await uow.inbox.mark_applied(1)
    assert not late.result()
    assert await is_next(data, two)


async def is_next(data, update):
    async with data.unit_of_work() as uow:
        return await uow.inbox.is_next(update)


async def until_someone_waits(data):
    async with asyncio.timeout(5):
        while True:
            async with data.reading() as uow:
                found = await uow._connection.exec_driver_sql(SOMEONE_WAITS)
                if found.scalar_one():
                    return


async def test_one_leads_until_its_session_ends(sessions, postgres_server):
    first, second, third = sessions
    assert [await each.try_to_lead() for each in sessions] == [True, False, False]
    watching = asyncio.gather(first.watch(), return_exceptions=True)
    await postgres_server.tell(END_THE_LEADER)
    async with asyncio.timeout(0.9 * session.BEAT_S):
        (error,) = await watching
    assert isinstance(error, StorageError)
    with pytest.raises(StorageError):
        await first.try_to_lead()
    assert await second.try_to_lead()
    assert not await third.try_to_lead()


def test_who_is_out_of_reach_gives_up_before_the_server_lets_another_lead():
    assert session.BEAT_S + session.PATIENCE_S < postgresql.SILENCE_S


async def test_nothing_is_asked_on_a_session_that_ended(sessions, postgres_server):
    await sessions[0].try_to_lead()
    await postgres_server.tell(END_THE_LEADER)
    with pytest.raises(StorageError):
        await sessions[0].watch()
    for ask in (sessions[0].hear({Bell.UPDATES: str}), sessions[0].ring([Bell.UPDATES])):
        with pytest.raises(StorageError):
            await ask


async def test_an_answer_that_takes_too_long_ends_the_session(sessions, monkeypatch):
    monkeypatch.setattr(session, "PATIENCE_S", 0)
    with pytest.raises(StorageError):
        await sessions[0].try_to_lead()
    monkeypatch.undo()
    with pytest.raises(StorageError, match="the connection is closed"):
        await sessions[0].try_to_lead()


async def test_who_can_join_nobody_is_told_so_in_one_sentence():
    with pytest.raises(DatabaseUnreachableError, match="can't be reached"):
        async with session.opened("postgresql+asyncpg://bot@127.0.0.1:1/jobs"):
            pass


async def test_whoever_rings_is_heard_by_all_and_by_itself(sessions):
    heard = asyncio.Queue()
    for number, one in enumerate(sessions[:2]):
        await one.hear({Bell.UPDATES: lambda number=number: heard.put_nowait(number)})
    for one in (sessions[2], sessions[0]):
        await one.ring([Bell.MESSAGES, Bell.UPDATES])
        async with asyncio.timeout(5):
            assert {await heard.get(), await heard.get()} == {0, 1}
    assert heard.empty()


async def test_who_must_be_alone_and_who_works_with_others_keep_each_other_out(postgres_url, sessions):
    async with database.alone(postgres_url) as is_alone:
        assert not is_alone


async def test_nobody_joins_who_is_alone(postgres_url):
    async with database.alone(postgres_url) as is_alone, session.opened(postgres_url) as joined:
        assert is_alone
        assert joined is None
