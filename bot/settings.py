"""What the operator decides: read once, from the environment and `.env`, and refused early."""

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot import env_file, setting_values
from bot.secrets import Secret
from bot.setting_values import Values
from domain.errors import SettingsError
from sources import francetravail, openagenda
from storage import database

ENV_FILE = Path(".env")
NAMES = (
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_URL",
    "PUBLIC_URL",
    "WEBHOOK_SECRET",
    "SEND_RATE_PER_SECOND",
    "EVENT_SOURCE",
    "EVENT_SOURCE_FILE",
    "OPENAGENDA_URL",
    "FRANCE_TRAVAIL_CLIENT_ID",
    "FRANCE_TRAVAIL_CLIENT_SECRET",
    "FRANCE_TRAVAIL_API_URL",
    "FRANCE_TRAVAIL_TOKEN_URL",
    "ROME_FILE",
    "DATABASE_URL",
    "WEB_HOST",
    "WEB_PORT",
    "PLAYGROUND_PORT",
    "OPERATOR_NAME",
    "OPERATOR_CHAT_IDS",
    "LOG_LEVEL",
    "LOG_FORMAT",
)
"""What an operator may set, in the order of `.env.example`."""
SOURCES = ("openagenda", "francetravail", "file", "sample")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("console", "json")

_TOKEN = r"\d+:[\w-]{35,}"  # noqa: S105 -- the shape of a token, not one
_WEBHOOK_SECRET = r"[\w-]{1,256}"  # noqa: S105 -- the shape of one
_DIE_AT = "BOT_DIE_AT"
"""Used by the crash tests alone, so in no list: "step:count", see bot/failpoints.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `.env.example` explains, checked. `repr` shows no secret."""

    telegram_bot_token: Secret
    """Empty: the playground."""
    telegram_api_url: str
    database_url: str = field(repr=False)
    """May hold a password."""
    public_url: str
    """Telegram calls us there; empty: we poll."""
    webhook_secret: Secret
    web_host: str
    web_port: int
    playground_port: int
    event_sources: tuple[str, ...]
    event_source_file: Path | None
    openagenda_url: str
    france_travail_client_id: str
    france_travail_client_secret: Secret
    france_travail_api_url: str
    france_travail_token_url: str
    rome_file: Path | None
    send_rate_per_second: float
    operator_name: str
    operator_chat_ids: tuple[int, ...]
    log_level: str
    log_format: str
    die_at: tuple[str, int] | None

    @classmethod
    def read(cls, environ: Mapping[str, str], path: Path) -> Self:
        """Return the settings of an environment and an `.env` file; the environment wins, even when empty.

        Raises SettingsError with one sentence.
        """
        values = Values({**env_file.read(path), **environ})
        token = values.secret(
            "TELEGRAM_BOT_TOKEN", _TOKEN, "copy it again from @BotFather: digits, a colon, 35 characters"
        )
        settings = cls(
            telegram_bot_token=token,
            telegram_api_url=values.address("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/"),
            database_url=database.completed(values.text("DATABASE_URL", "sqlite+aiosqlite:///data/bot.db")),
            public_url=values.public_address("PUBLIC_URL"),
            webhook_secret=_webhook_secret(values, token),
            web_host=values.text("WEB_HOST", "127.0.0.1"),
            web_port=values.port("WEB_PORT", 8080),
            playground_port=values.port("PLAYGROUND_PORT", 8081),
            event_sources=values.choices("EVENT_SOURCE", "openagenda" if token else "sample", SOURCES),
            event_source_file=values.file("EVENT_SOURCE_FILE"),
            openagenda_url=values.address("OPENAGENDA_URL", openagenda.DEFAULT_URL),
            france_travail_client_id=values.text("FRANCE_TRAVAIL_CLIENT_ID"),
            france_travail_client_secret=values.secret("FRANCE_TRAVAIL_CLIENT_SECRET"),
            france_travail_api_url=values.address("FRANCE_TRAVAIL_API_URL", francetravail.DEFAULT_API_URL),
            france_travail_token_url=values.address(
                "FRANCE_TRAVAIL_TOKEN_URL", francetravail.DEFAULT_TOKEN_URL
            ),
            rome_file=values.file("ROME_FILE"),
            send_rate_per_second=values.number("SEND_RATE_PER_SECOND", 27, least=0.1, most=1000),
            operator_name=values.text("OPERATOR_NAME"),
            operator_chat_ids=values.chat_ids("OPERATOR_CHAT_IDS"),
            log_level=values.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
            log_format=values.choice("LOG_FORMAT", "console", LOG_FORMATS),
            die_at=_die_at(values),
        )
        for name in settings.event_sources:
            settings.require_source(name)
        return settings

    def require_source(self, name: str) -> None:
        """Raise SettingsError when a source lacks what it needs."""
        if name not in SOURCES:
            raise SettingsError(f"there is no source “{name}”; choose {setting_values.listed(SOURCES)}")
        if name == "file" and self.event_source_file is None:
            raise SettingsError("the source “file” needs EVENT_SOURCE_FILE; set it to the path of that file")
        if name == "francetravail" and not (
            self.france_travail_client_id and self.france_travail_client_secret
        ):
            raise SettingsError(
                "the source “francetravail” needs FRANCE_TRAVAIL_CLIENT_ID and FRANCE_TRAVAIL_CLIENT_SECRET; "
                "copy both from the application in the partner portal"
            )

    @property
    def playground_file(self) -> Path:
        """A database of its own beside the real one: the playground begins afresh each time."""
        real = database.file_of(self.database_url) or Path("data/bot.db")
        return real.with_name("playground.db")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that must never be written anywhere."""
        password = Secret(database.password_of(self.database_url))
        return self.telegram_bot_token, self.webhook_secret, self.france_travail_client_secret, password


def read() -> Settings:
    """Return the settings of this process."""
    return Settings.read(os.environ, ENV_FILE)  # noqa: TID251 -- the one place that reads it


def misspelt() -> Iterator[str]:
    """Give one warning for each name in `.env` that is no setting."""
    return env_file.strangers(env_file.read(ENV_FILE), [*NAMES, _DIE_AT])


def _webhook_secret(values: Values, token: Secret) -> Secret:
    """Without one, derive it from the token: the same after a restart, and in every process."""
    given = values.secret("WEBHOOK_SECRET", _WEBHOOK_SECRET, "use 1 to 256 letters, digits, “_” and “-”")
    if given or not token:
        return given
    return Secret(hmac.new(token.value.encode(), b"webhook secret", hashlib.sha256).hexdigest())


def _die_at(values: Values) -> tuple[str, int] | None:
    step, _, count = values.text(_DIE_AT).rpartition(":")
    if not step:
        return None
    if not count.isdecimal():
        raise SettingsError(f"{_DIE_AT} is for the crash tests; remove it")
    return step, int(count)
