"""Reading a source: what is new, changed, gone, and what people hear of it.

begin → apply_page, one transaction a page, or a few: no event without its matches → finish →
tell_vanished. `sweep` does it all. Absences count only after a complete sweep; the
first complete sweep of a source is its baseline, of which nothing is pushed.
"""

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Protocol

from domain import changes, errors, forecast, imports, schedule
from domain.imports import Outcome, SourceHealth, Sweep, SweepResult
from domain.job_events import EventStatus, JobEvent, Rejected
from domain.outbox import Kind, Lane, OutboxMessage
from services import UnitOfWork, listings
from services import changes as telling

BATCH = 100
"""Vanished events told in one transaction."""
EVENTS_KEPT_FOR = forecast.LOOKS_BACK
"""How long events that are over are kept: the forecast counts what was published so far back."""
RECORDS_KEPT_FOR = dt.timedelta(days=30)
"""How long records set aside, and runs, are kept."""
NOTICE_KEPT_FOR = dt.timedelta(days=7)
"""How long a notice to an operator is worth sending."""


class Page(Protocol):
    """Some of a source's events, and the records that could not become events."""

    @property
    def events(self) -> Sequence[JobEvent]:
        """The events."""

    @property
    def rejected(self) -> Sequence[Rejected]:
        """The records."""


async def sweep(
    unit_of_work: Callable[[], UnitOfWork],
    source: str,
    pages: AsyncIterator[Page],
    clock: Callable[[], dt.datetime],
) -> SweepResult:
    """Read a source to its end, each page in the transactions it needs; a SourceError ends in the result.

    `pages` is waited for outside any transaction; closing it is the caller's.
    """
    async with unit_of_work() as uow:
        reading = await begin(uow, source, now=clock())
    try:
        async for page in pages:
            if not await _keep(unit_of_work, reading, page, clock):
                return _overtaken(reading)
    except errors.SourceError as error:
        async with unit_of_work() as uow:
            return await fail(uow, reading, str(error), now=clock())
    except Exception as error:
        async with unit_of_work() as uow:
            await fail(uow, reading, f"the import broke off ({type(error).__name__})", now=clock())
        raise
    async with unit_of_work() as uow:
        if not await uow.imports.is_running(reading.run_id):
            return _overtaken(reading)
        result = await finish(uow, reading, now=clock())
    is_more = result.outcome is Outcome.COMPLETE
    while is_more:
        async with unit_of_work() as uow:
            is_more = await tell_vanished(uow, reading, now=clock()) > 0
    return result


async def _keep(
    unit_of_work: Callable[[], UnitOfWork], reading: Sweep, page: Page, clock: Callable[[], dt.datetime]
) -> bool:
    """Save a page in as many transactions as it needs; False: another sweep of its source goes on."""
    left, rejected = page.events, page.rejected
    while left or rejected:
        async with unit_of_work() as uow:
            if not await uow.imports.is_running(reading.run_id):
                return False
            left, rejected = await apply_page(uow, reading, left, rejected, now=clock()), ()
    return True


def _overtaken(reading: Sweep) -> SweepResult:
    """What two sweeps of a source see while both go on would count as missing from each."""
    reason = "another process began to read this source"
    return SweepResult(
        source=reading.source, outcome=Outcome.INTERRUPTED, figures=reading.figures, error=reason
    )


async def begin(uow: UnitOfWork, source: str, *, now: dt.datetime) -> Sweep:
    """Open a sweep."""
    run_id, had_baseline = await uow.imports.begin(source, now=now)
    zones = frozenset(schedule.FRENCH_ZONES).union(await uow.subscribers.zones())
    return Sweep(run_id=run_id, source=source, started_at=now, is_baseline=not had_baseline, zones=zones)


async def apply_page(
    uow: UnitOfWork,
    reading: Sweep,
    events: Sequence[JobEvent],
    rejected: Sequence[Rejected] = (),
    *,
    now: dt.datetime,
) -> Sequence[JobEvent]:
    """Save what is new and what changed, in one transaction with all that follows from it.

    Return the events left for another transaction: what follows from these is enough for one.
    """
    return await listings.apply(uow, reading, events, rejected, now=now)


