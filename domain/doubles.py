"""The same session told twice: by two sources, or under two ids of one."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice

from rapidfuzz import fuzz

from domain import typed_text
from domain.job_events import EventStatus, JobEvent, Mode, StoredEvent

NEAR_SAME_TITLE = 90
NEAR_SAME_PLACE = 85
"""Of 100, by words, their order not counting."""

LOOK_BACK = 50
"""At one instant in one commune no more are compared with: a hostile source must not cost minutes."""
REMEMBERED = 4096
"""Texts kept ready for comparing: a page is held against the same ones over and over."""

_WORD = re.compile(r"\d+|[^\W\d]+")


def is_double(one: JobEvent, other: JobEvent) -> bool:
    """Say whether two events are one session: one id on the site, or one start, place and (nearly) title."""
    if one.mee_id is not None and one.mee_id == other.mee_id:
        return True
    return (
        _meeting(one) == _meeting(other)
        and _is_cancelled(one) is _is_cancelled(other)
        and _is_same_hall(one, other)
        and near_same(one.title, other.title, NEAR_SAME_TITLE)
    )


def find(event: JobEvent, known: Sequence[StoredEvent]) -> StoredEvent | None:
    """Return the event that this one repeats; the same id on the site counts most."""
    for stored in known:
        if event.mee_id is not None and event.mee_id == stored.event.mee_id:
            return stored
    meeting = _meeting(event)
    there = (stored for stored in known if _meeting(stored.event) == meeting)
    return next((stored for stored in islice(there, LOOK_BACK) if is_double(event, stored.event)), None)


def sessions(events: Sequence[JobEvent]) -> list[list[JobEvent]]:
    """Put together events that are one another's doubles: a list for each session, as they came."""
    found: list[list[JobEvent]] = []
    by_meeting: dict[object, list[list[JobEvent]]] = defaultdict(list)
    by_id: dict[int | None, list[JobEvent]] = {}
    for event in events:
        meeting = by_meeting[_meeting(event)]
        same = by_id.get(event.mee_id) or next(
            (session for session in meeting[-LOOK_BACK:] if is_double(session[0], event)), None
        )
        if same:
            same.append(event)
            continue
        session = [event]
        found.append(session)
        meeting.append(session)
        if event.mee_id is not None:
            by_id[event.mee_id] = session
    return found


def is_same_place(one: str, other: str) -> bool:
    """Say whether two names, or two addresses, may mean one place; one left empty, or less precise, may."""
    words, other_words = _words(one), _words(other)
    return words <= other_words or other_words <= words or near_same(one, other, NEAR_SAME_PLACE)


def near_same(one: str, other: str, least: float) -> bool:
    """Compare two texts by their words; figures count in full: "Atelier 1" and "Atelier 2" are two."""
    (text, figures), (other_text, other_figures) = _sorted(one), _sorted(other)
    if figures and other_figures and figures != other_figures:
        return False
    return fuzz.ratio(text, other_text, score_cutoff=least) > 0


def _is_cancelled(event: JobEvent) -> bool:
    """A session cancelled, and published anew under another id, is a new one."""
    return event.status is EventStatus.CANCELLED


def _meeting(event: JobEvent) -> tuple[object, object]:
    return event.starts_at, event.commune


def _is_same_hall(one: JobEvent, other: JobEvent) -> bool:
    """Two agencies of a town may run the same workshop at once; then they are two events."""
    if one.mode is Mode.ONLINE and other.mode is Mode.ONLINE:
        return True
    return is_same_place(one.place_name, other.place_name)


@lru_cache(REMEMBERED)
def _words(text: str) -> frozenset[str]:
    """Return the words in any alphabet, without accents and signs; each counts once."""
    return frozenset(_WORD.findall(typed_text.flattened(text)))


@lru_cache(REMEMBERED)
def _sorted(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the words in order of the alphabet, and those that are figures."""
    words = sorted(_words(text))
    return " ".join(words), tuple(word for word in words if word.isdecimal())
