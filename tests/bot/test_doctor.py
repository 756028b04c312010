"""The doctor says in plain words what is well and what is not."""

import asyncio
import contextlib
import datetime as dt
import socket
import sqlite3
import time
from pathlib import Path

import pytest
from aiohttp import web

from bot import cli, doctor, doctor_telegram, lock
from bot.settings import Settings
from playground import options, server
from storage import checkup

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"


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
        yield playground.url


@pytest.fixture
def examined(home, capsys, monkeypatch):
    """Run the doctor with these settings; return its verdict and its lines."""

    async def examined(**environ):
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        is_well = await doctor.report()
        return is_well, capsys.readouterr().out

    return examined


async def asked(**environ) -> str:
    """Return what is said of Telegram alone."""
    chosen = Settings.read({"TELEGRAM_BOT_TOKEN": TOKEN, **environ}, Path("no such file"))
    return "\n".join(
        [f"{'ok' if is_well else 'wrong'} {line}" async for is_well, line in doctor_telegram.findings(chosen)]
    )


async def answering(stack, handler) -> str:
    """Open a server that answers everything in one way; return its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def stack():
    async with contextlib.AsyncExitStack() as stack:
        yield stack


async def test_a_fresh_folder_is_well(examined):
    is_well, told = await examined()
    assert is_well
    assert "All is well." in told
    assert "is not there yet; the first start creates it" in told
    assert "`run` opens the playground" in told
    assert "source sample answers" in told


async def test_a_real_token_is_told_by_its_name_and_never_shown(examined, telegram):
    is_well, told = await examined(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=telegram, EVENT_SOURCE="sample")
    assert is_well
    assert "Telegram knows this bot as @rdv_bot" in told
    assert "agrees with Telegram's" in told
    assert "updates are fetched by polling" in told
    assert TOKEN not in told


async def test_a_refused_token_is_not_an_unreachable_telegram(telegram):
    told = await asked(TELEGRAM_BOT_TOKEN=TOKEN[:-1] + "x", TELEGRAM_API_URL=telegram)
    assert told == "wrong Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather"


async def test_an_unreachable_telegram_is_not_a_refused_token():
    told = await asked(TELEGRAM_API_URL="http://127.0.0.1:1")
    assert told == "wrong http://127.0.0.1:1 can't be reached (ClientConnectorError); check the network"


HOOK = "https://rdv.example.org/telegram/webhook"


@pytest.mark.parametrize(
    ("webhook", "line"),
    [
        ({"url": ""}, "ok the webhook is set otherwise; the next start puts it right"),
        ({"url": HOOK}, f"ok Telegram calls {HOOK}"),
        (
            {"url": HOOK, "last_error_message": "Connection refused", "pending_update_count": 4},
            f"wrong Telegram could not call {HOOK}: Connection refused; 4 wait",
        ),
    ],
)
async def test_the_webhook_is_told_as_telegram_sees_it(stack, webhook, line):
    async def answer(_request: web.Request) -> web.Response:
        answer = {"ok": True, "result": {"username": "rdv_bot", **webhook}}
        return web.json_response(answer, headers={"Date": "Thu, 01 Jan 2015 00:00:00 GMT"})

    url = await answering(stack, answer)
    told = await asked(TELEGRAM_API_URL=url, PUBLIC_URL="https://rdv.example.org")
    assert line in told.splitlines()
    assert "wrong the clock of this machine is" in told


async def test_a_server_that_does_not_tell_the_time_is_believed(stack):
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"url": ""}}, headers={"Date": "yesterday"})

    assert "the clock was not compared" in await asked(TELEGRAM_API_URL=await answering(stack, answer))


async def test_something_that_is_not_telegram_is_told(stack):
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(["hello"], status=502)

    told = await asked(TELEGRAM_API_URL=await answering(stack, answer))
    assert "can't be reached (it answers 502)" in told


async def test_a_source_that_lacks_its_right_is_told_in_the_portals_words(examined, stack):
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"error": "invalid_scope"}, status=400)

    url = await answering(stack, answer)
    is_well, told = await examined(
        EVENT_SOURCE="sample,francetravail",
        FRANCE_TRAVAIL_CLIENT_ID="id",
        FRANCE_TRAVAIL_CLIENT_SECRET="the-secret",
        FRANCE_TRAVAIL_API_URL=f"{url}/api/",
        FRANCE_TRAVAIL_TOKEN_URL=f"{url}/token",
    )
    assert not is_well
    assert (
        "✗ wrong  source francetravail: the API was not added to the application in the partner portal"
        in told
    )
    assert "the-secret" not in told


async def test_wrong_and_misspelt_settings_are_told(home, examined):
    (home / ".env").write_text("EVENT_SORCE=sample\n")
    is_well, told = await examined()
    assert not is_well
    assert "✗ wrong  .env: EVENT_SORCE is not a setting; did you mean EVENT_SOURCE?" in told
    is_well, told = await examined(LOG_LEVEL="loud")
    assert not is_well
    assert "✗ wrong  settings: LOG_LEVEL is “loud”" in told


def test_the_command_fails_when_something_is_wrong(home, capsys, monkeypatch):
    assert cli.main(["doctor"]) == cli.OK
    monkeypatch.setenv("WEB_PORT", "x")
    assert cli.main(["doctor"]) == cli.FAILED
    assert "1 of 2 checks found something wrong." in capsys.readouterr().out


async def test_a_port_that_is_taken_is_told_unless_the_bot_has_it(home, examined, stack):
    taken = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    port = str(taken.getsockname()[1])
    is_well, told = await examined(WEB_PORT=port)
    assert not is_well
    assert f"✗ wrong  WEB_PORT: port {port} on 127.0.0.1 can't be had" in told
    (home / "data").mkdir(exist_ok=True)
    sqlite3.connect(home / "data" / "bot.db").close()
    with lock.only_one_on(home / "data" / "bot.db"):
        is_well, told = await examined(WEB_PORT=port)
    assert is_well
    assert "the bot is running now" in told


async def test_a_source_that_keeps_silent_is_told(stack, examined, monkeypatch):
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(doctor, "SOURCE_TIMEOUT_S", 0.2)
    is_well, told = await examined(EVENT_SOURCE="openagenda", OPENAGENDA_URL=await answering(stack, answer))
    assert not is_well
    assert "✗ wrong  source openagenda did not answer within 0.2 s" in told


async def test_a_file_that_is_not_the_list_of_trades_is_told(home, examined):
    (home / "trades.csv").write_bytes(b"\xff\xfe\x00")
    is_well, told = await examined(ROME_FILE="trades.csv")
    assert not is_well
    assert "✗ wrong  the program's own files, or ROME_FILE, can't be read (" in told


def test_a_database_is_told_as_it_is(home):
    path = home / "data" / "bot.db"
    cli.main(["migrate"])
    assert [is_well for is_well, _ in checkup.findings(path)] == [True, True, True]
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * 4096)
    assert (False, f"{path} is damaged; stop the bot and restore a backup") in list(checkup.findings(path))
    path.write_bytes(b"this is no database, whatever it is called" * 100)
    ((is_well, line),) = checkup.findings(path)
    assert not is_well
    assert "restore a backup" in line


def test_a_database_that_is_not_there_yet_is_well_if_it_can_be(home):
    assert list(checkup.findings(home / "new" / "bot.db")) == [
        (True, f"{home / 'new' / 'bot.db'} is not there yet; the first start creates it")
    ]
    (home / "file").touch()
    ((is_well, line),) = checkup.findings(home / "file" / "bot.db")
    assert not is_well
    assert "can't be created in" in line


def test_an_empty_file_gets_its_tables_at_the_next_start(home):
    sqlite3.connect(home / "empty.db").close()
    (home / "empty.db").touch()
    assert (True, f"{home / 'empty.db'} has no tables yet; the next start creates them") in list(
        checkup.findings(home / "empty.db")
    )


@pytest.mark.parametrize(
    ("version", "is_well", "words"),
    [("b", True, "of this version"), ("a", True, "older tables"), ("z", False, "newer version")],
)
def test_tables_of_another_version_are_told(version, is_well, words):
    found, line = checkup.age("bot.db", version, known=["b", "a"])
    assert found is is_well
    assert words in line