async def finish(uow: UnitOfWork, reading: Sweep, *, now: dt.datetime) -> SweepResult:
    """Judge a complete sweep: count absences, or hold it back when too much is missing."""
    after = now + imports.SITE_CLOSES
    missing, known = await uow.imports.suddenly_missing(
        reading.source, run_id=reading.run_id, after=after, known_before=reading.started_at
    )
    outcome, reason = Outcome.COMPLETE, None
    if imports.is_suspicious(missing=missing, known=known):
        outcome = Outcome.HELD_BACK
        reason = f"{missing} of {known} events still to come are suddenly missing: none counted as gone"
        await uow.imports.hold_back(reading.source, reason, now=now)
    else:
        await uow.imports.count_absences(reading.source, run_id=reading.run_id, after=after)
        await uow.imports.complete(reading.source, now=now)
    until = reading.gathering_until
    if until and schedule.may_hasten(now, until, reading.zones):
        await uow.match_queue.hasten(until, now=now)
    await uow.imports.close(reading.run_id, outcome, reading.figures, now=now)
    return SweepResult(source=reading.source, outcome=outcome, figures=reading.figures, error=reason)


async def tell_vanished(uow: UnitOfWork, reading: Sweep, *, now: dt.datetime) -> int:
    """After a complete sweep: mark and tell some of what is listed no more; return how many, 0 at the end."""
    after = now + imports.SITE_CLOSES
    ids = await uow.imports.vanished(now=now, after=after, limit=BATCH)
    if not ids:
        return 0
    stored = await uow.job_events.get_many(ids)
    await uow.job_events.mark_unlisted(ids)
    for old in stored:
        event = dataclasses.replace(old.event, status=EventStatus.UNLISTED)
        await telling.tell(uow, old, event, changes.diff(old.event, event), now=now)
    reading.figures.vanished += len(ids)
    await uow.imports.close(reading.run_id, Outcome.COMPLETE, reading.figures, now=now)
    return len(ids)


async def fail(uow: UnitOfWork, reading: Sweep, reason: str, *, now: dt.datetime) -> SweepResult:
    """End a sweep that could not be read whole: what it saw stays, what it did not see is untouched."""
    await uow.imports.fail(reading.source, reason, now=now)
    await uow.imports.close(reading.run_id, Outcome.FAILED, reading.figures, now=now)
    return SweepResult(source=reading.source, outcome=Outcome.FAILED, figures=reading.figures, error=reason)


async def health(uow: UnitOfWork, *, now: dt.datetime) -> tuple[SourceHealth, ...]:
    """Return how every source ever read is doing."""
    return tuple(await uow.imports.health(now=now))


async def tell_operators(
    uow: UnitOfWork, sources: Collection[str], operator_chat_ids: Sequence[int], *, now: dt.datetime
) -> int:
    """Tell each operator once of each trouble of these sources; return how many messages were queued."""
    queued = 0
    for source in await health(uow, now=now):
        if not operator_chat_ids or source.name not in sources or not (source.trouble and source.is_news):
            continue
        trouble, since = source.trouble
        for chat_id in operator_chat_ids:
            await uow.outbox.add(
                OutboxMessage(
                    key=f"source:{source.name}:{trouble}:{since.isoformat()}:{chat_id}",
                    kind=Kind.OPERATOR_NOTICE,
                    lane=Lane.ALERTS,
                    chat_id=chat_id,
                    payload={"source": source.name, "trouble": trouble.value},
                    due_at=now,
                    expires_at=now + NOTICE_KEPT_FOR,
                ),
                now=now,
            )
        await uow.imports.mark_told(source.name, now=now)
        queued += len(operator_chat_ids)
    return queued


async def purge(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Forget what is long over: events, records set aside, runs; return how many events."""
    await uow.imports.purge(before=now - RECORDS_KEPT_FOR)
    return await uow.job_events.purge(before=now - EVENTS_KEPT_FOR)
