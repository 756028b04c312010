"""What the delivery worker is built of."""

import datetime as dt
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import telegram

from delivery.limiter import Limiter
from delivery.pause import Pause
from delivery.sender import Composed
from domain.outbox import OutboxMessage
from services import UnitOfWork
from services.deliveries import Consequences, Dropped, Postponed

Compose = Callable[[OutboxMessage, dt.datetime], Awaitable[Composed | Dropped | Postponed]]
"""Words a message for its receiver, now (UTC, product time), in a transaction of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Times in real seconds."""

    batch: int = 30
    concurrency: int = 8
    """At most so many messages are doubled by a kill."""
    lease: float = 30
    heartbeat: float = 10
    poll: float = 1
    probe: float = 30
    """Between two questions whether the token is accepted again."""
    grace: float = 6
    """At a stop, for what is on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the worker works with."""

    unit_of_work: Callable[[], UnitOfWork]
    bot: telegram.Bot
    """Speaks through our transport, with the same pause."""
    pause: Pause
    limiter: Limiter
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
