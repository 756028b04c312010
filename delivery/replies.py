"""What came back from Telegram, read once: an outcome for us, an error of the library's kind for handlers.

The library's own reading is passed by: it takes a 429 without a length for a broken network, writes a whole
unreadable body into its log, and the token into its InvalidToken.
"""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram import error as errors
from telegram.warnings import PTBDeprecationWarning

from domain import outcomes
from domain.errors import DeliveryError

LONGEST_DESCRIPTION = 300
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""Refused, no such name, no TLS, no connection in time, none free in our own pool."""


class TokenRefusedError(errors.TelegramError, DeliveryError):
    """Telegram does not know the bot. Not InvalidToken: the library writes the token into that one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One call's end."""

    outcome: outcomes.Outcome
    body: bytes = b""
    error: errors.TelegramError | None = None
    """To be raised; None when the body is good."""

    @property
    def message_id(self) -> int | None:
        """The number of the message that was sent, if one was."""
        return self.outcome.message_id if isinstance(self.outcome, outcomes.Accepted) else None


def of_failure(error: Exception) -> Reply:
    """Read a broken exchange; only the kind of error is kept, since its text may hold the address."""
    reason = type(error).__name__
    kind = errors.TimedOut if isinstance(error, TimeoutError) else errors.NetworkError
    if isinstance(error, _NEVER_LEFT):
        return Reply(outcomes.NotSent(reason), error=kind(f"not sent: {reason}"))
    return Reply(outcomes.Unknown(reason), error=kind(f"no answer: {reason}"))


def of_pause(pause: outcomes.Paused) -> Reply:
    """Reply for Telegram, which told us to wait."""
    return Reply(pause, error=_error(0, "", pause))


def of_file(status: int, body: bytes) -> Reply:
    """Read a download."""
    if status == HTTPStatus.OK:
        return Reply(outcomes.Accepted(None), body)
    return of_answer(status, body, secret="")


def of_answer(status: int, body: bytes, *, secret: str) -> Reply:
    """Read an answer of the Bot API; `secret` is kept out of every text."""
    answer = _parsed(body)
    if answer.get("ok") is True:
        return Reply(outcomes.Accepted(_message_id(answer.get("result"))), body)
    refused = answer.get("error_code")
    if isinstance(refused, int):
        status = refused
    if status < HTTPStatus.MULTIPLE_CHOICES:
        # accepted, says the status; by whom, the body can't tell: Telegram, or a gateway's page
        return Reply(
            outcomes.Unknown("unreadable answer"),
            error=errors.TelegramError("Telegram's answer can't be read"),
        )
    description = _described(status, answer, secret)
    parameters = answer.get("parameters")
    outcome = outcomes.of_answer(status, description, parameters if isinstance(parameters, dict) else None)
    return Reply(outcome, error=_error(status, description, outcome))


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _message_id(result: object) -> int | None:
    number = result.get("message_id") if isinstance(result, dict) else None
    return number if isinstance(number, int) else None


def _described(status: int, answer: Mapping[str, Any], secret: str) -> str:
    told = answer.get("description")
    if not isinstance(told, str):
        return f"HTTP {status}"
    told = told.replace(secret, "…") if secret else told
    # half a character, as JSON can name it, would be refused by the database
    return told.encode("utf-8", "replace").decode()[:LONGEST_DESCRIPTION]


def _error(status: int, description: str, outcome: outcomes.Outcome) -> errors.TelegramError:
    match outcome:
        case outcomes.Paused(length):
            with warnings.catch_warnings():
                # the library warns whoever touches its own attribute, and so itself
                warnings.simplefilter("ignore", PTBDeprecationWarning)
                return errors.RetryAfter(length)
        case outcomes.Migrated(chat_id):
            return errors.ChatMigrated(chat_id)
        case outcomes.BotRefused():
            return TokenRefusedError(description)
    return _KINDS.get(status, errors.NetworkError)(description)


_KINDS: Mapping[int, type[errors.TelegramError]] = {
    400: errors.BadRequest,
    403: errors.Forbidden,
    404: errors.EndPointNotFound,
    409: errors.Conflict,
    413: errors.BadRequest,
}
