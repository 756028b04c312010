"""Settings are read once, refused in one sentence, and never show a secret."""

import dataclasses

import pytest

from bot import env_file, settings
from bot.secrets import Secret
from bot.settings import Settings
from domain.errors import SettingsError

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQrr"


@pytest.fixture
def read(tmp_path):
    def read(env_text="", **environ):
        path = tmp_path / ".env"
        path.write_text(env_text, encoding="utf-8")
        return Settings.read(environ, path)

    return read


def test_nothing_set_at_all_gives_the_playground_on_sample_events(read):
    found = read()
    assert not found.telegram_bot_token
    assert found.event_sources == ("sample",)
    assert (found.web_host, found.web_port, found.playground_port) == ("127.0.0.1", 8080, 8081)
    assert (found.send_rate_per_second, found.log_level, found.log_format) == (27, "INFO", "console")


def test_with_a_token_events_come_from_the_open_data(read):
    found = read(TELEGRAM_BOT_TOKEN=TOKEN)
    assert found.telegram_bot_token.value == TOKEN
    assert found.event_sources == ("openagenda",)


def test_the_environment_wins_over_the_file_even_when_it_says_nothing(read):
    text = f"TELEGRAM_BOT_TOKEN={TOKEN}\nWEB_PORT=9000\n"
    assert read(text).web_port == 9000
    assert read(text, WEB_PORT="9001").web_port == 9001
    assert not read(text, TELEGRAM_BOT_TOKEN="").telegram_bot_token


def test_several_sources_and_operators_are_separated_by_commas(read, tmp_path):
    recorded = tmp_path / "events.json"
    recorded.write_text("[]")
    found = read(
        EVENT_SOURCE="openagenda, file,OpenAgenda",
        EVENT_SOURCE_FILE=str(recorded),
        OPERATOR_CHAT_IDS="12, -1001234567890",
    )
    assert found.event_sources == ("openagenda", "file")
    assert found.operator_chat_ids == (12, -1001234567890)


WRONG = {
    "a token that was cut off": ({"TELEGRAM_BOT_TOKEN": TOKEN[:30]}, "copy it again from @BotFather"),
    "a port that is a word": ({"WEB_PORT": "http"}, "write a port, a number from 1 to 65535"),
    "a port too far": ({"PLAYGROUND_PORT": "65536"}, "write a port"),
    "an unknown source": ({"EVENT_SOURCE": "openagendo"}, "choose openagenda, francetravail, file or sample"),
    "a source without its credentials": ({"EVENT_SOURCE": "francetravail"}, "FRANCE_TRAVAIL_CLIENT_SECRET"),
    "a source without its file": ({"EVENT_SOURCE": "file"}, "EVENT_SOURCE_FILE"),
    "a file that is not there": ({"EVENT_SOURCE_FILE": "nowhere.json"}, "correct the path"),
    "an address without https": ({"PUBLIC_URL": "http://bot.example.org"}, "must begin with https://"),
    "an address with a question": ({"PUBLIC_URL": "https://bot.example.org/?a=b"}, "must end before"),
    "an address that is none": ({"PUBLIC_URL": "bot.example.org"}, "is not a web address"),
    "an address that can't be": ({"OPENAGENDA_URL": "http://[::1"}, "is not a web address"),
    "a rate of nothing": ({"SEND_RATE_PER_SECOND": "0"}, "from 0.1 to 1000"),
    "a rate that is a word": ({"SEND_RATE_PER_SECOND": "fast"}, "from 0.1 to 1000"),
    "operators by name": ({"OPERATOR_CHAT_IDS": "@ana"}, "the numbers of chats"),
    "a level that is none": ({"LOG_LEVEL": "loud"}, "choose DEBUG, INFO, WARNING or ERROR"),
    "a format that is none": ({"LOG_FORMAT": "xml"}, "choose console or json"),
    "a webhook secret with a space": ({"WEBHOOK_SECRET": "two words"}, "letters, digits"),
    "another database": ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must name an SQLite file"),
    "a failpoint without a count": ({"BOT_DIE_AT": "send.after:x"}, "remove it"),
}


