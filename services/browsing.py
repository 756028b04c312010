"""Looking at events: what fits, what nearly does, what is like another. Reads only."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from domain import matching
from domain.alerts import DEFAULT_RADIUS_KM, Alert
from domain.job_events import EventStatus, JobEvent, Mode, StoredEvent
from domain.matching import Match
from services import UnitOfWork

LAST_PAGE = 40
"""Nobody reads so far; a forged number must not cost a scan."""
LARGEST_ID = (1 << 63) - 1
"""What a database holds; any number may stand in a button, or in a link."""
LOOKS_AHEAD = dt.timedelta(days=60)
"""How far ahead the nearest miss may lie."""
ENOUGH_ONLINE = 99
_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list, and whether there is another."""

    number: int
    """From 0."""
    events: Sequence[StoredEvent]
    has_next: bool


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page, and how long pages are."""

    number: int
    """From 0; any other number leads to the nearest page."""
    size: int

    @property
    def limit(self) -> int:
        """How many to read to know this page, and whether there is another."""
        return (self._number + 1) * self.size + 1

    def cut(self, events: Sequence[StoredEvent]) -> Slice:
        """Take the page out of what was read."""
        number = self._number
        start, end = number * self.size, (number + 1) * self.size
        return Slice(number, events[start:end], len(events) > end and number < LAST_PAGE)

    @property
    def _number(self) -> int:
        return min(max(self.number, 0), LAST_PAGE)


async def event(uow: UnitOfWork, job_event_id: int) -> StoredEvent | None:
    """Return one event as it stands now; None when it is gone, or for a number that none can have."""
    return await uow.job_events.get(job_event_id) if 0 < job_event_id <= LARGEST_ID else None


async def events(uow: UnitOfWork, numbers: Collection[int]) -> Mapping[int, StoredEvent]:
    """Return those of these events that there are, by number."""
    possible = [number for number in numbers if 0 < number <= LARGEST_ID]
    return {stored.id: stored for stored in await uow.job_events.get_many(possible)} if possible else {}


async def fitting(uow: UnitOfWork, alert: Alert, paging: Paging, *, now: dt.datetime) -> Slice:
    """What fits an alert, soonest first, without what its owner refused."""
    found = await uow.browsing.fitting(
        alert, now=now, limit=paging.limit, unseen_by=alert.subscriber_id or None
    )
    return paging.cut(found)


async def everywhere(uow: UnitOfWork, paging: Paging, *, now: dt.datetime) -> Slice:
    """What comes soonest, anywhere: for one who chose nothing yet."""
    return paging.cut(await uow.browsing.upcoming(now=now, limit=paging.limit))


async def online(uow: UnitOfWork, alert: Alert | None, paging: Paging, *, now: dt.datetime) -> Slice:
    """What can be attended online, with the sectors and moments of an alert, if any."""
    wish = alert or _any_wish(now)
    return await fitting(uow, replace(wish, modes=Mode.ONLINE), paging, now=now)


async def nearest(uow: UnitOfWork, alert: Alert, paging: Paging, *, now: dt.datetime) -> Slice:
    """What fits all but the distance, nearest first."""
    if Mode.ON_SITE not in alert.modes:
        return Slice(0, (), has_next=False)
    found = await uow.browsing.nearest(alert, now=now, until=now + LOOKS_AHEAD, limit=paging.limit)
    return paging.cut([stored for stored, _ in found])


async def like(
    uow: UnitOfWork, stored: StoredEvent, alert: Alert | None, paging: Paging, *, now: dt.datetime
) -> Slice:
    """Other events of the same sectors near this one, at any hour; online ones when it has no place."""
    event = stored.event
    wish = replace(
        _any_wish(now),
        subscriber_id=alert.subscriber_id if alert else 0,
        point=event.point,
        radius_km=max(alert.radius_km if alert else 0, DEFAULT_RADIUS_KM),
        sectors=frozenset() if event.multisector else event.sectors,
        modes=Mode.ON_SITE if event.point else Mode.ONLINE,
    )
    found = await uow.browsing.fitting(
        wish, now=now, limit=paging.limit + 1, unseen_by=wish.subscriber_id or None
    )
    return paging.cut([other for other in found if other.id != stored.id])


async def count_online(uow: UnitOfWork, alert: Alert, *, now: dt.datetime) -> int:
    """Count the events online that an alert would take, up to ninety-nine."""
    return len((await online(uow, alert, Paging(0, ENOUGH_ONLINE), now=now)).events)


def why(alert: Alert | None, event: JobEvent) -> Match | None:
    """Return why an event fits an alert, whether one may still come or not."""
    if alert is None:
        return None
    as_open = replace(event, status=EventStatus.SCHEDULED)
    return matching.match(alert, as_open, now=event.starts_at - _INSTANT)


def _any_wish(now: dt.datetime) -> Alert:
    return Alert(subscriber_id=0, commune=None, created_at=now)
