import asyncio

from sources.francetravail import CALLS_PER_SECOND
from sources.pacing import Pace
from tests.sources.feeds import FakeTime


async def turns(pace: Pace, time: FakeTime, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        await pace.turn()
        taken.append(time.now)
    return taken


async def test_turns_are_spaced_evenly_and_never_more_than_ten_a_second(fake_time):
    pace = Pace(CALLS_PER_SECOND, clock=fake_time, sleep=fake_time.sleep)
    taken = await turns(pace, fake_time, 200)
    assert all(later - sooner > 1 for sooner, later in zip(taken, taken[10:], strict=False))
    assert 19.9 < taken[-1] - taken[0] < 22


async def test_time_not_used_is_not_saved_up(fake_time):
    pace = Pace(10, clock=fake_time, sleep=fake_time.sleep)
    fake_time.now += 60
    taken = await turns(pace, fake_time, 11)
    assert taken[-1] - taken[0] > 0.99


async def test_a_pause_holds_everybody_also_those_who_wait_already():
    now = 0.0
    waiting: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        waiting.append((now + seconds, future))
        await future

    async def move_to(moment: float) -> None:
        nonlocal now
        now = moment
        for entry in [entry for entry in waiting if entry[0] <= now]:
            waiting.remove(entry)
            entry[1].set_result(None)
        for _ in range(10):
            await asyncio.sleep(0)

    pace = Pace(10, clock=lambda: now, sleep=sleep)
    taken: list[float] = []

    async def take() -> None:
        await pace.turn()
        taken.append(now)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(take())
        await move_to(0)
        pace.hold(5)
        for tick in range(1, 60):
            await move_to(tick / 10)
    assert taken == [0.0, 5.0, 5.1]
