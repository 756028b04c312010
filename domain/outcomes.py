"""What an answer of Telegram means for a message: the table of RELIABILITY, as one pure function."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_PAUSE = dt.timedelta(seconds=30)
"""After a 429 that does not say for how long."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Telegram has it."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Paused:
    """Too fast: send nothing at all for so long; not an attempt."""

    length: dt.timedelta


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely did not leave, or Telegram failed before taking it: try again later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent: each kind has its policy."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatGone:
    """This chat can't be written to; stop trying until it comes back."""

    reason: str
    is_final: bool
    """The account itself is gone: its data may be erased."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group became a supergroup with this id: write there."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """This message will never pass: our fault, to be looked at."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing to do: already so, too old to answer, or no longer there."""

    reason: str


@dataclass(frozen=True, slots=True)
class BotRefused:
    """The token is not accepted: stop everything, mark nothing failed, call a human."""

    reason: str


Outcome = Accepted | Paused | NotSent | Unknown | ChatGone | Migrated | Refused | Unchanged | BotRefused

_FINAL = ("user is deactivated", "group chat was deleted")
_HARMLESS = (
    "message is not modified",
    "query is too old",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
)


def of_answer(status: int, description: str, parameters: Mapping[str, object] | None = None) -> Outcome:
    """Return what a refusal means; `status` and `description` as Telegram gave them."""
    parameters = parameters or {}
    if status == 429:  # noqa: PLR2004 -- HTTP's own numbers read best as they are
        seconds = parameters.get("retry_after")
        return Paused(dt.timedelta(seconds=seconds) if isinstance(seconds, int) else DEFAULT_PAUSE)
    if status in {401, 404}:
        return BotRefused(description)
    if status == 403:  # noqa: PLR2004 -- as above
        return ChatGone(description, is_final=any(words in description for words in _FINAL))
    if status == 400:  # noqa: PLR2004 -- as above
        return _of_bad_request(description, parameters)
    if status == 413:  # noqa: PLR2004 -- as above
        return Refused(description)
    # 5xx and anything odd: the message may have left, a gateway may have failed after the fact
    return Unknown(description)


def _of_bad_request(description: str, parameters: Mapping[str, object]) -> Outcome:
    new_id = parameters.get("migrate_to_chat_id")
    if isinstance(new_id, int):
        return Migrated(new_id)
    if "chat not found" in description:
        return ChatGone(description, is_final=False)
    if any(words in description for words in _HARMLESS):
        return Unchanged(description)
    return Refused(description)
