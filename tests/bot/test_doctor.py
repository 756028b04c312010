"""The doctor says in plain words what is well and what is not."""

import contextlib
import datetime as dt
import socket
import sqlite3
import time

import pytest
from aiohttp import web

from bot import cli, doctor, lock
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


async def answering(stack, handler) -> str:
    """Open a server that answers everything in one way; return its address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None)
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


async def test_a_refused_token_is_not_an_unreachable_telegram(examined, telegram):
    wrong = TOKEN[:-1] + "x"
    is_well, told = await examined(TELEGRAM_BOT_TOKEN=wrong, TELEGRAM_API_URL=telegram, EVENT_SOURCE="sample")
    assert not is_well
    assert "✗ wrong  Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather" in told


async def test_an_unreachable_telegram_is_not_a_refused_token(examined):
    is_well, told = await examined(
        TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL="http://127.0.0.1:1", EVENT_SOURCE="sample"
    )
    assert not is_well
    assert "✗ wrong  http://127.0.0.1:1 can't be reached (ClientConnectorError)" in told
    assert TOKEN not in told


@pytest.mark.parametrize(
    ("webhook", "line"),
    [
        ({"url": ""}, "✓ ok     the webhook is set otherwise; the next start puts it right"),
        (
            {"url": "https://rdv.example.org/telegram/webhook"},
            "✓ ok     Telegram calls https://rdv.example.org/telegram/webhook",
        ),
        (
            {
                "url": "https://rdv.example.org/telegram/webhook",
                "last_error_message": "Connection refused",
                "pending_update_count": 4,
            },
            "✗ wrong  Telegram could not call https://rdv.example.org/telegram/webhook: Connection refused;",
        ),
    ],
)
async def test_the_webhook_is_told_as_telegram_sees_it(examined, stack, webhook, line):
    async def answer(_request: web.Request) -> web.Response:
        response = web.json_response({"ok": True, "result": {"username": "rdv_bot", **webhook}})
        response.headers["Date"] = "Thu, 01 Jan 2015 00:00:00 GMT"
        return response

    url = await answering(stack, answer)
    _, told = await examined(
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_API_URL=url,
        EVENT_SOURCE="sample",
        PUBLIC_URL="https://rdv.example.org",
    )
    assert line in told
    assert "✗ wrong  the clock of this machine is" in told


async def test_something_that_is_not_telegram_is_told(examined, stack):
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(["hello"], status=502, headers={"Date": "yesterday"})

    url = await answering(stack, answer)
    _, told = await examined(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=url, EVENT_SOURCE="sample")
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
    with lock.only_one(home / "data" / "bot.db"):
        is_well, told = await examined(WEB_PORT=port)
    assert is_well
    assert "the bot is running now" in told


def test_a_database_is_told_as_it_is(home, capsys):
    path = home / "data" / "bot.db"
    cli.main(["migrate"])
    assert [is_well for is_well, _ in checkup.findings(path)] == [True, True, True]
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = 'ffff'")
    assert (False, f"{path} was written by a newer version of this program; update the program") in list(
        checkup.findings(path)
    )
    path.write_bytes(b"this is no database, whatever it is called" * 100)
    ((is_well, line),) = checkup.findings(path)
    assert not is_well
    assert "restore a backup" in line
    ((is_well, line),) = checkup.findings(home / "elsewhere" / "bot.db")
    assert is_well
