"""The same session under several ids: found, and made one.

Doubles are: the same id on « Mes événements emploi »; or the same start at the
same place under nearly the same title. The survivor is the one with the smallest
id, whatever order they come in, so that it is the same in every sweep.
"""

import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz

from domain.job_events import JobEvent, Mode
from sources import plain_text

NEAR_SAME = 90
"""Of 100, by words, their order not counting."""
LOOK_BACK = 50
"""At one instant in one commune no more are compared with: a hostile feed must not cost minutes."""

_FILLED_IN = (
    "mee_id", "description", "place_name", "address", "commune", "commune_name", "point", "organiser", "url",
)  # fmt: skip
_FIGURES = re.compile(r"\d+")


def merged(events: Iterable[JobEvent]) -> tuple[JobEvent, ...]:
    """Return the events by start, each double merged into its survivor."""
    by_session: dict[object, list[JobEvent]] = defaultdict(list)
    for event in sorted(events, key=_seniority):
        by_session[event.mee_id or (event.source, event.source_id)].append(event)
    by_meeting: dict[object, list[JobEvent]] = defaultdict(list)
    for doubles in by_session.values():
        event = _one_of(doubles)
        _take_in(by_meeting[event.starts_at, event.commune], event)
    survivors = [event for meeting in by_meeting.values() for event in meeting]
    return tuple(sorted(survivors, key=lambda event: (event.starts_at, _seniority(event))))


def _are_doubles(one: JobEvent, other: JobEvent) -> bool:
    """Say whether two events of one commune and one start are the same session."""
    return _same_hall(one, other) and _near_same(plain_text.folded(one.title), plain_text.folded(other.title))


def _near_same(one: str, other: str) -> bool:
    """Figures count: "Atelier 1" and "Atelier 2" are two."""
    figures, other_figures = _FIGURES.findall(one), _FIGURES.findall(other)
    if figures and other_figures and figures != other_figures:
        return False
    return fuzz.token_sort_ratio(one, other) >= NEAR_SAME


def _same_hall(one: JobEvent, other: JobEvent) -> bool:
    """Two agencies of a town may run the same workshop at once; then they are two events."""
    if one.mode is Mode.ONLINE and other.mode is Mode.ONLINE:
        return True
    return not one.place_name or not other.place_name or one.place_name == other.place_name


def _seniority(event: JobEvent) -> tuple[int, str]:
    """Ids are numbers that grow: shorter is older."""
    return len(event.source_id), event.source_id


def _take_in(kept: list[JobEvent], event: JobEvent) -> None:
    for place in range(max(0, len(kept) - LOOK_BACK), len(kept)):
        other = kept[place]
        if _are_doubles(other, event):
            kept[place] = _one_of(sorted([other, event], key=_seniority))
            return
    kept.append(event)


def _one_of(doubles: list[JobEvent]) -> JobEvent:
    """Return the first, with the ids of the others and what it lacked itself."""
    first, *others = doubles
    if not others:
        return first
    ids = {event.source_id for event in others}.union(*(event.other_ids for event in doubles))
    best = {
        name: next((value for event in doubles if (value := getattr(event, name))), getattr(first, name))
        for name in _FILLED_IN
    }
    return dataclasses.replace(first, **best, other_ids=tuple(sorted(ids - {first.source_id})))
