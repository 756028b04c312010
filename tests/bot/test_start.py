"""A start that can't succeed ends in one sentence; a program that can't work does not go on in silence."""

import asyncio
import datetime as dt
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import app, cli, lock, playing, telegram_side
from bot.metrics import Metrics
from bot.settings import Settings
from bot.sourcing import Sourcing
from delivery.pause import Pause
from domain.errors import SettingsError
from domain.imports import Outcome
from locales import translators
from playground import options, server
from sources.reading import Page
from storage import database

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"
NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
async def telegram():
    opened = options.Options(
        port=0,
        token=TOKEN,
        bot_name="Rendez-vous",
        bot_username="rdv_bot",
        clock=lambda: dt.datetime.fromtimestamp(time.time(), dt.UTC),
        search_places=lambda _query: [],
    )
    async with server.running(opened) as playground:
        yield playground


@pytest.fixture
def chosen(home, telegram):
    environ = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "WEB_PORT": "0",
        "EVENT_SOURCE": "sample",
    }
    return Settings.read(environ, Path("no such file"))


async def test_a_token_that_telegram_refuses_ends_the_start(chosen):
    refused = Settings.read(
        {"TELEGRAM_BOT_TOKEN": TOKEN[:-1] + "x", "TELEGRAM_API_URL": chosen.telegram_api_url}, Path("none")
    )
    async with asyncio.timeout(20):
        with pytest.raises(SettingsError, match="copy it again from @BotFather"):
            await app.run(refused)


async def test_a_stop_is_told_so_that_it_is_no_kill(chosen, monkeypatch):
    async def at_once():
        """Somebody asked for it."""

    monkeypatch.setattr(app, "stopped", at_once)
    with structlog.testing.capture_logs() as log:
        await app.run(chosen)
    told = [line["event"] for line in log if line["event"] in {"ready", "stopping", "stopped"}]
    assert told == ["ready", "stopping", "stopped"]


async def test_who_starts_while_telegram_is_away_is_alive_and_not_ready(
    home, monkeypatch, unused_tcp_port_factory
):
    """Else whatever looks after it would start it anew, for as long as Telegram is away."""
    monkeypatch.setattr(telegram_side, "FIRST_WAIT_S", 0.05)
    telegram, ours = unused_tcp_port_factory(), unused_tcp_port_factory()
    environ = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{telegram}",
        "WEB_PORT": str(ours),
        "EVENT_SOURCE": "sample",
    }
    opened = options.Options(
        port=telegram,
        token=TOKEN,
        bot_name="Rendez-vous",
        bot_username="rdv_bot",
        clock=lambda: dt.datetime.fromtimestamp(time.time(), dt.UTC),
        search_places=lambda _query: [],
    )
    started = app.run(Settings.read(environ, Path("no such file")))
    session = aiohttp.ClientSession(f"http://127.0.0.1:{ours}")
    async with asyncio.timeout(30), session, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(started)
        assert await asked(session, "/healthz", until=200) == "alive\n"
        assert "has not answered yet" in await asked(session, "/readyz", until=503)
        assert "t.me" not in await asked(session, "/", until=200)
        async with server.running(opened):
            assert "has not answered yet" not in await asked(session, "/readyz", until=200)
            assert 'href="https://t.me/rdv_bot"' in await asked(session, "/", until=200)
            running.cancel()


async def asked(session, path, *, until):
    """Ask until the answer has this status; return its text."""
    while True:
        with suppress(aiohttp.ClientConnectionError):
            async with session.get(path) as response:
                if response.status == until:
                    return await response.text()
        await asyncio.sleep(0.02)


async def test_a_program_that_can_keep_no_update_ends(chosen):
    async with database.opened(chosen.database_url):
        pass
    with closing(sqlite3.connect("data/bot.db")) as file:
        file.execute("DROP TABLE inbox")
    async with asyncio.timeout(30):
        with pytest.raises(ExceptionGroup) as ended:
            await app.run(chosen)
    assert ended.group_contains(Exception, match="no such table: inbox")


@pytest.mark.parametrize("command", ["run", "import"])
def test_a_folder_that_cannot_be_made_ends_in_one_sentence(home, capsys, monkeypatch, command):
    (home / "data").write_text("a file where a folder should be")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("EVENT_SOURCE", "sample")
    assert cli.main([command]) == cli.WRONG_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    assert "change DATABASE_URL" in line


def test_a_second_process_is_refused_by_name(home):
    first, again = lock.only_one_on(Path("bot.db")), lock.only_one_on(Path("bot.db"))
    with first, pytest.raises(lock.AlreadyRunningError, match="stop it first"), again:
        pass
    with lock.only_one_on(Path("bot.db")):
        pass


class Source:
    """A source without events; it breaks, or takes its time."""

    def __init__(self, name, *, error=None, may_end=None):
        self.name, self.error, self.may_end, self.begun = name, error, may_end, 0

    async def sweep(self, *, now):  # noqa: ARG002 -- a source's signature
        self.begun += 1
        if self.may_end:
            await self.may_end.wait()
        if self.error:
            raise self.error
        yield Page(())


@pytest.fixture
async def reading(home):
    async with database.opened("sqlite+aiosqlite:///bot.db") as data:
        yield Sourcing(data, [], lambda: NOON, operators=(), wake=lambda: None)


async def test_a_source_that_breaks_keeps_no_other_from_being_read(reading):
    last = Source("last")
    sources = [Source("first", error=RuntimeError("a fault of ours")), last]
    with pytest.raises(ExceptionGroup):
        await replace(reading, sources=sources).sweep_all()
    assert last.begun == 1


async def test_two_sweeps_are_never_under_way_at_once(reading):
    """The second would count as missing what the first has not shown it yet."""
    may_end = asyncio.Event()
    source = Source("sample", may_end=may_end)
    async with asyncio.TaskGroup() as group:
        sweeps = [group.create_task(reading.sweep(source)) for _ in range(2)]
        async with asyncio.timeout(5):
            while not source.begun:  # noqa: ASYNC110 -- nobody is told when a sweep begins
                await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        assert source.begun == 1
        may_end.set()
    assert [sweep.result().outcome for sweep in sweeps] == [Outcome.COMPLETE, Outcome.COMPLETE]
    assert source.begun == 2


async def test_what_telegram_knows_of_us_is_not_told_again(chosen, telegram):
    """At each start it would soon meet a 429, which holds up everything."""
    async with app._telegram(chosen, Pause(), Metrics()) as application:
        for told in (6, 0):
            before = len(telegram.telegram.log.records)
            await telegram_side.introduce(application.bot, translators.load())
            since = list(telegram.telegram.log.records)[before:]
            assert len([record for record in since if record.method.startswith("setMy")]) == told
            assert len([record for record in since if record.method.startswith("getMy")]) == 6


async def test_a_second_playground_takes_no_file_from_under_the_first(home):
    chosen = Settings.read({"PLAYGROUND_PORT": "0"}, Path("no such file"))
    file = chosen.playground_file
    file.parent.mkdir()
    file.write_text("in use")
    with lock.only_one_on(file), pytest.raises(SettingsError, match="already runs"):
        async with playing.playing(chosen):
            pass
    assert file.read_text() == "in use"