@pytest.mark.parametrize(("environ", "advice"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_in_one_sentence_that_says_what_to_do(read, environ, advice):
    with pytest.raises(SettingsError) as refused:
        read(**environ)
    assert advice in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refused_secret_is_not_repeated(read):
    with pytest.raises(SettingsError) as refused:
        read(TELEGRAM_BOT_TOKEN="very private")
    assert "very private" not in str(refused.value)


def test_repr_shows_no_secret(read):
    found = read(
        TELEGRAM_BOT_TOKEN=TOKEN, WEBHOOK_SECRET="hook-secret", FRANCE_TRAVAIL_CLIENT_SECRET="france-secret"
    )
    for shown in (repr(found), str(found), f"{found.webhook_secret}", str(dataclasses.asdict(found))):
        assert "hook-secret" not in shown
        assert "france-secret" not in shown
        assert TOKEN not in shown


def test_a_webhook_without_a_secret_gets_one_that_outlives_a_restart(read):
    first, again = read(TELEGRAM_BOT_TOKEN=TOKEN), read(TELEGRAM_BOT_TOKEN=TOKEN)
    other = read(TELEGRAM_BOT_TOKEN=TOKEN[:-1] + "x")
    assert first.webhook_secret == again.webhook_secret != other.webhook_secret
    assert len(first.webhook_secret.value) == 64
    assert read(WEBHOOK_SECRET="mine").webhook_secret.value == "mine"


def test_a_public_address_loses_its_last_slash_and_may_be_plain_on_this_machine(read):
    assert read(PUBLIC_URL="https://bot.example.org/").public_url == "https://bot.example.org"
    assert read(PUBLIC_URL="http://127.0.0.1:9").public_url == "http://127.0.0.1:9"


def test_the_playground_never_works_in_the_real_database(read):
    found = read(DATABASE_URL="sqlite+aiosqlite:////srv/bot.db")
    assert str(found.playground_file) == "/srv/playground.db"


def test_on_postgresql_the_playground_has_a_file_and_the_password_stays_secret(read):
    found = read(DATABASE_URL="postgresql+asyncpg://bot:s3cret-word@localhost/jobs")
    assert str(found.playground_file) == "data/playground.db"
    assert Secret("s3cret-word") in found.secrets
    assert "s3cret-word" not in repr(found)


def test_a_failpoint_is_a_step_and_a_count(read):
    assert read().die_at is None
    assert read(BOT_DIE_AT="send.after:3").die_at == ("send.after", 3)


def test_secrets_are_equal_when_their_values_are():
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert not Secret()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  export A = 1  ", "1"),
        ("A=one two # a remark", "one two"),
        ("A=one#two", "one#two"),
        ('A="one # two"', "one # two"),
        ("A='one' # a remark", "one"),
        ("A=", ""),
        ("A= # a remark", ""),
        ("A=''", ""),
    ],
)
def test_a_line_of_the_file_is_read_as_it_looks(tmp_path, line, value):
    path = tmp_path / ".env"
    path.write_text(f"\ufeff# a remark\n\n{line}\n", encoding="utf-8")
    assert env_file.read(path) == {"A": value}


@pytest.mark.parametrize("line", ["hunter2", 'A="open', "1A=2", "=2"])
def test_a_line_that_cannot_be_read_is_named_by_its_number_and_not_shown(tmp_path, line):
    path = tmp_path / ".env"
    path.write_text(f"A=1\n{line}\n")
    with pytest.raises(SettingsError, match=r"line 2, can't be read; write it as NAME=value$"):
        env_file.read(path)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / ".env"
    path.write_bytes(b"A=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        env_file.read(path)
    with pytest.raises(SettingsError, match="check the rights"):
        env_file.read(tmp_path)


def test_a_misspelt_name_is_told_with_the_nearest_one():
    assert list(env_file.strangers(["TELEGRAM_TOKEN", "WEB_PORT", "QQQ"], settings.NAMES)) == [
        "QQQ is not a setting",
        "TELEGRAM_TOKEN is not a setting; did you mean TELEGRAM_BOT_TOKEN?",
    ]
