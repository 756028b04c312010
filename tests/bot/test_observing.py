"""What a process says of itself while something that it needs is away."""

import asyncio
from types import SimpleNamespace

import pytest

from bot import observing
from bot.metrics import Metrics
from bot.observing import Observer
from bot.roles import Role
from delivery.pause import Pause
from domain.errors import StorageError
from storage import database
from tests.factories import NOW


class Failing:
    """A database that is away: it says so, or it says nothing."""

    def __init__(self, *, hangs):
        self.hangs = hangs

    def reading(self):
        return self

    async def __aenter__(self):
        if self.hangs:
            await asyncio.Event().wait()
        raise StorageError("the connection is closed")

    async def __aexit__(self, *_):
        """Never entered."""


def observer(units, **changes):
    known = {
        "worker": SimpleNamespace(is_refused=False),
        "transport": SimpleNamespace(is_refused=False, away_for=0.0),
        "own_name": lambda: "rdv_bot",
        "pause": Pause(),
        "metrics": Metrics(),
        "clock": lambda: NOW,
        "sources": frozenset(),
        "others": SimpleNamespace(is_shared=True, is_joined=False, is_leading=False),
        "role": Role.ALL,
    }
    return Observer(units=units, **known | changes)


@pytest.mark.parametrize("hangs", [False, True], ids=["fails", "hangs"])
async def test_without_its_database_it_says_so_and_tells_the_rest(monkeypatch, hangs):
    monkeypatch.setattr(observing, "PATIENCE_S", 0.01)
    it = observer(Failing(hangs=hangs))
    told = await it.ready()
    assert told["database"][0] is False
    assert "does not answer" in told["database"][1]
    assert told["telegram"] == (True, "answers")
    assert not told["other processes"][0]
    page = (await it.render())[0].decode()
    assert "rdv_database_up 0.0" in page
    assert "rdv_pause_seconds 0.0" in page
    assert "rdv_messages_waiting" not in page


async def test_with_its_database_it_counts_what_waits(sqlite_url):
    async with database.opened(sqlite_url) as data:
        page = (await observer(data).render())[0].decode()
    assert "rdv_database_up 1.0" in page
    assert "rdv_messages_waiting 0.0" in page


@pytest.mark.parametrize(
    ("role", "transport", "is_ok", "line"),
    [
        (Role.WORKER, {"is_refused": True, "away_for": 0.0}, False, "does not accept the token"),
        (Role.SCHEDULER, {"is_refused": True, "away_for": 0.0}, False, "does not accept the token"),
        (Role.SCHEDULER, {"is_refused": False, "away_for": 61.0}, False, "can't be reached for 61 s"),
        (Role.WORKER, {"is_refused": False, "away_for": 30.0}, True, "answers"),
    ],
)
async def test_whoever_talks_to_telegram_says_how_it_is(sqlite_url, role, transport, is_ok, line):
    async with database.opened(sqlite_url) as data:
        told = await observer(data, role=role, transport=SimpleNamespace(**transport)).ready()
    assert told["telegram"][0] is is_ok
    assert line in told["telegram"][1]


async def test_a_process_that_does_not_talk_to_telegram_says_nothing_of_it(sqlite_url):
    async with database.opened(sqlite_url) as data:
        assert "telegram" not in await observer(data, role=Role.WEB).ready()
