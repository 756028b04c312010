"""Who publishes: an agency, the people who write for it, and how one becomes such a person."""

import datetime as dt
import enum
import hashlib
import secrets
from dataclasses import dataclass

INVITATION_LASTS = dt.timedelta(hours=48)
MAX_NAME = 80
"""Characters: the name stands in the first line of each announcement."""

INVITE_LINK = "i"
"""A deep link "i…" invites; with its 22 characters it stays under Telegram's 64."""
_SECRET_BYTES = 16


class Act(enum.StrEnum):
    """What the journal tells."""

    ADDED = "added"
    INVITED = "invited"
    JOINED = "joined"
    REMOVED = "removed"
    TESTED = "tested"
    SENT = "sent"
    SCHEDULED = "scheduled"
    STOPPED = "stopped"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Agency:
    """Who publishes."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person who writes for an agency. The number is ours: with the person gone, it leads to nobody."""

    id: int
    agency: Agency
    chat_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal."""

    at: dt.datetime
    act: Act
    agency_id: int
    member_id: int | None = None
    """None: the operator."""
    announcement_id: int | None = None
    people: int | None = None
    """How many people."""


def new_payload() -> str:
    """Return what the deep link of a new invitation carries: 128 bits that nobody guesses."""
    return INVITE_LINK + secrets.token_urlsafe(_SECRET_BYTES)


def hashed(payload: str) -> str:
    """Return what is stored of an invitation: whoever reads the database can't redeem it."""
    return hashlib.sha256(payload.encode()).hexdigest()
