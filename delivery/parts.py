"""What the delivery worker is built of."""

import datetime as dt
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

import telegram

from delivery.pacing import Pacing
from delivery.pause import Pause
from delivery.sender import Composed
from domain.outbox import OutboxMessage
from services import UnitOfWork
from services.deliveries import Consequences, Dropped, Postponed

Compose = Callable[[OutboxMessage, dt.datetime], Awaitable[Composed | Dropped | Postponed]]
"""Words a message for its receiver, now (UTC, product time), in transactions of its own."""


SMALLEST_BATCH = 30
FEWEST_IN_FLIGHT, MOST_IN_FLIGHT = 8, 256
_UNDER_WAY_S = 0.3
"""A message is under way so long: 90 ms at Telegram, and what its commit and a slow answer may take."""


def in_flight(rate: float) -> int:
    """Return how many messages must be under way at once for so many a second.

    27 a second × 0.3 s = 8, as few as can be: a kill may double each of them. 1,000 a second would be 300;
    at 256 the rate holds while a message is under way for 256 ms.
    """
    return min(max(int(rate * _UNDER_WAY_S), FEWEST_IN_FLIGHT), MOST_IN_FLIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times in real seconds."""

    batch: int = SMALLEST_BATCH
    """At most so many are claimed, and recorded, in one transaction."""
    concurrency: int = FEWEST_IN_FLIGHT
    """At most so many messages are doubled by a kill."""
    lease: float = 30
    heartbeat: float = 10
    poll: float = 1
    probe: float = 30
    """Between two questions whether the token is accepted again."""
    grace: float = 6
    """At a stop, for what is on its way."""

    @classmethod
    def at(cls, rate: float) -> Self:
        """Return what a worker needs to send so many messages a second."""
        under_way = in_flight(rate)
        # one claim has something for every sender, else the commits would be the limit
        return cls(batch=max(SMALLEST_BATCH, under_way), concurrency=under_way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the worker works with."""

    unit_of_work: Callable[[], UnitOfWork]
    bot: telegram.Bot
    """Speaks through our transport, with the same pause."""
    pause: Pause
    limiter: Pacing
    compose: Compose
    consequences: Consequences
    clock: Callable[[], dt.datetime]
    """Product time: what is due, what is too late."""
    wall: Callable[[], dt.datetime]
    """Real time: leases and retries."""
    count: Callable[[str, Mapping[str, str]], None]
    reached: Callable[[str], None] = lambda step: None  # noqa: ARG005 -- nobody listens
    """Told each step at which a test may kill the process: claim.before_commit, claim.after_commit,
    send.before, send.after, settle.before_commit, settle.after_commit."""
    chance: Callable[[], float] = random.random
