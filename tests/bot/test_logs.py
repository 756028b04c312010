"""Nothing secret and nothing personal comes out of the real handler, whoever writes to it."""

import asyncio
import contextlib
import io
import json
import logging
import re
import sqlite3
import sys
import threading

import aiohttp
import pytest
import structlog

from bot import logs
from bot.secrets import Secret
from domain.errors import SourceError

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"
SECRET = 'q"é/ client secret'
TYPED = "je m'appelle Marqueur Personnel"


@pytest.fixture(params=["console", "json"])
def written(request):
    stream = io.StringIO()
    logs.configure(level="DEBUG", form=request.param, secrets=[Secret(SECRET), Secret()], stream=stream)
    return stream.getvalue


OURS = structlog.get_logger("bot.anything")
PLAIN = logging.getLogger("delivery.anything")


def fail(error: BaseException) -> None:
    raise error


def assert_nothing_slipped_out(text: str) -> None:
    assert text
    for hidden in (TOKEN, TOKEN.replace(":", "%3A"), SECRET, json.dumps(SECRET)[1:-1], "q%22%C3%A9", TYPED):
        assert hidden not in text


def test_our_own_lines_are_written_whole(written):
    OURS.info("sweep", source="sample", new=3)
    PLAIN.debug("message %d waits", 7)
    assert "sweep" in written()
    assert "sample" in written()
    assert "message 7 waits" in written()


def test_a_token_is_struck_out_wherever_it_stands(written):
    OURS.warning(f"calling /bot{TOKEN}/getMe", url=f"https://api.example.org/bot{TOKEN}/x")
    PLAIN.error("calling %s", f"bot{TOKEN.replace(':', '%3A')}")
    assert "getMe" in written()
    assert written().count(logs.STRUCK_OUT) == 3
    assert_nothing_slipped_out(written())


def test_a_configured_secret_is_struck_out_however_it_is_written(written):
    OURS.info("secret", plain=SECRET, quoted=repr(SECRET), address="q%22%C3%A9/%20client%20secret")
    assert_nothing_slipped_out(written())


def test_an_unexpected_error_is_told_without_its_words(written):
    try:
        fail(ValueError(TYPED))
    except ValueError:
        OURS.exception("it failed", update_id=4)
        PLAIN.exception("it failed too")
    assert len(re.findall(r"ValueError(?!\()", written())) == 2
    assert "test_an_unexpected_error_is_told_without_its_words" in written()
    assert_nothing_slipped_out(written())


def test_our_own_errors_keep_their_words(written):
    try:
        try:
            raise ConnectionRefusedError(111, TYPED)
        except OSError as error:
            raise SourceError("openagenda is out of order (503)") from error
    except SourceError as error:
        OURS.error("sweep failed", exc_info=error)
    assert "openagenda is out of order (503)" in written()
    assert "ConnectionRefusedError: ECONNREFUSED" in written()
    assert "which led to" in written()
    assert_nothing_slipped_out(written())


def test_groups_contexts_and_databases_are_told_by_their_types(written):
    try:
        try:
            with contextlib.closing(sqlite3.connect(":memory:")) as database:
                database.execute(f'SELECT "{TYPED}" FROM nowhere')  # noqa: S608 -- nobody's database
        except sqlite3.Error:
            raise ExceptionGroup(TYPED, [KeyError(TYPED), RuntimeError(TYPED)])  # noqa: B904 -- the context is the point
    except ExceptionGroup as error:
        OURS.error("several", exc_info=error)
    for name in (
        "SQLITE_ERROR",
        "while that was handled",
        "ExceptionGroup",
        "KeyError",
        "2 of 2 in this group",
    ):
        assert name in written()
    assert_nothing_slipped_out(written())


@pytest.mark.parametrize("name", ["aiohttp.server", "telegram.Bot", "sqlalchemy.engine", "asyncio"])
def test_a_library_says_only_its_fixed_words(written, name, request):
    library = logging.getLogger(name)
    library.setLevel(logging.DEBUG)
    request.addfinalizer(lambda: library.setLevel(logging.NOTSET))
    library.debug("parameters %s", {"text": TYPED})
    try:
        fail(RuntimeError(f"{TYPED} {TOKEN}"))
    except RuntimeError:
        library.exception("Task exception was never retrieved\nfuture: %s", TYPED)
        library.error("Error handling request from %s, %5.1f s", TYPED, 1.0)
    assert "Task exception was never retrieved" in written()
    assert "Error handling request from …, … s" in written()
    assert "RuntimeError" in written()
    assert_nothing_slipped_out(written())


def test_libraries_are_heard_from_warning_up():
    stream = io.StringIO()
    logs.configure(level="DEBUG", form="console", stream=stream)
    logging.getLogger("telegram.ext").info("chatter")
    logging.getLogger("telegram.ext").warning("trouble")
    assert "chatter" not in stream.getvalue()
    assert "trouble" in stream.getvalue()


async def test_a_task_that_nobody_awaited_keeps_its_words_to_itself(written):
    async def work() -> None:
        fail(LookupError(TYPED))

    loop = asyncio.get_running_loop()
    task = loop.create_task(work())
    await asyncio.wait([task])
    loop.call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception(), "future": task}
    )
    assert "LookupError" in written()
    assert_nothing_slipped_out(written())


async def test_the_address_in_a_client_error_is_not_written(written):
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
        except aiohttp.ClientError:
            OURS.exception("no answer")
    assert "ClientConnectorError" in written()
    assert_nothing_slipped_out(written())


def test_what_nobody_caught_goes_through_the_same_door(written):
    logs.catch_all()
    error = RuntimeError(TYPED)
    sys.excepthook(RuntimeError, error, None)
    threading.excepthook(threading.ExceptHookArgs((RuntimeError, error, None, None)))
    assert written().count("RuntimeError") == 2
    before = written()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert written() == before
    assert_nothing_slipped_out(written())


def test_json_lines_can_be_read_by_machines():
    stream = io.StringIO()
    logs.configure(level="INFO", form="json", stream=stream)
    OURS.info("prêt", port=8080)
    OURS.debug("not at this level")
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert found["event"] == "prêt"
    assert (found["level"], found["logger"], found["port"]) == ("info", "bot.anything", 8080)
