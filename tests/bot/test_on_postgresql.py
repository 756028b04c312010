"""What an operator sees of PostgreSQL: the same commands, one sentence for each mistake."""

import pytest

from bot import cli, doctor, lock, moving
from domain.errors import SettingsError
from storage import database
from tests.factories import subscriber


@pytest.fixture
async def full(home, sqlite_url):
    """A database in a file with one person in it."""
    async with database.opened(sqlite_url) as data, data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
    return sqlite_url.replace("+aiosqlite", "")


def short(url):
    return url.replace("+asyncpg", "")


async def refused(source, target):
    with pytest.raises(SettingsError) as caught:
        await moving.move(source, target)
    return str(caught.value)


async def test_a_second_program_is_refused_and_a_third_may_follow_the_first(new_postgres_url):
    async with lock.only_one(new_postgres_url):
        with pytest.raises(lock.AlreadyRunningError, match="another bot already runs on the PostgreSQL"):
            async with lock.only_one(new_postgres_url):
                pass
    async with lock.only_one(new_postgres_url):
        pass


async def test_a_move_is_told_by_its_counts(full, new_postgres_url):
    counts = await moving.move(full, short(new_postgres_url))
    assert {name for name, count in counts.items() if count} == {"subscribers"}
    async with database.opened(new_postgres_url) as data, data.reading() as uow:
        assert (await uow.subscribers.get(1)).id == 1


async def test_nothing_moves_while_a_bot_runs_on_either_side(full, home, new_postgres_url):
    with lock.only_one_on(database.file_of(full.replace("sqlite:", "sqlite+aiosqlite:"))):
        assert "stop it first" in await refused(full, new_postgres_url)
    async with lock.only_one(new_postgres_url):
        assert "stop it first" in await refused(full, new_postgres_url)


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("sqlite:///gone.db", "postgresql://h/n", "gone.db is not there; correct --from"),
        (
            "postgresql://h/n",
            "postgresql://h/m",
            "migrate moves --from an SQLite file",
        ),
        (
            "sqlite:///a.db",
            "sqlite:///b.db",
            "migrate moves --from an SQLite file",
        ),
        ("bot.db", "postgresql://h/n", "--from can't be read; write it like"),
        ("sqlite:///a.db", "mysql://u:s3cret@h/n", "--to must name an SQLite file"),
    ],
)
async def test_each_mistake_is_one_sentence(home, source, target, sentence):
    told = await refused(source, target)
    assert told.startswith(sentence)
    assert "s3cret" not in told


def test_one_address_alone_is_refused(home, capsys):
    assert cli.main(["migrate", "--from", "sqlite:///data/bot.db"]) == cli.WRONG_SETTINGS
    assert capsys.readouterr().err == (
        "rendez-vous-emploi: to move a database, migrate needs both --from and --to\n"
    )


def test_what_cannot_be_reached_ends_in_one_sentence_without_the_password(home, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://bot:s3cret@127.0.0.1:1/jobs")
    assert cli.main(["migrate"]) == cli.WRONG_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    assert "the PostgreSQL database jobs on 127.0.0.1:1 can't be reached" in line
    assert "s3cret" not in line


async def test_the_doctor_examines_that_database(home, capsys, monkeypatch, postgres_url):
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    await doctor.report()
    told = capsys.readouterr().out
    assert "has the tables of this version" in told
    assert "MB free" not in told, "the disk is another machine's"


async def test_the_doctor_says_when_it_cannot_be_reached(home, capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://bot:s3cret@127.0.0.1:1/jobs")
    assert not await doctor.report()
    told = capsys.readouterr().out
    assert "✗ wrong  the PostgreSQL database jobs on 127.0.0.1:1 can't be reached" in told
    assert "s3cret" not in told
