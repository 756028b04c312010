"""What an answer of Telegram means for a message: one table, as one pure function.

Telegram gives most refusals no code but their English words: this is the one place that reads them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_PAUSE = dt.timedelta(seconds=30)
"""After a 429 that does not say for how long."""
LONGEST_PAUSE_S = 86_400
"""Whatever a 429 says."""


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
    """It surely did not leave, or Telegram said that it failed: try again later."""

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
    is_so: bool
    """The message already shows just that; else it can't be changed any more."""


@dataclass(frozen=True, slots=True)
class BotRefused:
    """The token is not accepted: stop everything, mark nothing failed, call a human."""

    reason: str


Outcome = Accepted | Paused | NotSent | Unknown | ChatGone | Migrated | Refused | Unchanged | BotRefused

_FINAL = ("user is deactivated", "group chat was deleted", "INPUT_USER_DEACTIVATED")
_GONE = (
    "chat not found",
    # a 403 whose text is in capitals reaches us as a 400
    "INPUT_USER_DEACTIVATED",
    "USER_IS_BLOCKED",
    "CHAT_WRITE_FORBIDDEN",
    # a group or a channel that took the right to write away
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights in the channel chat",
)
_ALREADY_SO = ("message is not modified",)
_TOO_LATE = (
    "query is too old",
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
)


def of_answer(  # noqa: PLR0911 -- each row of the table returns
    status: int, description: str, parameters: Mapping[str, object] | None = None
) -> Outcome:
    """Return what a refusal means; `status` and `description` as Telegram gave them."""
    parameters = parameters or {}
    match status:
        case 400:
            return _of_bad_request(description, parameters)
        case 401:
            return BotRefused(description)
        case 403:
            return ChatGone(description, is_final=_says(description, _FINAL))
        case 404:
            # also the answer to a method that an older server lacks: that is not about the token
            return Refused(description) if "method not found" in description else BotRefused(description)
        case 413:
            return Refused(description)
        case 429:
            return Paused(_pause(parameters.get("retry_after")))
        case 504:
            # a gateway gave up waiting for Telegram, which may have gone on
            return Unknown(description)
    return NotSent(description)


def _pause(seconds: object) -> dt.timedelta:
    if not isinstance(seconds, int):
        return DEFAULT_PAUSE
    return dt.timedelta(seconds=min(max(seconds, 0), LONGEST_PAUSE_S))


def _of_bad_request(description: str, parameters: Mapping[str, object]) -> Outcome:
    new_id = parameters.get("migrate_to_chat_id")
    if isinstance(new_id, int):
        return Migrated(new_id)
    if _says(description, _GONE):
        return ChatGone(description, is_final=_says(description, _FINAL))
    if _says(description, _ALREADY_SO + _TOO_LATE):
        return Unchanged(description, is_so=_says(description, _ALREADY_SO))
    return Refused(description)


def _says(description: str, any_of: tuple[str, ...]) -> bool:
    # the library writes a refusal anew, in other capitals
    told = description.lower()
    return any(words.lower() in told for words in any_of)
