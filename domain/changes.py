"""What counts as a change for people, and what is only tidied up in silence."""

import dataclasses
import enum
import hashlib
from dataclasses import dataclass

from domain import doubles
from domain.job_events import EventStatus, JobEvent, Mode


class ChangeKind(enum.StrEnum):
    """What happened to an event."""

    DATE = "date"
    """Another day or other hours, the end included."""
    PLACE = "place"
    MODE = "mode"
    FULL = "full"
    REOPENED = "reopened"
    """Seats again, or not cancelled after all."""
    CANCELLED = "cancelled"
    UNLISTED = "unlisted"
    RETURNED = "returned"
    """Listed again, after it was gone."""


MOVED = frozenset({ChangeKind.DATE, ChangeKind.PLACE, ChangeKind.MODE})

_BY_STATUS = {
    EventStatus.SCHEDULED: ChangeKind.REOPENED,
    EventStatus.FULL: ChangeKind.FULL,
    EventStatus.CANCELLED: ChangeKind.CANCELLED,
    EventStatus.UNLISTED: ChangeKind.UNLISTED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What people must hear of; empty when there is nothing."""

    kinds: frozenset[ChangeKind] = frozenset()

    @property
    def is_told(self) -> bool:
        """Say whether people hear of it."""
        return bool(self.kinds)

    @property
    def suits_others(self) -> bool:
        """Say whether it may fit people whom it did not fit before."""
        return bool(self.kinds & (MOVED | {ChangeKind.REOPENED}))


def diff(old: JobEvent, new: JobEvent) -> Change:
    """Return what changed for people. Wording, description, sectors and seats left are no change."""
    kinds = {
        ChangeKind.DATE: _hours(old) != _hours(new),
        ChangeKind.PLACE: _is_moved(old, new),
        ChangeKind.MODE: old.mode is not new.mode,
    }
    return Change(frozenset(kind for kind, happened in kinds.items() if happened) | _of_status(old, new))


def fingerprint(event: JobEvent) -> str:
    """Return a short text that is the same, in every process, as long as the source says the same."""
    said = [getattr(event, name) for name in _SAID]
    stable = [sorted(value) if isinstance(value, frozenset) else value for value in said]
    return hashlib.blake2b(repr(stable).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


_SAID = tuple(field.name for field in dataclasses.fields(JobEvent) if field.compare)


def _hours(event: JobEvent) -> tuple[object, ...]:
    """As shown: the same instants in another zone are other hours."""
    return event.starts_at, event.ends_at, event.local_start.utcoffset()


def _is_moved(old: JobEvent, new: JobEvent) -> bool:
    if Mode.ON_SITE not in old.mode & new.mode:
        return False
    return (
        old.commune != new.commune
        or not doubles.is_same_place(old.place_name, new.place_name)
        or not doubles.is_same_place(old.address, new.address)
    )


def _of_status(old: JobEvent, new: JobEvent) -> frozenset[ChangeKind]:
    if old.status is new.status:
        return frozenset()
    if old.status is EventStatus.UNLISTED:
        is_open = new.status is EventStatus.SCHEDULED
        return frozenset({ChangeKind.RETURNED} if is_open else {ChangeKind.RETURNED, _BY_STATUS[new.status]})
    return frozenset({_BY_STATUS[new.status]})
