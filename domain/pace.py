"""How fast messages that nobody asked for may leave: the figures that one process and many keep to alike."""

from collections.abc import Sequence
from dataclasses import dataclass

CHAT_INTERVAL_S = 1.0
GROUP_LIMIT, GROUP_WINDOW_S = 20, 60.0

HEADROOM, TELEGRAMS = 29 / 27, 29.0
"""How far the pace may creep above the rate that was asked for, and the most that Telegram takes."""
STEP, STEP_AFTER = 0.1, 150
"""Messages a second added after so many were accepted."""
CUT, SLOWEST = 0.8, 1.0
SAME_429_S = 5.0
"""All that was on its way meets the same 429: one cut."""
CATCH_UP_S = 0.005
"""A clock that wakes late by so little does not slow the pace."""


def ceiling(rate: float) -> float:
    """Return the rate up to which the pace may creep; who asks for Telegram's own limit gets no more."""
    return max(rate, min(rate * HEADROOM, TELEGRAMS))


def floor(rate: float) -> float:
    """Return the rate below which the pace is never cut."""
    return min(SLOWEST, rate)


@dataclass(frozen=True, slots=True)
class Slots:
    """When messages may leave, in seconds since 1970 by the clock of the database."""

    now: float
    """An instant between the question and this answer."""
    instants: Sequence[float]
    """None while paused."""
    pause: float
    """Seconds in which nothing may leave."""
    rate: float
    """Messages a second at present."""
