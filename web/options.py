"""What the program hands to its web side."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

Count = Callable[[str, Mapping[str, str]], None]
"""Counts one of this name with these labels."""
Ready = Callable[[], Awaitable[Mapping[str, tuple[bool, str]]]]
"""Says of each collaborator whether it does its part, and one plain line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """Times in real seconds."""

    ready: Ready
    render: Callable[[], Awaitable[tuple[bytes, str]]]
    """The metrics page and its content type."""
    count: Count
    receive: Callable[[Sequence[str]], Awaitable[None]] | None = None
    """Keeps updates as they came, or raises; None: no webhook here."""
    webhook_secret: str = field(default="", repr=False)
    """What Telegram must show at each call."""
    bot_url: Callable[[], str]
    """Where the bot can be talked to; empty while Telegram has not told us."""
    operator: str = ""
    """Who runs this bot, as the pages name them."""
    is_https: bool = False
    """Browsers reach us by https only."""
    body_timeout: float = 10
    """For the whole body of a call."""
    ready_timeout: float = 5
