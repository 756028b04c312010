"""A worker that dies at any step loses nothing; what was on its way may come twice."""

import asyncio
import gc
from collections import Counter

import pytest

from delivery import parts
from services.deliveries import Consequences
from tests.delivery.rig import QUICK, lose, message, until

pytestmark = pytest.mark.long

STEPS = [
    "claim.before_commit",
    "claim.after_commit",
    "send.before",
    "send.after",
    "settle.before_commit",
    "settle.after_commit",
]


class Killed(BaseException):
    """As sudden as a kill, but for the process."""


def killer(step, time):
    left = [time]

    def reached(name):
        if name == step:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

    return reached


@pytest.mark.parametrize("time", [1, 7])
@pytest.mark.parametrize("step", STEPS)
async def test_nothing_is_lost_and_little_doubled_wherever_it_dies(rig, step, time):
    people = rig.people(60)
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    kills = 0
    for _ in range(3):
        worker = rig.worker(parts.Options(poll=0.02, batch=10), reached=killer(step, time))
        try:
            async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
                tasks.create_task(worker.run())
                await until(lambda: rig.all_are("sent"))
                worker.stop()
        except* Killed:
            kills += 1
        # the dead leave their locks; here they live in cancelled statements until those are collected
        gc.collect()
    async with rig.working(QUICK):
        await until(lambda: rig.all_are("sent"))
    times = Counter(rig.sent())
    assert len(times) == 60
    doubled = times.total() - 60
    assert doubled <= kills * QUICK.concurrency
    if step in {"claim.before_commit", "claim.after_commit", "settle.after_commit"} and kills == 0:
        assert doubled == 0
    assert kills


async def test_a_cancelled_worker_leaves_its_claims_to_the_next(rig):
    people = rig.people(30)
    rig.telegram.faults.order("slow", seconds=1, times=8, method="sendMessage")
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(rig.worker(QUICK).run())
        await until(lambda: _leased(rig))
        running.cancel()
    async with rig.working(QUICK):
        await until(lambda: rig.all_are("sent"))
    assert len(set(rig.sent())) == 30


async def _leased(rig):
    return any(row.leased_until for row in (await rig.rows()).values())


async def test_a_killed_consequence_is_done_by_the_next_worker(rig):
    """The chat's loss and the message's end are recorded together or not at all."""
    (ana,) = rig.people(1)
    rig.telegram.block(ana)
    await rig.queue(message(1, ana), message(2, ana))
    lost = []

    async def note(uow, chat_id, gone, now):
        lost.append(chat_id)
        await lose(uow, chat_id, gone, now)

    consequences = Consequences(on_chat_gone=note, on_migrated=note)
    with pytest.raises(BaseExceptionGroup):
        await rig.worker(QUICK, reached=killer("settle.before_commit", 1), consequences=consequences).run()
    assert await rig.all_are("pending")
    async with rig.working(QUICK, consequences=consequences):
        await until(lambda: rig.all_are("dropped"))
    assert lost == [ana, ana]
