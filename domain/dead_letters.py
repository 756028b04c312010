"""What was given up: messages that will never be sent as they are, and updates that nobody could handle."""

import datetime as dt
import re
from dataclasses import dataclass

from domain.outbox import Kind, Lane

_PRIVATE = re.compile(r'".*"|".*$|-?\d{6,}', re.DOTALL)
"""What Telegram quotes may be a message's text; a long number is somebody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadMessage:
    """A message that Telegram refused for good, that could not be worded, or was tried too often."""

    id: int
    kind: Kind
    lane: Lane
    due_at: dt.datetime
    """UTC, product time, as are the others."""
    expires_at: dt.datetime
    """It may be tried again until then."""
    settled_at: dt.datetime
    attempts: int
    """At least one."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadUpdate:
    """An update set aside; its text is gone, so that it can't be tried again."""

    id: int
    received_at: dt.datetime
    """UTC."""
    reason: str


def without_private_parts(reason: str) -> str:
    """Return a reason that anyone may read, on one line."""
    return " ".join(_PRIVATE.sub("…", reason).split())
