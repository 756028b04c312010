"""One page of a source: listings already known, and new ones; all that follows from them."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

from domain import changes, doubles, matching, schedule
from domain.alerts import Frequency
from domain.changes import Change, ChangeKind
from domain.imports import Listing, Sweep
from domain.job_events import JobEvent, Rejected, StoredEvent
from services import UnitOfWork
from services import changes as telling

MOST_ALIKE = 1000
"""Events with which a page is compared; a true one meets about as many as it holds."""
ENOUGH = 20_000
"""Matches after which a transaction ends: whoever saves an alert, or taps a button, waits for it."""


async def apply(
    uow: UnitOfWork,
    sweep: Sweep,
    events: Sequence[JobEvent],
    rejected: Sequence[Rejected],
    *,
    now: dt.datetime,
) -> Sequence[JobEvent]:
    """Save what is new and what changed, in one transaction with whom it concerns.

    Return the events that are left for another transaction: this one concerns enough people.
    """
    events = _each_once(events)
    ids = {source_id for event in events for source_id in (event.source_id, *event.other_ids)}
    # a record that became unreadable is still listed
    ids.update(record.source_id for record in rejected)
    known = await uow.imports.known(sweep.source, ids, now=now)
    await uow.imports.mark_seen(sweep.source, known, run_id=sweep.run_id)
    await uow.imports.quarantine(rejected, now=now)
    sweep.figures.quarantined += len(rejected)
    homes = {source_id: listing.job_event_id for source_id, listing in known.items()}
    old = [event for event in events if event.source_id in homes]
    await _update(uow, sweep, old, known, now=now)
    await _attach(uow, sweep, [(event, homes[event.source_id]) for event in old], homes)
    new = [event for event in events if event.source_id not in known]
    return await _add(uow, sweep, new, homes, now=now)


async def _update(
    uow: UnitOfWork,
    sweep: Sweep,
    events: Sequence[JobEvent],
    known: Mapping[str, Listing],
    *,
    now: dt.datetime,
) -> None:
    """Save those of the known events of which something is said anew."""
    said = {event.source_id: changes.fingerprint(event) for event in events}
    news = {
        listing.job_event_id: event
        for event in reversed(events)
        if (listing := known[event.source_id]).is_unlisted
        or (listing.speaks and listing.fingerprint != said[event.source_id])
    }
    sweep.figures.unchanged += len(events) - len(news)
    if not news:
        return
    silent = {}
    for stored in await uow.job_events.get_many(list(news)):
        event = news[stored.id]
        event = dataclasses.replace(event, mee_id=event.mee_id or stored.event.mee_id)
        change = changes.diff(stored.event, event)
        if change.is_told and max(stored.event.starts_at, event.starts_at) > now:
            is_baseline = known[event.source_id].is_baseline
            await _save(uow, sweep, stored, event, change, is_baseline=is_baseline, now=now)
        elif event != stored.event:
            silent[stored.id] = event
        else:
            sweep.figures.unchanged += 1
    sweep.figures.saved += len(silent)
    await uow.job_events.save_silently(silent)
    fingerprints = {event.source_id: said[event.source_id] for event in news.values()}
    await uow.imports.remember(sweep.source, fingerprints)


async def _save(
    uow: UnitOfWork,
    sweep: Sweep,
    stored: StoredEvent,
    event: JobEvent,
    change: Change,
    *,
    is_baseline: bool,
    now: dt.datetime,
) -> None:
    """Write a change that people must hear of, and tell it."""
    await uow.job_events.save(stored.id, event)
    sweep.figures.changed += 1
    sweep.figures.cancelled += ChangeKind.CANCELLED in change.kinds
    await telling.tell(uow, stored, event, change, now=now)
    if change.suits_others or (ChangeKind.RETURNED in change.kinds and not is_baseline):
        await uow.match_queue.forget_untold_of(stored.id)
        await _match(uow, sweep, {stored.id: event}, now=now)


async def _add(
    uow: UnitOfWork,
    sweep: Sweep,
    events: Sequence[JobEvent],
    homes: dict[str, int],
    *,
    now: dt.datetime,
) -> Sequence[JobEvent]:
    """Save what is new and still to come; what is known under another id joins it. Return what is left.

    `homes`: the event to which each known id leads; completed here.
    """
    coming = [event for event in events if event.starts_at > now]
    sweep.figures.past += len(events) - len(coming)
    sessions = doubles.sessions(coming)
    firsts = [session[0] for session in sessions]
    if not firsts:
        return ()
    alike = await uow.job_events.alike(firsts, limit=MOST_ALIKE)
    home_of = {event.source_id: home for event in firsts if (home := _home(event, homes, alike)) is not None}
    if sweep.is_baseline:  # nobody hears of these
        await _keep(uow, sweep, sessions, home_of, homes, now=now)
        return ()
    enough = sweep.figures.matched + ENOUGH
    while sessions and sweep.figures.matched < enough:
        await _keep(uow, sweep, [sessions.pop(0)], home_of, homes, now=now)
    return [event for session in sessions for event in session]


async def _keep(
    uow: UnitOfWork,
    sweep: Sweep,
    sessions: Sequence[Sequence[JobEvent]],
    home_of: dict[str, int],
    homes: dict[str, int],
    *,
    now: dt.datetime,
) -> None:
    """Save these sessions, but for those that have a home, and match them."""
    fresh = [first for first, *_ in sessions if first.source_id not in home_of]
    # one instant a sweep: what it found is told together, and the forecast counts it so
    added = await uow.job_events.add_many(fresh, now=sweep.started_at, is_baseline=sweep.is_baseline)
    home_of |= {event.source_id: number for number, event in added.items()}
    led = [(event, home_of[first.source_id]) for first, *others in sessions for event in (first, *others)]
    await _attach(uow, sweep, led, homes)
    sweep.figures.new += len(fresh)
    sweep.figures.merged += len(led) - len(fresh)
    await _match(uow, sweep, added, now=now)


async def _attach(
    uow: UnitOfWork, sweep: Sweep, led: Sequence[tuple[JobEvent, int]], homes: dict[str, int]
) -> None:
    """Note the ids, not known yet, under which these events are listed."""
    rows = {}
    for event, home in led:
        for source_id in (event.source_id, *event.other_ids):
            if source_id not in homes:
                homes[source_id] = home
                rows[source_id] = (home, changes.fingerprint(event) if source_id == event.source_id else "")
    await uow.imports.attach(sweep.source, rows, run_id=sweep.run_id)


async def _match(uow: UnitOfWork, sweep: Sweep, events: Mapping[int, JobEvent], *, now: dt.datetime) -> None:
    """Hold open events against all alerts, and queue what people are told of them."""
    still_open = {number: event for number, event in events.items() if matching.is_open(event, now=now)}
    if sweep.is_baseline or not still_open:
        return
    until = schedule.gathering_until(now, sweep.gathering_until)
    for number, event in still_open.items():
        due = _telling_times(now, until, sweep.zones, is_sector_known=event.is_sector_known)
        matched = await uow.match_queue.queue_for(number, event, due, now=now)
        if matched:
            sweep.gathering_until = until
            sweep.figures.matched += matched


@lru_cache(maxsize=2)
def _telling_times(
    now: dt.datetime, until: dt.datetime, zones: frozenset[str], *, is_sector_known: bool
) -> Mapping[tuple[str, Frequency], dt.datetime]:
    """Worked out once a transaction, with and without a known sector."""
    return schedule.telling_times(now, until, zones, is_sector_known=is_sector_known)


def _home(event: JobEvent, homes: Mapping[str, int], alike: Sequence[StoredEvent]) -> int | None:
    """Return the event that this one is under another id, or None when it is new."""
    for other_id in event.other_ids:
        if other_id in homes:
            return homes[other_id]
    double = doubles.find(event, alike)
    return double.id if double else None


def _each_once(events: Sequence[JobEvent]) -> list[JobEvent]:
    """Leave out what a page gives twice, under its own id or as another's double."""
    seen: set[str] = set()
    once = []
    for event in events:
        if event.source_id not in seen:
            seen.update((event.source_id, *event.other_ids))
            once.append(event)
    return once
