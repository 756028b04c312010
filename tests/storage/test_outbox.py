"""What the outbox keeps: who may take what, when, and what became of it."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.outbox import Kind, Lane, OutboxMessage, SendState
from storage.tables import outbox
from tests.databases import ON_POSTGRESQL, ON_SQLITE

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=30)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def database(data):
    return data


def message(number, **changes):
    told = OutboxMessage(
        key=f"test:{number}",
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        chat_id=number,
        payload={"event": number, "what": "é"},
        due_at=NOON,
        expires_at=NOON + HOUR,
    )
    return replace(told, **changes)


async def add(database, *messages):
    async with database.unit_of_work() as uow:
        for one in messages:
            await uow.outbox.add(one, now=NOON)


async def claim(database, *, now=NOON, wall=NOON, limit=30, **more):
    async with database.unit_of_work() as uow:
        claimed = await uow.outbox.claim(now=now, wall=wall, lease=LEASE, limit=limit, **more)
    return [one.id for one in claimed]


async def row(database, outbox_id):
    async with database.reading() as uow:
        found = await uow._connection.execute(outbox.select().where(outbox.c.id == outbox_id))
        return found.one()


async def test_a_message_comes_back_as_it_was_put(database):
    await add(database, message(7, kind=Kind.MATCHES, lane=Lane.ALERTS))
    async with database.unit_of_work() as uow:
        (found,) = await uow.outbox.claim(now=NOON, wall=NOON, lease=LEASE, limit=9)
    assert found == message(7, id=1, kind=Kind.MATCHES, lane=Lane.ALERTS)
    assert found.leased_until == NOON + LEASE


async def test_the_same_cause_is_queued_once(database):
    await add(database, message(1), message(1, chat_id=9))
    assert await claim(database) == [1]


async def test_lanes_then_due_instants_decide_who_is_first(database):
    await add(
        database,
        message(1, lane=Lane.QUIET, due_at=NOON - HOUR),
        message(2, lane=Lane.DIGESTS),
        message(3),
        message(4, due_at=NOON - HOUR),
        message(5, due_at=NOON + HOUR),
    )
    assert await claim(database, limit=2) == [4, 3]
    assert await claim(database) == [2, 1]
    assert await claim(database, now=NOON + HOUR) == [5]


async def test_chats_can_be_left_out(database):
    await add(database, message(1), message(2), message(3))
    assert await claim(database, except_chats={1, 3}) == [2]


async def test_a_claim_holds_until_its_lease_ends_and_longer_when_renewed(database):
    await add(database, message(1), message(2))
    assert await claim(database) == [1, 2]
    assert await claim(database, wall=NOON + LEASE / 2) == []
    async with database.unit_of_work() as uow:
        await uow.outbox.renew([2], until=NOON + 2 * LEASE)
    assert await claim(database, wall=NOON + LEASE) == [1]
    assert await claim(database, wall=NOON + 2 * LEASE) == [1, 2]


async def test_what_was_settled_is_not_leased_again(database):
    await add(database, message(1))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON)
        await uow.outbox.renew([1], until=NOON + LEASE)
    assert (await row(database, 1)).leased_until is None


async def test_a_chat_that_was_sent_something_rests_where_others_claim_too(database):
    await add(database, message(1), message(2, chat_id=1), message(3))
    assert await claim(database, limit=1) == [1]
    rests_until = NOON + dt.timedelta(seconds=1)
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON, rests_until=rests_until)
    assert (await row(database, 1)).leased_until == (rests_until if database.is_shared else None)
    assert await claim(database) == ([3] if database.is_shared else [2, 3])
    assert await claim(database, wall=rests_until) == ([2] if database.is_shared else [])


async def test_what_is_given_back_can_be_taken_at_once(database):
    await add(database, message(1), message(2))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.release([1])
    assert await claim(database) == [1]


@ON_SQLITE
async def test_the_only_claimer_takes_over_what_one_before_it_had_claimed(database):
    await add(database, message(1), message(2), message(3, due_at=NOON + HOUR))
    assert await claim(database) == [1, 2]
    async with database.unit_of_work() as uow:
        assert await uow.outbox.release_all(wall=NOON, lease=LEASE) == 2
    assert await claim(database) == [1, 2]


@ON_POSTGRESQL
async def test_of_several_claimers_none_takes_over_before_the_lease_ends(database):
    await add(database, message(1))
    await claim(database)
    async with database.unit_of_work() as uow:
        assert await uow.outbox.release_all(wall=NOON, lease=LEASE) == 0
    assert await claim(database) == []
    assert await claim(database, wall=NOON + LEASE) == [1]


@ON_POSTGRESQL
async def test_of_several_claimers_one_that_starts_frees_what_a_clock_that_was_set_back_had_leased(database):
    """Left alone, the lease would seem to hold again as soon as it is near enough."""
    await add(database, message(1), message(2))
    ahead = NOON + dt.timedelta(seconds=45)
    assert await claim(database, wall=ahead, limit=1) == [1]
    assert await claim(database, wall=NOON) == [1, 2]
    assert await claim(database, wall=ahead) == [1, 2]
    async with database.unit_of_work() as uow:
        assert await uow.outbox.release_all(wall=NOON, lease=LEASE) == 2
    assert await claim(database, wall=NOON + dt.timedelta(seconds=36)) == [1, 2]


@ON_POSTGRESQL
async def test_a_chat_rests_no_longer_because_the_clock_was_set_back(database):
    await add(database, message(1, chat_id=5), message(2, chat_id=5))
    ahead = NOON + LEASE
    await claim(database, wall=ahead, limit=1)
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON, rests_until=ahead + dt.timedelta(seconds=1))
    assert await claim(database, wall=ahead) == []
    assert await claim(database, wall=NOON) == [2]


@ON_POSTGRESQL
async def test_of_several_claimers_no_two_send_to_one_chat_at_once(database):
    await add(database, message(1, chat_id=5), message(2, chat_id=6))
    assert await claim(database) == [1, 2]
    await add(database, message(3, chat_id=5), message(4, chat_id=7))
    assert await claim(database) == [4]
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON)
    assert await claim(database) == [3]


@ON_POSTGRESQL
async def test_what_its_owner_gives_back_late_is_not_overtaken_by_the_next_for_its_chat(database):
    await add(database, message(1, chat_id=5), message(2, chat_id=5, due_at=NOON))
    async with database.unit_of_work() as uow:
        held = await uow.outbox.claim(now=NOON, wall=NOON, lease=LEASE, limit=1)
    async with asyncio.TaskGroup() as tasks, database.unit_of_work() as uow:
        assert await uow.outbox.still_leased(held) == {1}
        other = tasks.create_task(claim(database, wall=NOON + LEASE, limit=1))
        await asyncio.wait([other], timeout=0.1)
        await uow.outbox.release([1])
    assert await other == [1]


async def test_claims_at_the_same_time_never_take_the_same(database):
    await add(database, *(message(n) for n in range(1, 201)))
    claims = await asyncio.gather(*(claim(database, limit=7) for _ in range(40)))
    taken = [one for each in claims for one in each]
    assert len(taken) == len(set(taken)) == 200


async def test_a_retry_waits_and_is_counted(database):
    await add(database, message(1))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.retry(1, "HTTP 502", next_try_at=NOON + LEASE)
    assert await claim(database) == []
    assert await claim(database, wall=NOON + LEASE) == [1]
    async with database.unit_of_work() as uow:
        await uow.outbox.retry(1, "HTTP 502", next_try_at=NOON, attempts=11)
    assert ((await row(database, 1)).attempts, (await row(database, 1)).reason) == (11, "HTTP 502")


async def test_a_clock_that_is_set_back_keeps_no_message_waiting(database):
    """A lease and a retry are an hour away all at once: of the clock as it was before."""
    await add(database, message(1, chat_id=5), message(2, chat_id=6))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.retry(1, "HTTP 502", next_try_at=NOON + LEASE)
    assert await claim(database, wall=NOON - LEASE / 3) == []
    assert await claim(database, wall=NOON - LEASE / 2) == [2]
    await add(database, message(3, chat_id=6, due_at=NOON - HOUR))
    assert await claim(database, wall=NOON - HOUR) == [3, 1, 2]


async def test_what_is_postponed_is_due_later_and_not_counted(database):
    await add(database, message(1))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.postpone(1, NOON + HOUR)
        assert await uow.outbox.waiting(now=NOON) == 0
        assert await uow.outbox.waiting(now=NOON + HOUR) == 1
    assert await claim(database, now=NOON + HOUR) == [1]
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON + HOUR)
        assert await uow.outbox.waiting(now=NOON + HOUR) == 0


async def test_what_became_of_a_message_is_kept(database):
    await add(database, message(1), message(2), message(3))
    await claim(database)
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON)
        await uow.outbox.mark_dropped([2], "the event is over", now=NOON)
        await uow.outbox.mark_dead(3, "message is too long", now=NOON)
    rows = [await row(database, number) for number in (1, 2, 3)]
    assert [(one.state, one.reason, one.settled_at, one.leased_until) for one in rows] == [
        (SendState.SENT, None, NOON, None),
        (SendState.DROPPED, "the event is over", NOON, None),
        (SendState.DEAD, "message is too long", NOON, None),
    ]
    assert await claim(database, now=NOON + HOUR, wall=NOON + HOUR) == []


async def test_the_place_of_a_message_in_its_chat_is_kept(database):
    await add(database, message(1), message(2))
    async with database.unit_of_work() as uow:
        assert await uow.outbox.message_id(2) is None
        await uow.outbox.mark_sent({2: 77}, now=NOON)
        assert await uow.outbox.message_id(2) == await uow.outbox.message_id_of("test:2") == 77
        assert await uow.outbox.message_id(1) is await uow.outbox.message_id_of("test:1") is None


async def test_what_waits_for_a_chat_that_left_is_dropped_and_nothing_else(database):
    await add(database, message(1, chat_id=5), message(2, chat_id=5), message(3))
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON)
        await uow.outbox.drop_for(5, "unreachable", now=NOON)
    assert [(await row(database, number)).state for number in (1, 2, 3)] == [
        SendState.SENT,
        SendState.DROPPED,
        SendState.PENDING,
    ]
    dropped = await row(database, 2)
    assert (dropped.settled_at, dropped.leased_until) == (NOON, None)


async def test_old_rows_go_and_what_waits_stays(database):
    await add(database, *(message(n) for n in range(1, 6)))
    async with database.unit_of_work() as uow:
        await uow.outbox.mark_sent({1: 77}, now=NOON - HOUR)
        await uow.outbox.mark_dropped([2], "over", now=NOON - HOUR)
        await uow.outbox.mark_dead(3, "too long", now=NOON - HOUR)
        await uow.outbox.mark_sent({4: 78}, now=NOON)
        assert await uow.outbox.purge(before=NOON, limit=1) == 1
        assert await uow.outbox.purge(before=NOON, limit=9) == 2
    async with database.reading() as uow:
        assert sorted((await uow._connection.execute(sa.select(outbox.c.id))).scalars().all()) == [4, 5]


@ON_SQLITE
async def test_a_claim_seeks_its_rows_and_reads_no_others(database):
    """Many that wait for the morning must not slow each claim down."""
    statements = []
    async with database.unit_of_work() as uow:
        driver = (await uow._connection.get_raw_connection()).driver_connection
        await driver.set_trace_callback(statements.append)
        await uow.outbox.claim(now=NOON, wall=NOON, lease=LEASE, limit=30, except_chats={5})
        await driver.set_trace_callback(None)
        (update,) = [text for text in statements if "UPDATE" in text]
        plan = await uow._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {update}")
        steps = [step[-1] for step in plan]
    assert "SEARCH outbox USING INDEX ix_outbox_pending (lane=? AND due_at<?)" in steps
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER" in step]
