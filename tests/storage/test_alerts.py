import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain import grid, masks
from domain.alerts import Frequency
from domain.availability import Availability
from domain.job_events import Mode
from domain.sectors import Sector
from domain.subscribers import Standing
from storage.alerts import ONLINE_CELL
from storage.tables import alert_cells
from storage.tables import alerts as alert_rows
from tests.factories import ALBI, NOW, TOULOUSE, alert, subscriber

FULL = {
    "sectors": frozenset({Sector.HEALTH, Sector.TRANSPORT}),
    "takes_unknown_sector": False,
    "availability": Availability(0b101, dt.date(2027, 3, 1), dt.date(2027, 6, 30)),
    "frequency": Frequency.WEEKLY,
    "radius_km": 50,
}


@pytest.fixture(autouse=True)
async def people(uow):
    for number in (1, 2):
        await uow.subscribers.add(subscriber(number))


async def cells(uow, alert_id):
    found = await uow._connection.execute(
        sa.select(alert_cells).where(alert_cells.c.alert_id == alert_id).order_by(alert_cells.c.cell)
    )
    return [dict(row) for row in found.mappings()]


def keys(rows):
    return [row["cell"] for row in rows]


async def test_an_alert_comes_back_as_it_was(uow):
    for wish in (alert(), alert(**FULL), alert(commune=None, place_label="", point=None, modes=Mode.ONLINE)):
        stored = await uow.alerts.add(wish)
        assert stored == replace(wish, id=stored.id)
        assert await uow.alerts.get(stored.id) == stored


async def test_no_alert_is_none(uow):
    assert await uow.alerts.get(1) is None
    assert await uow.alerts.of_subscriber(1) == []


async def test_one_has_ones_own_alerts_oldest_first(uow):
    first = await uow.alerts.add(alert(1))
    await uow.alerts.add(alert(2))
    third = await uow.alerts.add(alert(1, radius_km=10))
    assert await uow.alerts.of_subscriber(1) == [first, third]


async def test_the_rows_that_matching_reads_are_written_with_the_alert(uow):
    stored = await uow.alerts.add(alert(**FULL))
    x, y, z = grid.xyz(TOULOUSE)
    shared = {
        "alert_id": stored.id,
        "mask": masks.of_alert(stored),
        "x": x,
        "y": y,
        "z": z,
        "squared_reach": grid.squared_reach(50),
        "first_day": dt.date(2027, 3, 1).toordinal(),
        "last_day": dt.date(2027, 6, 30).toordinal(),
        "subscriber_id": 1,
        "frequency": Frequency.WEEKLY,
        "zone": "Europe/Paris",
        "standing": Standing.ACTIVE,
    }
    home = grid.cell(TOULOUSE, grid.level_of(50))
    assert await cells(uow, stored.id) == [{"cell": ONLINE_CELL, **shared}, {"cell": home, **shared}]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"modes": Mode.ON_SITE}, [grid.cell(TOULOUSE, grid.level_of(30))]),
        ({"modes": Mode.ONLINE}, [ONLINE_CELL]),
        ({"commune": None, "point": None, "modes": Mode.ONLINE}, [ONLINE_CELL]),
        ({"point": None, "modes": Mode.BOTH}, [ONLINE_CELL]),
        ({"point": None, "modes": Mode.ON_SITE}, []),
    ],
)
async def test_an_alert_is_filed_where_events_look_for_it(uow, changes, expected):
    stored = await uow.alerts.add(alert(**changes))
    assert keys(await cells(uow, stored.id)) == expected
    await uow.alerts.save(stored)
    assert keys(await cells(uow, stored.id)) == expected
    assert await uow.alerts.get(stored.id) == stored


async def test_a_changed_alert_moves_and_leaves_the_others_alone(uow):
    first, other = await uow.alerts.add(alert(1)), await uow.alerts.add(alert(2))
    before = await cells(uow, other.id)
    moved = replace(first, point=ALBI, commune="81004", modes=Mode.ON_SITE, radius_km=100)
    await uow.alerts.save(moved)
    assert await uow.alerts.get(first.id) == moved
    assert keys(await cells(uow, first.id)) == [grid.cell(ALBI, grid.level_of(100))]
    assert await cells(uow, other.id) == before
    assert await uow.alerts.get(other.id) == other


async def test_what_matching_reads_follows_the_owner(uow):
    first, second, other = [await uow.alerts.add(alert(owner)) for owner in (1, 1, 2)]
    before = await cells(uow, other.id)
    paused = {"zone": "Indian/Reunion", "standing": Standing.PAUSED}
    await uow.subscribers.save(subscriber(1, resumes_at=NOW, **paused))
    third = await uow.alerts.add(alert(1))
    mine = [first.id, second.id, third.id]
    assert await about_owners(uow, mine) == {(1, *paused.values())}
    await uow.alerts.save(first)
    assert await about_owners(uow, [first.id]) == {(1, *paused.values())}
    await uow.subscribers.resume_due(now=NOW, limit=9)
    assert await about_owners(uow, mine) == {(1, "Indian/Reunion", Standing.ACTIVE)}
    await uow.subscribers.migrate(1, -7)
    assert await about_owners(uow, mine) == {(-7, "Indian/Reunion", Standing.ACTIVE)}
    assert await cells(uow, other.id) == before


async def about_owners(uow, ids):
    return {
        (row["subscriber_id"], row["zone"], row["standing"])
        for number in ids
        for row in await cells(uow, number)
    }


async def test_an_alert_that_goes_is_filed_nowhere(uow):
    first, other = await uow.alerts.add(alert(1)), await uow.alerts.add(alert(1))
    await uow._connection.execute(alert_rows.delete().where(alert_rows.c.id == first.id))
    assert await uow.alerts.of_subscriber(1) == [other]
    assert await cells(uow, first.id) == []
    assert await cells(uow, other.id) != []


async def test_without_dates_every_day_counts(uow):
    stored = await uow.alerts.add(alert())
    row = (await cells(uow, stored.id))[0]
    assert (row["first_day"], row["last_day"]) == (dt.date.min.toordinal(), dt.date.max.toordinal())


async def test_a_naive_instant_is_refused(uow):
    with pytest.raises(sa.exc.StatementError, match="offset-naive"):
        await uow.alerts.add(alert(created_at=NOW.replace(tzinfo=None)))
