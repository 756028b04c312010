import asyncio
import datetime as dt

import sqlalchemy as sa

from storage.inbox import ReceivedUpdate
from storage.tables import inbox
from tests.databases import ON_POSTGRESQL, ON_SQLITE
from tests.factories import NOW

ANA, BEN = 11, 12


def update(number, queue=ANA):
    return ReceivedUpdate(number, queue, f'{{"update_id": {number}}}')


async def rows(uow):
    found = await uow._connection.execute(sa.select(inbox).order_by(inbox.c.update_id))
    return {row.update_id: (row.state, row.queue, row.body, row.reason) for row in found}


async def test_what_is_stored_waits_in_the_order_of_telegram(uow):
    assert await uow.inbox.store([update(3), update(1, BEN)], now=NOW) == [3, 1]
    assert await uow.inbox.store([update(2)], now=NOW) == [2]
    assert await uow.inbox.received() == [update(1, BEN), update(2), update(3)]
    assert await uow.inbox.waiting() == 3


async def test_an_update_seen_before_is_not_stored_again(uow):
    await uow.inbox.store([update(1)], now=NOW)
    again = ReceivedUpdate(1, BEN, "changed")
    assert await uow.inbox.store([again, update(2)], now=NOW) == [2]
    assert await uow.inbox.store([update(2)], now=NOW) == []
    assert await uow.inbox.received() == [update(1), update(2)]


async def test_an_update_twice_in_one_batch_is_stored_once(uow):
    assert await uow.inbox.store([update(1), update(1), update(2)], now=NOW) == [1, 2]
    assert await uow.inbox.received() == [update(1), update(2)]


async def test_nothing_is_nothing(uow):
    assert await uow.inbox.store([], now=NOW) == []
    assert await uow.inbox.received() == []
    assert await uow.inbox.waiting() == 0


async def test_an_update_that_took_effect_does_not_wait_and_its_text_is_gone(uow):
    await uow.inbox.store([update(1), update(2)], now=NOW)
    await uow.inbox.mark_applied(1)
    assert await rows(uow) == {1: ("applied", ANA, None, None), 2: ("received", ANA, update(2).body, None)}
    assert await uow.inbox.received() == [update(2)]
    assert await uow.inbox.waiting() == 1


async def test_a_chat_without_its_answer_is_named_once(uow):
    await uow.inbox.store([update(1), update(2), update(3, BEN), update(4, 13)], now=NOW)
    for number in (1, 2, 3):
        await uow.inbox.mark_applied(number)
    assert sorted(await uow.inbox.unanswered()) == [ANA, BEN]
    await uow.inbox.mark_done([3])
    assert await uow.inbox.unanswered() == [ANA]


async def test_once_answered_whose_it_was_is_forgotten(uow):
    await uow.inbox.store([update(1)], now=NOW)
    await uow.inbox.mark_applied(1)
    await uow.inbox.mark_done([1])
    assert await rows(uow) == {1: ("done", 0, None, None)}
    assert await uow.inbox.store([update(1)], now=NOW) == [], "a double is still known"


async def test_the_present_screen_answers_all_that_a_chat_was_owed(uow):
    await uow.inbox.store([update(1), update(2), update(3), update(4, BEN)], now=NOW)
    for number in (1, 2, 4):
        await uow.inbox.mark_applied(number)
    await uow.inbox.mark_chat_done(ANA)
    assert await rows(uow) == {
        1: ("done", 0, None, None),
        2: ("done", 0, None, None),
        3: ("received", ANA, update(3).body, None),
        4: ("applied", BEN, None, None),
    }


async def test_what_cannot_be_handled_is_set_aside_with_the_reason(uow):
    await uow.inbox.store([update(1), update(2)], now=NOW)
    await uow.inbox.quarantine(1, body="{}", reason="KeyError")
    assert await rows(uow) == {
        1: ("quarantined", 0, "{}", "KeyError"),
        2: ("received", ANA, update(2).body, None),
    }
    assert await uow.inbox.received() == [update(2)]
    assert await uow.inbox.unanswered() == []


async def test_only_what_is_settled_and_old_is_forgotten(uow):
    old = NOW - dt.timedelta(days=8)
    await uow.inbox.store([update(number) for number in (1, 2, 3, 4)], now=old)
    await uow.inbox.store([update(5)], now=NOW)
    await uow.inbox.mark_done([1])
    await uow.inbox.quarantine(2, body="{}", reason="KeyError")
    await uow.inbox.mark_applied(3)
    await uow.inbox.mark_done([5])
    assert await uow.inbox.purge(before=NOW, limit=1) == 1
    assert await uow.inbox.purge(before=NOW, limit=9) == 1
    assert set(await rows(uow)) == {3, 4, 5}


async def test_the_forgetting_instant_itself_stays(uow):
    await uow.inbox.store([update(1)], now=NOW)
    await uow.inbox.mark_done([1])
    assert await uow.inbox.purge(before=NOW, limit=9) == 0
    assert await uow.inbox.purge(before=NOW + dt.timedelta(microseconds=1), limit=9) == 1


@ON_POSTGRESQL
async def test_beside_others_only_the_first_that_waits_in_a_chat_is_next(uow):
    waiting = [update(2), update(1), update(3, BEN)]
    await uow.inbox.store(waiting, now=NOW)
    assert [await uow.inbox.is_next(each) for each in waiting] == [False, True, True]
    await uow.inbox.mark_applied(1)
    assert [await uow.inbox.is_next(each) for each in waiting] == [True, False, True]


@ON_SQLITE
async def test_alone_whatever_comes_is_next(uow):
    await uow.inbox.store([update(1), update(2)], now=NOW)
    assert await uow.inbox.is_next(update(2))


@ON_POSTGRESQL
async def test_what_another_process_is_about_to_handle_is_not_next_once_it_has(data):
    async with data.unit_of_work() as uow:
        await uow.inbox.store([update(1)], now=NOW)
    async with asyncio.TaskGroup() as tasks:
        async with data.unit_of_work() as first:
            assert await first.inbox.is_next(update(1))
            asking = tasks.create_task(ask(data))
            await asyncio.wait({asking}, timeout=0.2)
            await first.inbox.mark_applied(1)
        assert await asking is False


async def ask(data):
    async with data.unit_of_work() as uow:
        return await uow.inbox.is_next(update(1))
