"""An error that people report reaches the operators once, and names nobody."""

import datetime as dt

import pytest

from services import reports
from storage import database
from tests.messages import samples

NOW = samples.NOW


@pytest.fixture
async def uow(database_url):
    async with (
        database.opened(database_url) as opened,
        opened.unit_of_work() as uow,
    ):
        yield uow


async def told(uow):
    claimed = await uow.outbox.claim(now=NOW, wall=NOW, lease=dt.timedelta(seconds=30), limit=100)
    return sorted((message.chat_id, message.payload["report"]) for message in claimed)


async def test_each_operator_hears_once_of_each_kind_of_error(uow):
    stored = samples.stored()
    for reason in ("date", "date", "place"):
        await reports.report(uow, stored, reason, [5, 6], now=NOW)
    assert await told(uow) == [(5, "date"), (5, "place"), (6, "date"), (6, "place")]


async def test_an_event_that_changed_can_be_reported_again(uow):
    for version in (1, 2):
        await reports.report(uow, samples.stored(version=version), "date", [5], now=NOW)
    assert await told(uow) == [(5, "date"), (5, "date")]


async def test_without_operators_nobody_is_told(uow):
    await reports.report(uow, samples.stored(), "date", [], now=NOW)
    assert await told(uow) == []
