"""Changing one alert, and saving a new one, among many alerts and in an empty table.

Measured: `services.alerts.save` in a unit of work of the program, with its commit. The rounds alternate
between a database of no alert and one of a million (`--full`: six million), so that a busy machine slows
both.
Physical limit: the commit, which waits for the disk, and a few pages of index more to find one's way in.
Alone: `python -m benchmarks.bench_alert_change [--full]`.
"""

import asyncio
import statistics
from dataclasses import replace

from benchmarks import crowd, harness, sending
from domain.alerts import Alert
from domain.availability import Availability
from domain.subscribers import Subscriber
from services import alerts
from storage import Database

COUNT, FULL = 1_000_000, 6_000_000
ROUNDS, CHANGES = 5, 40
FIRST = 1_000


async def main() -> None:
    """Save and change in turn, here and there."""
    options = harness.options(__doc__)
    report = harness.report(7, "Changing an alert", __doc__)
    count = FULL if options.full else COUNT
    wishes = [alert for alert, _ in crowd.drawn(ROUNDS * CHANGES)]
    here: dict[str, list[float]] = {"save a new alert": [], "change an alert": []}
    there: dict[str, list[float]] = {name: [] for name in here}
    async with sending.opened() as empty, crowd.gathered(count) as full:
        for number in range(ROUNDS):
            batch = wishes[number * CHANGES : (number + 1) * CHANGES]
            for data, times in ((empty, there), (full, here)):
                await save_and_change(data, batch, FIRST + number * CHANGES, times)
    for name, mine in here.items():
        report.add(
            harness.Figure(
                what=f"{name} among {count:,}",
                ours=f"{statistics.mean(mine) * 1000:.2f} ms",
                peer=f"empty table {statistics.mean(there[name]) * 1000:.2f} ms",
                values=[one / other for one, other in zip(rounds(mine), rounds(there[name]), strict=True)],
                goal=harness.at_most(1.5),
            )
        )
    report.publish()


async def save_and_change(
    data: Database, wishes: list[Alert], first: int, times: dict[str, list[float]]
) -> None:
    """New people save these wishes, then each changes theirs: another place, another radius, other times."""
    for number, (wish, other) in enumerate(zip(wishes, reversed(wishes), strict=True), start=first):
        person = Subscriber(id=number, created_at=crowd.NOW)
        async with data.unit_of_work() as uow:
            await uow.subscribers.add(person)
        new = replace(wish, id=0, subscriber_id=number)
        with harness.timed(times["save a new alert"]):
            async with data.unit_of_work() as uow:
                saved = await alerts.save(uow, person, new, zone=None)
        changed = replace(
            other, id=saved.id, subscriber_id=number, radius_km=50, availability=Availability(0b111)
        )
        with harness.timed(times["change an alert"]):
            async with data.unit_of_work() as uow:
                await alerts.save(uow, person, changed, zone=None)


def rounds(times: list[float]) -> list[float]:
    """Return the mean of each round."""
    return [statistics.mean(times[start : start + CHANGES]) for start in range(0, len(times), CHANGES)]


if __name__ == "__main__":
    asyncio.run(main())
