"""The command line: what the operator can put right is one sentence and exit code 2."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot import banner, cli, settings

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"
UNNEEDED = {"alembic", "asyncpg", "jinja2", "playground", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm"}


def test_a_wrong_setting_ends_in_one_sentence(home, capsys, monkeypatch):
    (home / ".env").write_text("WEB_PORT=http\n")
    monkeypatch.delenv("WEB_PORT")
    assert cli.main(["run"]) == cli.WRONG_SETTINGS
    assert capsys.readouterr().err == (
        "rendez-vous-emploi: WEB_PORT is “http”; write a port, a number from 1 to 65535\n"
    )


def test_the_playground_refuses_to_stand_beside_a_real_token(home, capsys, monkeypatch):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert cli.main(["playground"]) == cli.WRONG_SETTINGS
    assert "never runs beside a real token" in capsys.readouterr().err
    assert not list(home.iterdir())


def test_a_database_that_cannot_be_reached_ends_in_one_sentence(home, capsys, monkeypatch):
    (home / "data").write_text("a file where a folder should be")
    assert cli.main(["migrate"]) == cli.WRONG_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    assert "data" in line
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/bot")
    assert cli.main(["migrate"]) == cli.WRONG_SETTINGS


def test_migrate_makes_the_tables_and_may_be_repeated(home, capsys):
    assert cli.main(["migrate"]) == cli.OK
    assert cli.main(["migrate"]) == cli.OK
    assert capsys.readouterr().out == "data/bot.db is up to date.\n" * 2
    assert (home / "data" / "bot.db").stat().st_size > 0


def test_import_reads_a_source_once_and_says_what_came(home, capsys):
    assert cli.main(["import"]) == cli.OK
    assert capsys.readouterr().out.startswith("sample: ")
    assert cli.main(["import", "sample"]) == cli.OK
    assert "unchanged" in capsys.readouterr().out


def test_import_of_a_source_that_fails_is_a_failure(home, capsys, monkeypatch):
    (home / "events.json").write_text("{not json")
    monkeypatch.setenv("EVENT_SOURCE_FILE", "events.json")
    assert cli.main(["import", "file"]) == cli.FAILED
    assert "is not JSON" in capsys.readouterr().out


@pytest.mark.parametrize(("source", "advice"), [("rss", "choose"), ("francetravail", "partner portal")])
def test_import_of_a_source_that_cannot_be_read_says_what_to_do(home, capsys, source, advice):
    assert cli.main(["import", source]) == cli.WRONG_SETTINGS
    assert advice in capsys.readouterr().err


def test_an_unexpected_error_ends_with_its_frames_and_without_its_words(home, capsys, monkeypatch):
    def fail():
        raise RuntimeError("marqueur personnel")

    monkeypatch.setattr(settings, "misspelt", fail)
    assert cli.main(["migrate"]) == cli.FAILED
    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert "marqueur personnel" not in told.replace('raise RuntimeError("marqueur personnel")', "")


def test_ctrl_c_is_quiet(home, capsys, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(settings, "misspelt", interrupt)
    assert cli.main(["migrate"]) == cli.INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_a_misspelt_setting_is_a_warning(home, capsys):
    (home / ".env").write_text("TELEGRAM_TOKEN=abc\n")
    assert cli.main(["migrate"]) == cli.OK
    told = capsys.readouterr().err
    assert "did you mean TELEGRAM_BOT_TOKEN?" in told
    assert "abc" not in told


def test_without_a_command_the_commands_are_listed(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([])
    assert left.value.code == cli.WRONG_SETTINGS
    assert "COMMAND" in capsys.readouterr().err


def test_the_address_stands_in_a_box():
    lines = banner.box("Open", "http://127.0.0.1:8081/phone/").splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "http://127.0.0.1:8081/phone/" in lines[3]


@asynccontextmanager
async def _started(*arguments: str, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the program; it ends with the block, however that ends."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "WEB_PORT": "0", **environ},  # noqa: TID251 -- a child needs it
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
        await program.communicate()


async def test_a_start_reads_no_library_that_it_does_not_need(home):
    """Each was once brought along unseen, and delayed every start by a tenth."""
    read = f"import sys, bot.cli, bot.app; print(*({UNNEEDED} & {{*sys.modules}}))"
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        read,
        env={"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await program.communicate()
    assert told.decode().split() == []
    assert program.returncode == 0


async def test_run_without_a_token_opens_the_playground_and_ctrl_c_ends_it(home):
    async with _started("run", PLAYGROUND_PORT="0") as program:
        assert program.stdout
        printed = ""
        async with asyncio.timeout(60):
            while "╚" not in printed:
                line = await program.stdout.readline()
                assert line, (await program.communicate())[1].decode()
                printed += line.decode()
        address = next(word for word in printed.split() if word.startswith("http"))
        async with aiohttp.ClientSession() as session, session.get(address) as page:
            assert page.status == 200
        program.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            _, told = await program.communicate()
    assert program.returncode == cli.OK
    assert "Traceback" not in told.decode()


async def test_a_port_that_is_taken_ends_in_one_sentence(home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with _started("playground", PLAYGROUND_PORT=str(taken.getsockname()[1])) as program:
            _, told = await program.communicate()
    assert program.returncode == cli.WRONG_SETTINGS
    (line,) = told.decode().splitlines()
    assert "PLAYGROUND_PORT" in line
