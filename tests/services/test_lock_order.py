"""Sweeps, and people who leave meanwhile: each waits for the other before it holds what the other needs."""

import asyncio
import contextlib

import pytest
import sqlalchemy as sa

from domain import outcomes
from domain.imports import Outcome
from domain.job_events import EventStatus
from domain.subscribers import Standing
from services import deliveries, imports, subscribers
from services.deliveries import Consequences, Settlement
from storage import dialects
from storage.dialects import Lock
from tests.databases import ON_POSTGRESQL
from tests.services.import_world import (
    ANA,
    BEN,
    DAY,
    HOUR,
    MONDAY_NOON,
    an_event,
    but,
    some,
    told_and_reminded,
)

pytestmark = ON_POSTGRESQL


@contextlib.asynccontextmanager
async def meanwhile(world, work):
    """Let this run until it waits for a lock, and after the block to its end; give what it comes to."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(work)
        await until_someone_waits(world)
        yield running


async def until_someone_waits(world):
    async with asyncio.timeout(10):
        while True:
            async with world.database.reading() as uow:
                if await uow._connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    return


async def test_a_sweep_that_tells_a_change_holds_no_row_of_whoever_is_being_erased(world):
    await told_and_reminded(world)
    moved = but(an_event(), starts_at=MONDAY_NOON + 12 * DAY)
    async with contextlib.AsyncExitStack() as stack:
        uow = await stack.enter_async_context(world.database.unit_of_work())
        await dialects.share(uow._connection, Lock.MATCHING)  # so an erasure begins
        sweep = world.sweep(moved, *some(5)[1:])
        async with meanwhile(world, sweep) as sweeping:
            await subscribers.erase(uow, ANA)
            await stack.aclose()
    assert sweeping.result().outcome is Outcome.COMPLETE
    assert sweeping.result().figures.changed == 1


async def test_a_sweep_that_spends_and_moves_reminders_holds_none_that_is_being_queued(world):
    await told_and_reminded(world)
    await world.remind(ANA, 2)
    async with contextlib.AsyncExitStack() as stack:
        uow = await stack.enter_async_context(world.database.unit_of_work())
        await dialects.one_at_a_time(uow._connection, Lock.REMINDING)  # so what is due is queued
        moved = an_event(2, starts_at=MONDAY_NOON + 12 * DAY)
        sweep = world.sweep(an_event(1, status=EventStatus.CANCELLED), moved, *some(4)[2:])
        async with meanwhile(world, sweep) as sweeping:
            await uow.reminders.queue_due(now=MONDAY_NOON + 9 * DAY + 6 * HOUR)
            await stack.aclose()
    assert sweeping.result().figures.changed == 2


async def test_whoever_stops_waits_for_a_sweep_before_holding_a_row(world):
    ana = await world.subscriber()
    await world.baseline(an_event(9))
    async with world.database.unit_of_work() as uow:
        reading = await imports.begin(uow, "openagenda", now=world.now)
        await imports.apply_page(uow, reading, some(2), now=world.now)

    async def stop():
        async with world.database.unit_of_work() as uow:
            return await subscribers.stop(uow, ana, now=world.now)

    async with contextlib.AsyncExitStack() as stack:
        uow = await stack.enter_async_context(world.database.unit_of_work())
        await imports.apply_page(uow, reading, [an_event(3)], now=world.now)
        async with meanwhile(world, stop()) as stopping:
            await imports.apply_page(
                uow, reading, [an_event(1, starts_at=MONDAY_NOON + 12 * DAY)], now=world.now
            )
            await stack.aclose()
    assert stopping.result().standing is Standing.STOPPED
    assert await world.waiting() == []


@pytest.mark.parametrize("is_known", [True, False])
async def test_of_two_that_begin_to_read_a_source_at_once_the_later_goes_on(world, is_known):
    if is_known:
        await world.baseline(an_event(1))
    async with contextlib.AsyncExitStack() as stack:
        uow = await stack.enter_async_context(world.database.unit_of_work())
        earlier = await imports.begin(uow, "openagenda", now=world.now)
        async with meanwhile(world, world.sweep(an_event(1))) as later:
            await stack.aclose()
    assert later.result().outcome is Outcome.COMPLETE
    async with world.database.unit_of_work() as uow:
        assert not await uow.imports.is_running(earlier.run_id)


async def test_what_was_sent_is_recorded_after_a_sweep_when_a_chat_of_the_same_batch_is_gone(world):
    for person in (ANA, BEN):
        await world.subscriber(person)
    await world.baseline(an_event(9))
    await world.sweep(an_event(1))
    async with world.database.unit_of_work() as uow:
        claimed = await deliveries.claim(
            uow, now=world.now, wall=world.now, lease=HOUR, limit=9, except_chats=()
        )
        (_, event_id, _) = (await uow.match_queue.untold([ANA], now=world.now))[0]
    results = {ANA: outcomes.Accepted(7), BEN: outcomes.ChatGone("blocked", is_final=False)}
    batch = [Settlement(message=one, result=results[one.chat_id], told=[event_id]) for one in claimed]

    async def lose(uow, chat_id, gone, now):
        await subscribers.lose(uow, chat_id, is_final=gone.is_final, now=now)

    async def settle():
        async with world.database.unit_of_work() as uow:
            consequences = Consequences(on_chat_gone=lose, on_migrated=subscribers.migrate)
            return await deliveries.settle(uow, batch, consequences, now=world.now, wall=world.now)

    async with contextlib.AsyncExitStack() as stack:
        uow = await stack.enter_async_context(world.database.unit_of_work())
        await dialects.one_at_a_time(uow._connection, Lock.MATCHING)  # so a sweep tells, and matches anew
        async with meanwhile(world, settle()) as settling:
            await uow.match_queue.forget_untold_of(event_id)
            await stack.aclose()
    assert sorted(settling.result()) == ["gone", "sent"]
