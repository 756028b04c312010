"""Who receives: a chat that asked to, and the hours at which we may write to it."""

import datetime as dt
import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo

QUIET_FROM = dt.time(20, 0)
QUIET_UNTIL = dt.time(8, 0)
PAUSE_LENGTH = dt.timedelta(days=30)
KEPT_AFTER_STOP = dt.timedelta(days=30)
"""How long the choices of a person who stopped, or blocked the bot, are kept before they are erased."""

DEFAULT_ZONE = "Europe/Paris"


class Language(enum.StrEnum):
    """The languages that the bot speaks."""

    FRENCH = "fr"
    ENGLISH = "en"

    @classmethod
    def of_telegram(cls, code: str | None) -> "Language":
        """Return the nearest of ours to the language of someone's Telegram ("en-GB", None).

        Someone whose Telegram is in another language than ours looks for work in
        France: French.
        """
        return cls.ENGLISH if (code or "").lower().startswith("en") else cls.FRENCH


class Standing(enum.StrEnum):
    """Whether we may write unasked."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNREACHABLE = "unreachable"
    """Blocked the bot, or the account is gone."""


IN_REACH = frozenset({Standing.ACTIVE, Standing.PAUSED})
"""A pause silences what nobody asked for, not what a person asked to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A chat that asked to receive."""

    id: int
    """Telegram's id of the chat."""
    language: Language = Language.FRENCH
    zone: str = DEFAULT_ZONE
    """That of the commune they look in."""
    standing: Standing = Standing.ACTIVE
    resumes_at: dt.datetime | None = None
    """When a pause ends (UTC)."""
    erase_at: dt.datetime | None = None
    """When their data go (UTC), after a stop or a block."""
    created_at: dt.datetime
    """UTC."""

    @property
    def may_receive(self) -> bool:
        """Say whether the bot may write unasked."""
        return self.standing is Standing.ACTIVE


def is_quiet(now: dt.datetime, zone: str) -> bool:
    """Say whether it is night (20 h to 8 h) in this zone."""
    local = now.astimezone(ZoneInfo(zone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def after_the_night(instant: dt.datetime, zone: str) -> dt.datetime:
    """Return the same instant by day, or the next 8 h local by night (UTC)."""
    if not is_quiet(instant, zone):
        return instant
    local = instant.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + dt.timedelta(days=1)
    return at_local(day, QUIET_UNTIL, zone)


def at_local(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """Return the instant (UTC) at which a wall clock in this zone shows this date and time."""
    return dt.datetime.combine(day, time, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
