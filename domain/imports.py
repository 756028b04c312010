"""What becomes of a reading of a source, and how each source is doing."""

import datetime as dt
import enum
from dataclasses import dataclass, field

STALE_AFTER = dt.timedelta(hours=24)
"""A source without a complete sweep for so long is stale."""
ABSENCES_TO_VANISH = 2
"""Gone from so many complete sweeps running: no longer listed."""
SITE_CLOSES = dt.timedelta(hours=1)
"""The site counts an event as over so long before it starts: its absence then says nothing."""


class Outcome(enum.StrEnum):
    """How a sweep ended."""

    RUNNING = "running"
    COMPLETE = "complete"
    HELD_BACK = "held_back"
    """Complete, but too much was missing to be believed."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """The process ended before the sweep did."""


class Trouble(enum.StrEnum):
    """What an operator is told of a source."""

    STALE = "stale"
    HELD_BACK = "held_back"


@dataclass(slots=True)
class Figures:
    """What a sweep did, counted."""

    new: int = 0
    changed: int = 0
    """Among them those cancelled, full, and listed again."""
    cancelled: int = 0
    saved: int = 0
    """Other differences, written without telling anybody."""
    unchanged: int = 0
    merged: int = 0
    """Ids that turned out to be a session already known."""
    past: int = 0
    quarantined: int = 0
    vanished: int = 0
    matched: int = 0
    """Persons for whom a new event fits."""


@dataclass(slots=True, kw_only=True)
class Sweep:
    """One reading of a source, under way."""

    run_id: int
    source: str
    started_at: dt.datetime
    is_baseline: bool
    """Nothing is pushed: the source has had no complete sweep yet."""
    zones: frozenset[str]
    """Where people live."""
    figures: Figures = field(default_factory=Figures)
    gathering_until: dt.datetime | None = None
    """When what was matched last, and is told at once, goes out (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """How a reading of a source ended."""

    source: str
    outcome: Outcome
    figures: Figures
    error: str | None = None
    """One plain line; None when the sweep was complete and believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One id under which a source lists an event, as it was before this page."""

    source_id: str
    job_event_id: int
    fingerprint: str
    speaks: bool
    """What it says is what the event is: it owns it, or the listing that did is gone or its source is."""
    is_unlisted: bool
    """The event was gone from every source."""
    is_baseline: bool
    """The event was part of a first sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is doing; instants in UTC."""

    name: str
    first_read_at: dt.datetime
    last_complete_at: dt.datetime | None = None
    """Its last sweep that was complete and believed."""
    failing_since: dt.datetime | None = None
    last_error: str | None = None
    """One plain line."""
    held_back_since: dt.datetime | None = None
    told_at: dt.datetime | None = None
    """When the operators last heard of a trouble."""
    is_stale: bool

    @property
    def trouble(self) -> tuple[Trouble, dt.datetime] | None:
        """Return what an operator should know, and since when; None when all is well."""
        if self.held_back_since:
            return Trouble.HELD_BACK, self.held_back_since
        if self.is_stale:
            return Trouble.STALE, (self.last_complete_at or self.first_read_at) + STALE_AFTER
        return None

    @property
    def is_news(self) -> bool:
        """Say whether the present trouble began after operators were last told of one."""
        return self.trouble is not None and (self.told_at is None or self.told_at < self.trouble[1])


def is_suspicious(*, missing: int, known: int) -> bool:
    """Say whether a sweep suddenly lacks more than a third of what was known to be still to come."""
    return missing * 3 > known
