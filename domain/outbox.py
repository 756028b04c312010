"""What the bot sends unasked: what kinds there are, and which goes first."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.pace import CHAT_INTERVAL_S


class Kind(enum.StrEnum):
    """What a message is about; its words are made when it is sent."""

    REMINDER = "reminder"
    EVENT_CHANGED = "event_changed"
    """To those who asked to be reminded: moved, full, cancelled, no longer listed."""
    MATCHES = "matches"
    """One or several new events that fit, in one message."""
    CARD_REFRESH = "card_refresh"
    """A card already sent is brought up to date in place; makes no sound."""
    ANNOUNCEMENT = "announcement"
    """An agency's own words, to those whom it fits."""
    ANNOUNCEMENT_PROGRESS = "announcement_progress"
    """To its writer: how far it is; one message, brought up to date in place."""
    GROUP_NOTICE = "group_notice"
    """To who set up a group: it can be, or can't be written to any more."""
    OPERATOR_NOTICE = "operator_notice"
    """To the operator's chats: a source is down or suspicious."""


class Lane(enum.IntEnum):
    """The lower goes first."""

    URGENT = 0
    ALERTS = 1
    ANNOUNCEMENTS = 2
    DIGESTS = 3
    QUIET = 4


class SendState(enum.StrEnum):
    """How far a message is."""

    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"
    """No longer worth sending: the event is over, the person left, nothing is left to say."""
    DEAD = "dead"
    """Refused, or tried too often: a human should look."""


class OnUnknown(enum.Enum):
    """What to do when a message may have been sent."""

    RESEND = "resend"
    """Better twice than never."""
    RESEND_ONCE = "resend_once"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A message to be sent: what and to whom, not its text."""

    id: int = 0
    """0 until stored."""
    key: str
    """What, to whom; unique for ever."""
    kind: Kind
    lane: Lane
    chat_id: int
    payload: Mapping[str, int | str]
    due_at: dt.datetime
    """UTC, product time."""
    expires_at: dt.datetime
    """UTC, product time; too late after this."""
    attempts: int = 0
    leased_until: dt.datetime | None = field(default=None, compare=False)
    """UTC, real time; once claimed: it is the claimer's until then, and on, while nobody else claims it."""


UNKNOWN_POLICY: Mapping[Kind, OnUnknown] = {
    Kind.REMINDER: OnUnknown.RESEND,
    Kind.EVENT_CHANGED: OnUnknown.RESEND,
    Kind.MATCHES: OnUnknown.RESEND,
    Kind.CARD_REFRESH: OnUnknown.RESEND,
    Kind.ANNOUNCEMENT: OnUnknown.RESEND_ONCE,
    Kind.ANNOUNCEMENT_PROGRESS: OnUnknown.RESEND_ONCE,
    Kind.GROUP_NOTICE: OnUnknown.RESEND_ONCE,
    Kind.OPERATOR_NOTICE: OnUnknown.RESEND_ONCE,
}

UNREACHABLE = "unreachable"
"""So begins the reason of what was dropped because its chat can't be written to."""

MAX_ATTEMPTS = 12
"""With the delays of `retry_delay`, about twenty minutes of trying in vain."""


CLOCKS_APART = 1 / 3
"""Of a lease: so far apart the clocks of machines may be. What seems to last longer is of one set back."""

CHAT_REST = dt.timedelta(seconds=CHAT_INTERVAL_S)
"""After a message, before the chat's next one is claimed."""

LONGEST_DELAY = dt.timedelta(minutes=5)
"""Between two attempts, before chance spreads it by a quarter."""


def retry_delay(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many failed attempts: 1 s, 2 s, 4 s … at most 5 minutes."""
    return dt.timedelta(seconds=min(2 ** max(attempts - 1, 0), LONGEST_DELAY // dt.timedelta(seconds=1)))
