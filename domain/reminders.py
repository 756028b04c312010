"""A promise to speak of one event again, at the right moment."""

import datetime as dt
import enum
from dataclasses import dataclass


class Lead(enum.StrEnum):
    """How long before the event."""

    DAY_BEFORE = "day_before"
    """At 17 h the day before."""
    TWO_HOURS = "two_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder of one event for one subscriber."""

    subscriber_id: int
    job_event_id: int
    lead: Lead
    due_at: dt.datetime
    """UTC; out of the person's night."""
