"""What importing remembers: listings, sources, runs, and what was set aside."""

import dataclasses
import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.imports import ABSENCES_TO_VANISH, STALE_AFTER, Figures, Listing, Outcome, SourceHealth
from domain.job_events import EventStatus, Rejected
from storage import dialects
from storage.lists import padded
from storage.tables import import_runs, job_events, listings, quarantined_records, sources
from storage.without_orm import AsyncConnection

_LISTED_STATUSES = (EventStatus.SCHEDULED, EventStatus.FULL)


_SOURCE: sa.BindParameter[str] = sa.bindparam("source")
_KNOWN_SOURCE = sa.select(sources.c.baseline_at).where(sources.c.name == _SOURCE)
_CHANGE_SOURCE = sa.update(sources).where(sources.c.name == sa.bindparam("of"))
_COMPLETE = _CHANGE_SOURCE.values(
    baseline_at=sa.func.coalesce(sources.c.baseline_at, sa.bindparam("now", type_=sources.c.baseline_at.type))
)
_OPEN = sa.insert(import_runs)
_CHANGE_RUN = sa.update(import_runs).where(import_runs.c.id == sa.bindparam("of"))
_INTERRUPT = (
    sa.update(import_runs)
    .where(import_runs.c.source == sa.bindparam("of"), import_runs.c.outcome == Outcome.RUNNING)
    .values(outcome=Outcome.INTERRUPTED)
)
_RUNNING = sa.select(import_runs.c.id).where(
    import_runs.c.id == sa.bindparam("of"), import_runs.c.outcome == Outcome.RUNNING
)


def _known() -> sa.Select[Any]:
    owner, its_source = listings.alias(), sources.alias()
    owns = sa.and_(job_events.c.source == listings.c.source, job_events.c.source_id == listings.c.source_id)
    owner_is_silent = sa.or_(
        owner.c.absences.is_(None),
        owner.c.absences > 0,
        sa.and_(job_events.c.source != _SOURCE, its_source.c.last_complete_at < sa.bindparam("heard_after")),
    )
    return (
        sa.select(
            listings.c.source_id,
            listings.c.job_event_id,
            listings.c.fingerprint,
            sa.or_(owns, sa.func.coalesce(owner_is_silent, sa.false())).label("speaks"),
            (job_events.c.status == EventStatus.UNLISTED).label("is_unlisted"),
            job_events.c.is_baseline,
        )
        .join(job_events, job_events.c.id == listings.c.job_event_id)
        .outerjoin(
            owner,
            sa.and_(owner.c.source == job_events.c.source, owner.c.source_id == job_events.c.source_id),
        )
        .outerjoin(its_source, its_source.c.name == job_events.c.source)
        .where(listings.c.source == _SOURCE, listings.c.source_id.in_(sa.bindparam("ids", expanding=True)))
    )


def _suddenly_missing() -> sa.Select[int, int]:
    was_seen = sa.func.max(sa.case((listings.c.seen_in == sa.bindparam("run"), 1), else_=0))
    events = (
        sa.select(was_seen.label("was_seen"))
        .join(job_events, job_events.c.id == listings.c.job_event_id)
        .where(
            listings.c.source == _SOURCE,
            listings.c.absences == 0,
            job_events.c.starts_at > sa.bindparam("after"),
            job_events.c.first_seen_at < sa.bindparam("known_before"),
        )
        .group_by(listings.c.job_event_id)
        .subquery()
    )
    seen = sa.func.coalesce(sa.func.sum(events.c.was_seen), 0)
    return sa.select(sa.func.count() - seen, sa.func.count()).select_from(events)


def _vanished() -> sa.Select[int]:
    gone = sa.select(listings.c.job_event_id).where(listings.c.absences >= ABSENCES_TO_VANISH)
    still = listings.alias()
    listed = (
        sa.select(still.c.source)
        .join(sources, sources.c.name == still.c.source)
        .where(
            still.c.job_event_id == job_events.c.id,
            still.c.absences < ABSENCES_TO_VANISH,
            # a source that is out of reach, or was given up, vouches for nothing
            sa.or_(
                sources.c.last_complete_at.is_(None),
                sources.c.last_complete_at >= sa.bindparam("heard_after"),
            ),
        )
    )
    return (
        sa.select(job_events.c.id)
        .where(
            job_events.c.starts_at > sa.bindparam("after"),
            job_events.c.status.in_(_LISTED_STATUSES),
            job_events.c.id.in_(gone),
            ~listed.exists(),
        )
        .order_by(job_events.c.id)
        .limit(sa.bindparam("room", type_=sa.Integer))
    )


