import traceback

import pytest

from domain.errors import SettingsError
from storage import addresses

POSTGRESQL = "postgresql+asyncpg://bot:s3cret@db.example:5433/jobs?ssl=require"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bot:s3cret@localhost",
        "postgresql+asyncpg://bot:s3cret@localhost:port/bot",
        "postgresql+psycopg://bot:s3cret@localhost/bot",
        "mysql://bot:s3cret@localhost/bot",
        "sqlite+aiosqlite://",
        "sqlite:///:memory:",
        "data/bot.db",
        "",
    ],
)
def test_an_address_that_names_no_database_is_refused_in_one_sentence_without_a_secret(url):
    with pytest.raises(SettingsError) as caught:
        addresses.completed(url)
    told = str(caught.value)
    assert told.startswith("DATABASE_URL ")
    assert told.endswith("write it like sqlite:///data/bot.db or postgresql://user:password@host/name")
    assert "s3cret" not in told
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url", ["bot:s3cret@rd@host/bot", "bot:x s3cret@rd/y@host:5432/bot", "bot:s3@cret@/bot"]
)
@pytest.mark.parametrize("kind", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_of_a_password_that_ends_too_early_nothing_is_shown(kind, url):
    with pytest.raises(SettingsError, match="write @ as %40, / as %2F") as caught:
        addresses.completed(f"{kind}://{url}")
    assert not {"s3", "cret", "rd", "y@"} & set(str(caught.value).split())
    assert "cret" not in "".join(traceback.format_exception(caught.value))


def test_signs_that_are_written_as_they_must_be_are_the_passwords():
    assert addresses.password_of(addresses.completed("postgres://bot:s3%40c%2Fret@host/bot")) == "s3@c/ret"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///data/bot.db", "sqlite+aiosqlite:///data/bot.db"),
        ("postgres://b:s@host/name", "postgresql+asyncpg://b:s@host/name"),
        ("postgresql://b:s@host/name?sslmode=require", "postgresql+asyncpg://b:s@host/name?ssl=require"),
        ("postgresql+asyncpg://b:s@/name?host=/run/pg", "postgresql+asyncpg://b:s@/name?host=%2Frun%2Fpg"),
    ],
)
def test_the_driver_is_understood_and_so_is_the_word_of_others_for_tls(written, meant):
    assert addresses.completed(written) == meant


@pytest.mark.parametrize("option", ["sslmode=yes", "ssl=1", "channel_binding=require"])
def test_an_option_that_would_end_in_an_error_of_the_driver_is_refused(option):
    with pytest.raises(SettingsError, match="not known"):
        addresses.completed(f"postgresql://b:s3cret@host/name?{option}")


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
