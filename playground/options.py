"""What the program that opens a playground hands in."""

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A place that a person can share as their position; degrees."""

    name: str
    latitude: float
    longitude: float


@dataclasses.dataclass(frozen=True, slots=True)
class Control:
    """A button beside the phone: chat id and language in, a line of text for the page out."""

    labels: Mapping[str, str]
    """By language of the page, "fr" or "en"; the first one where it is missing."""
    run: Callable[[int, str], Awaitable[str]]

    def label(self, language: str) -> str:
        """Return what stands on the button."""
        return self.labels.get(language) or next(iter(self.labels.values()))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a playground opens."""

    host: str = "127.0.0.1"
    port: int = 8081
    token: str
    bot_name: str
    bot_username: str
    clock: Callable[[], dt.datetime]
    """Product time, aware: dates of messages, lifetimes (24 h, 150 s)."""
    search_places: Callable[[str], Sequence[Spot]]
    controls: Sequence[Control] = ()
    log_path: Path | None = None
    """Where every call is written as a line of JSON, flushed at once."""
    steerable: bool = False
    """Serve the faults and the log over HTTP too."""
    pace: float = 1.0
    """Real seconds in a second of the server's own waits (webhook retries, held back 409s)."""
