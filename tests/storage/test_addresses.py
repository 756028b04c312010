import traceback

import pytest

from domain.errors import SettingsError
from storage import addresses

POSTGRESQL = "postgresql+asyncpg://bot:s3cret@db.example:5433/jobs?ssl=require"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:s3cret@localhost/bot",
        "postgresql+asyncpg://bot:s3cret@localhost",
        "postgresql+asyncpg://bot:s3cret@localhost:port/bot",
        "mysql://bot:s3cret@localhost/bot",
        "sqlite:///bot.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "data/bot.db",
        "",
    ],
)
def test_an_address_that_names_no_database_is_refused_in_one_sentence_without_a_secret(url):
    with pytest.raises(SettingsError) as caught:
        addresses.parsed(url)
    told = str(caught.value)
    assert told.startswith("DATABASE_URL ")
    assert told.endswith(
        "write it like sqlite+aiosqlite:///data/bot.db or postgresql+asyncpg://user:password@host/name"
    )
    assert "s3cret" not in told
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


def test_the_file_of_an_address():
    assert str(addresses.file_of("sqlite+aiosqlite:///data/bot.db")) == "data/bot.db"
    assert str(addresses.file_of("sqlite+aiosqlite:////var/lib/bot.db")) == "/var/lib/bot.db"
    assert addresses.file_of(POSTGRESQL) is None


def test_an_address_is_shown_without_its_secret():
    assert addresses.shown("sqlite+aiosqlite:///data/bot.db") == "data/bot.db"
    assert addresses.shown(POSTGRESQL) == "the PostgreSQL database jobs on db.example:5433"
    assert addresses.shown("postgresql+asyncpg:///jobs") == "the PostgreSQL database jobs on localhost"
    assert (
        addresses.shown("postgresql+asyncpg://bot@/jobs?host=/run/pg")
        == "the PostgreSQL database jobs on /run/pg"
    )


def test_the_password_of_an_address():
    assert addresses.password_of(POSTGRESQL) == "s3cret"
    assert addresses.password_of("sqlite+aiosqlite:///data/bot.db") == ""
