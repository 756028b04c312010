"""The same session under several ids: found by the rule of `domain.doubles`, and made one.

The survivor is the one with the smallest id, whatever order they come in, so that it is the
same in every sweep.
"""

import dataclasses
from collections.abc import Iterable

from domain import doubles
from domain.job_events import JobEvent

_FILLED_IN = (
    "mee_id", "description", "place_name", "address", "commune", "commune_name", "point", "organiser", "url",
)  # fmt: skip


def merged(events: Iterable[JobEvent]) -> tuple[JobEvent, ...]:
    """Return the events by start, each double merged into its survivor."""
    survivors = map(_one_of, doubles.sessions(sorted(events, key=_seniority)))
    return tuple(sorted(survivors, key=lambda event: (event.starts_at, _seniority(event))))


def _seniority(event: JobEvent) -> tuple[int, str]:
    """Ids are numbers that grow: shorter is older."""
    return len(event.source_id), event.source_id


def _one_of(session: list[JobEvent]) -> JobEvent:
    """Return the first, with the ids of the others and what it lacked itself."""
    first, *others = session
    if not others:
        return first
    ids = {event.source_id for event in others}.union(*(event.other_ids for event in session))
    best = {
        name: next((value for event in session if (value := getattr(event, name))), getattr(first, name))
        for name in _FILLED_IN
    }
    return dataclasses.replace(first, **best, other_ids=tuple(sorted(ids - {first.source_id})))
