"""Where a person stands in a conversation: a row, so that any restart resumes at the same question."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationState:
    """A conversation under way."""

    name: str
    """Which: "onboarding"."""
    step: str
    """At which question."""
    draft: Mapping[str, Any]
    """What was answered so far, as plain JSON values."""
    screen_id: int | None = None
    """The message that shows the question, to be edited in place."""
    updated_at: dt.datetime
    """UTC."""