_KNOWN, _SUDDENLY_MISSING, _VANISHED = _known(), _suddenly_missing(), _vanished()
_ATTACH = sa.insert(listings)
_SEEN = sa.update(listings).where(
    listings.c.source == sa.bindparam("of"), listings.c.source_id.in_(sa.bindparam("ids", expanding=True))
)
_ABSENT = (
    sa.update(listings)
    .where(
        listings.c.source == sa.bindparam("of"),
        listings.c.seen_in != sa.bindparam("run"),
        listings.c.absences < ABSENCES_TO_VANISH,
        listings.c.job_event_id.in_(
            sa.select(job_events.c.id).where(job_events.c.starts_at > sa.bindparam("after"))
        ),
    )
    .values(absences=listings.c.absences + 1)
)


class Imports:
    """The tables behind importing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, source: str, *, now: dt.datetime) -> tuple[int, bool]:
        """Open a run; return its number, and whether the source has had a complete one before."""
        # held: of two processes that begin at once, the later sees the other's run and ends it
        found = await self._connection.execute(
            dialects.in_hand(self._connection, _KNOWN_SOURCE), {"source": source}
        )
        row = found.one_or_none()
        if row is None:
            new = dialects.insert_new(self._connection, sources)
            await self._connection.execute(new, {"name": source, "first_read_at": now})
        await self._connection.execute(_INTERRUPT, {"of": source})
        run = {"source": source, "started_at": now, "outcome": Outcome.RUNNING, "figures": "{}"}
        opened = await self._connection.execute(_OPEN, run)
        (run_id,) = opened.inserted_primary_key or (0,)
        return int(run_id), row is not None and row.baseline_at is not None

    async def is_running(self, run_id: int) -> bool:
        """Say whether this run is still its source's own, and hold it so: none has begun since."""
        running = dialects.in_hand(self._connection, _RUNNING)
        return await self._connection.scalar(running, {"of": run_id}) is not None

    async def known(self, source: str, ids: Collection[str], *, now: dt.datetime) -> Mapping[str, Listing]:
        """Return those of a source's ids that are listings already."""
        about = {"source": source, "ids": padded(ids), "heard_after": now - STALE_AFTER}
        found = await self._connection.execute(_KNOWN, about)
        return {row.source_id: Listing(**row._mapping) for row in found}  # noqa: SLF001 -- its public name

    async def attach(self, source: str, rows: Mapping[str, tuple[int, str]], *, run_id: int) -> None:
        """Note new listings: by id, the event that each leads to and what it said."""
        if not rows:
            return
        await self._connection.execute(
            _ATTACH,
            [
                {
                    "source": source,
                    "source_id": source_id,
                    "job_event_id": job_event_id,
                    "fingerprint": fingerprint,
                    "seen_in": run_id,
                    "absences": 0,
                }
                for source_id, (job_event_id, fingerprint) in rows.items()
            ],
        )

    async def mark_seen(self, source: str, ids: Collection[str], *, run_id: int) -> None:
        """Note that a run saw these ids, all at once."""
        seen = {"of": source, "ids": padded(ids), "seen_in": run_id, "absences": 0}
        await self._connection.execute(_SEEN, seen)

    async def remember(self, source: str, fingerprints: Mapping[str, str]) -> None:
        """Note what these ids say now; there is at least one."""
        await self._connection.execute(
            sa.update(listings)
            .where(listings.c.source == source, listings.c.source_id == sa.bindparam("of"))
            .values(fingerprint=sa.bindparam("said")),
            [{"of": source_id, "said": said} for source_id, said in fingerprints.items()],
        )

    async def suddenly_missing(
        self, source: str, *, run_id: int, after: dt.datetime, known_before: dt.datetime
    ) -> tuple[int, int]:
        """Count the events after this instant that the source gave till now: those missing, and all."""
        about = {"source": source, "run": run_id, "after": after, "known_before": known_before}
        found = await self._connection.execute(_SUDDENLY_MISSING, about)
        missing, known = found.one()
        return int(missing), int(known)

    async def count_absences(self, source: str, *, run_id: int, after: dt.datetime) -> None:
        """Count one more absence for each listing that a complete run did not see."""
        await self._connection.execute(_ABSENT, {"of": source, "run": run_id, "after": after})

    async def vanished(self, *, now: dt.datetime, after: dt.datetime, limit: int) -> Sequence[int]:
        """Return events after this instant that no source we can read lists any more, not yet marked so."""
        about = {"after": after, "heard_after": now - STALE_AFTER, "room": limit}
        return (await self._connection.execute(_VANISHED, about)).scalars().all()

    async def complete(self, source: str, *, now: dt.datetime) -> None:
        """Note that a source was read whole and believed: it is well."""
        well = {"failing_since": None, "last_error": None, "held_back_since": None}
        about = {"of": source, "now": now, "last_complete_at": now}
        await self._connection.execute(_COMPLETE, about | well)

    async def hold_back(self, source: str, reason: str, *, now: dt.datetime) -> None:
        """Note that a source was read whole and not believed."""
        await self._set_trouble(source, "held_back_since", reason, now)
        await self._connection.execute(
            sa.update(sources).where(sources.c.name == source).values(failing_since=None)
        )

    async def fail(self, source: str, reason: str, *, now: dt.datetime) -> None:
        """Note that a source could not be read to its end."""
        await self._set_trouble(source, "failing_since", reason, now)

    async def _set_trouble(self, source: str, column: str, reason: str, now: dt.datetime) -> None:
        since = sources.c[column]
        first = sa.func.coalesce(since, sa.literal(now, since.type))
        await self._connection.execute(
            sa.update(sources).where(sources.c.name == source).values({column: first, "last_error": reason})
        )

    async def close(self, run_id: int, outcome: Outcome, figures: Figures, *, now: dt.datetime) -> None:
        """Note how a run ended."""
        ended = {"finished_at": now, "figures": json.dumps(dataclasses.asdict(figures))}
        await self._connection.execute(_CHANGE_RUN, {"of": run_id, "outcome": outcome, **ended})

    async def first_baseline_at(self) -> dt.datetime | None:
        """Return when the first complete sweep of any source ended; None before it."""
        found = await self._connection.execute(sa.select(sa.func.min(sources.c.baseline_at)))
        instant: dt.datetime | None = found.scalar_one()
        return instant

    async def health(self, *, now: dt.datetime) -> Sequence[SourceHealth]:
        """Return how every source ever read is doing, by name."""
        found = await self._connection.execute(sa.select(sources))
        return [
            SourceHealth(
                name=row.name,
                first_read_at=row.first_read_at,
                last_complete_at=row.last_complete_at,
                failing_since=row.failing_since,
                last_error=row.last_error,
                held_back_since=row.held_back_since,
                told_at=row.told_at,
                is_stale=now - (row.last_complete_at or row.first_read_at) > STALE_AFTER,
            )
            # sorted here: databases order letters each in its way
            for row in sorted(found, key=lambda row: str(row.name))
        ]

    async def mark_told(self, source: str, *, now: dt.datetime) -> None:
        """Note that operators heard of a source's trouble."""
        await self._connection.execute(sa.update(sources).where(sources.c.name == source).values(told_at=now))

    async def quarantine(self, rejected: Sequence[Rejected], *, now: dt.datetime) -> None:
        """Set records aside, each with its reason; one already there is written anew."""
        for record in rejected:
            row = {
                "source": record.source,
                "source_id": record.source_id,
                "reason": record.reason,
                "raw": record.raw,
                "seen_at": now,
            }
            await dialects.save(self._connection, quarantined_records, row)

    async def purge(self, *, before: dt.datetime) -> None:
        """Forget records set aside, and runs but the last, from before this instant."""
        await self._connection.execute(
            sa.delete(quarantined_records).where(quarantined_records.c.seen_at < before)
        )
        last = sa.select(sa.func.max(import_runs.c.id)).scalar_subquery()
        # the last one stays: numbers, which listings bear, are not given twice
        await self._connection.execute(
            sa.delete(import_runs).where(import_runs.c.started_at < before, import_runs.c.id != last)
        )
