"""One event on site held against all alerts, and its messages queued, in the program's own transaction.

Measured: the statement that matches, alone (`storage.matching.fitting_alerts`), and the whole of
`MatchQueue.queue_for` with its commit. Peers in the same run, over the same alerts and events: a Python loop
over `domain.matching.match`; a bounding-box index (an index over latitude and longitude of a table with all
that matching needs, the box as wide as the widest radius, masks and exact distance after), and the same with
all rows in the order of that index; PostGIS where PostgreSQL has it (a GiST index over geography, ST_DWithin
on the sphere); the bare `INSERT … SELECT` of the very rows that ours wrote, from a table that holds nothing
else into tables with a number and the index over due instants. Before anything is timed, what the statement
finds is compared with the loop, alert by alert; what the others find, with ours at each event.
Physical limit: the rows to be written. At 30 messages a second, what one event in Paris queues takes an
hour to send.
Alone: `python -m benchmarks.bench_matching [--full] [--database-url URL]`; `--full` goes on to six million;
`python -m benchmarks.on_postgresql bench_matching` brings a PostgreSQL along, without PostGIS.
"""

import asyncio
import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from benchmarks import crowd, harness, peers_of_matching
from benchmarks.peers_of_matching import Peer
from domain import matching, schedule
from domain.alerts import Alert
from domain.job_events import JobEvent, Mode
from domain.outbox import Kind
from storage import Database
from storage import matching as in_sql
from storage.tables import matches, outbox

SIZES = (100_000, 1_000_000)
FULL = 6_000_000
EVENTS = 100
SLOW_EVENTS = 5
"""For the peers that take seconds."""

_meta = sa.MetaData()


def _bare(table: sa.Table, *index: str, where: str) -> tuple[sa.Table, sa.Table]:
    """Return a table of the same columns with a number and its due index, and one with nothing."""
    columns = [sa.Column(column.name, column.type) for column in table.columns if column.name != "id"]
    due = sa.Index(
        f"ix_bare_{table.name}", *index, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
    bare = sa.Table(
        f"bare_{table.name}",
        _meta,
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        *columns,
        due,
    )
    source = sa.Table(
        f"rows_of_{table.name}", _meta, *(sa.Column(column.name, column.type) for column in columns)
    )
    return bare, source


BARE = {
    matches: _bare(matches, "due_at", where="told_at IS NULL"),
    outbox: _bare(outbox, "lane", "due_at", where="state = 'pending'"),
}


@dataclass(slots=True)
class Times:
    """Seconds of each event, at one size."""

    match: list[float] = field(default_factory=list)
    queue: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    peers: Sequence[Peer] = ()
    loop: list[float] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)
    """Matches and messages of each event."""
    lags: list[float] = field(default_factory=list)


async def main() -> None:
    """Measure at each size, then the growth."""
    options = harness.options(__doc__, harness.DATABASE_URL)
    database = await harness.server(options.database_url)
    report = harness.report(6, "Matching", f"{__doc__}\n{crowd.SPREAD}", database)
    draw = crowd.Crowd(seed=2)
    events, online = draw.events(EVENTS), draw.events(3, mode=Mode.ONLINE)
    different = [alert for alert, _ in crowd.drawn(crowd.DIFFERENT)]
    means: dict[int, tuple[float, float]] = {}
    for count in (*SIZES, FULL) if options.full else SIZES:
        async with crowd.gathered(count, options.database_url) as data:
            await check(data, different, count, events[:SLOW_EVENTS] + online[:1])
            times = await measure(data, different, count, events)
            tell(report, count, times)
            await tell_online(report, data, count, online)
        means[count] = statistics.mean(times.match), statistics.mean(times.queue)
    tell_growth(report, means)
    report.publish()


async def check(data: Database, different: Sequence[Alert], count: int, events: Sequence[JobEvent]) -> None:
    """Compare what the statement finds with the rule for one pair."""
    copies = range(0, count, crowd.DIFFERENT)
    for event in events:
        fitting = [one.id for one in different if matching.match(one, event, now=crowd.NOW)]
        expected = sorted(number + first for number in fitting for first in copies)
        async with data.reading() as uow:
            found = await uow._connection.execute(in_sql.fitting_alerts(event))  # noqa: SLF001 -- to compare
            assert sorted({row.alert_id for row in found}) == expected, event
    print(f"  {count:,} alerts: equal to brute force on {len(events)} events")


async def measure(
    data: Database, different: Sequence[Alert], count: int, events: Sequence[JobEvent]
) -> Times:
    """Take each event through ours and its peers, in turn."""
    times = Times()
    everyone = list(itertools.chain.from_iterable(itertools.repeat(different, count // crowd.DIFFERENT)))
    async with data.unit_of_work() as uow:
        zones = await uow.subscribers.zones()
        ids = await uow.job_events.add_many(events, now=crowd.NOW, is_baseline=False)
        await uow._connection.run_sync(_meta.drop_all)  # noqa: SLF001 -- the same, left by a smaller size
        await uow._connection.run_sync(_meta.create_all)  # noqa: SLF001 -- the peers' tables
    times.peers = await peers_of_matching.prepared(data)
    for number, event in zip(ids, events, strict=True):
        has_slow = count < FULL and len(times.loop) < SLOW_EVENTS
        async with harness.feeling_lag(times.lags):
            found = await time_ours(data, number, event, zones, times)
        await time_bare(data, number, times)
        for peer in times.peers:
            await time_peer(data, peer, event, found)
        if has_slow:
            with harness.timed(times.loop):
                _ = [one.id for one in everyone if matching.match(one, event, now=crowd.NOW)]
    return times


async def time_ours(
    data: Database, number: int, event: JobEvent, zones: Sequence[str], times: Times
) -> tuple[int, int]:
    """Match alone, then match and queue; return how many alerts fit, and the sum of their numbers."""
    found = in_sql.fitting_alerts(event).subquery()
    counted = sa.select(sa.func.count(), sa.func.sum(found.c.alert_id))
    async with data.reading() as uow:
        with harness.timed(times.match):
            fitting = (await uow._connection.execute(counted)).one()  # noqa: SLF001 -- the statement alone
    due = schedule.telling_times(
        crowd.NOW, crowd.NOW + schedule.GATHERING, zones, is_sector_known=event.is_sector_known
    )
    with harness.timed(times.queue):
        async with data.unit_of_work() as uow:
            await uow.match_queue.queue_for(number, event, due, now=crowd.NOW)
    return fitting[0], fitting[1]


async def time_bare(data: Database, number: int, times: Times) -> None:
    """Insert the same rows into tables that hardly know them."""
    wrote = {
        matches: matches.c.job_event_id == number,
        outbox: outbox.c.key.like(f"{Kind.MATCHES.value}:{number}:%"),
    }
    rows = []
    async with data.unit_of_work() as uow:
        for table, (_, source) in BARE.items():
            columns = [column.name for column in source.columns]
            same = sa.select(*(table.c[name] for name in columns)).where(wrote[table])
            await uow._connection.execute(sa.delete(source))  # noqa: SLF001 -- the peer's tables
            added = await uow._connection.execute(sa.insert(source).from_select(columns, same))  # noqa: SLF001 -- the same
            rows.append(added.rowcount)
    times.rows.append((rows[0], rows[1]))
    with harness.timed(times.bare):
        async with data.unit_of_work() as uow:
            for bare, source in BARE.values():
                columns = [column.name for column in source.columns]
                await uow._connection.execute(sa.insert(bare).from_select(columns, sa.select(source)))  # noqa: SLF001 -- the same


async def time_peer(data: Database, peer: Peer, event: JobEvent, ours: tuple[int, int]) -> None:
    """Find the same alerts another way."""
    async with data.reading() as uow:
        with harness.timed(peer.times):
            found = (await uow._connection.execute(*peer.ask(event))).one()  # noqa: SLF001 -- the peer's statement
    assert peer.is_right((found[0], found[1]), ours), (peer.name, event)


def tell(report: harness.Report, count: int, times: Times) -> None:
    """Report one size."""
    size = f"{count // 1000:,} k alerts"
    match, queue = statistics.mean(times.match), statistics.mean(times.queue)
    if times.loop:
        slow = len(times.loop)
        report.add(
            harness.Figure(
                what=f"{size}: match against the Python loop",
                ours=f"{ms(match)} mean, {ms(statistics.median(times.match))} median",
                peer=f"loop {ms(statistics.mean(times.loop))} mean",
                values=[loop / match for loop in times.loop],
                goal=harness.at_least(100) if count >= SIZES[-1] else None,
            )
        )
        report.add(
            harness.Figure(
                what=f"{size}: match and queue against the Python loop, which queues nothing",
                ours=f"{ms(statistics.mean(times.queue[:slow]))} mean of those events",
                peer=f"loop {ms(statistics.mean(times.loop))} mean",
                values=[statistics.mean(times.loop) / statistics.mean(times.queue[:slow])],
            )
        )
    for peer in times.peers:
        mean, median = statistics.mean(peer.times), statistics.median(peer.times)
        report.add(
            harness.Figure(
                what=f"{size}: match against {peer.name}",
                ours=f"{ms(match)} mean",
                peer=f"{ms(mean)} mean, {ms(median)} median",
                values=[mean / match],
                goal=harness.at_least(peer.goal) if count >= SIZES[-1] else None,
            )
        )
    told, queued = (sum(rows[n] for rows in times.rows) for n in (0, 1))
    report.add(
        harness.Figure(
            what=f"{size}: rows/s of match and queue against the bare insert of the same rows",
            ours=f"{(told + queued) / sum(times.queue):,.0f} rows/s ({queued / EVENTS:,.0f} an event)",
            peer=f"bare {(told + queued) / sum(times.bare):,.0f} rows/s",
            values=[sum(times.bare) / sum(times.queue)],
            goal=harness.at_least(0.25),
        )
    )
    worst = max(rows[1] for rows in times.rows)
    slowest = harness.percentile(times.match, 0.99)
    report.add(
        harness.Figure(
            what=f"{size}: p99 of match, s",
            ours=f"{ms(slowest)} of {EVENTS} events",
            peer=f"bare insert of what it finds p99 {ms(harness.percentile(times.bare, 0.99))}",
            values=[slowest],
            goal=harness.at_most(0.5) if count == FULL else None,
        )
    )
    report.add(
        harness.Figure(
            what=f"{size}: p99 of match and queue, s",
            ours=f"{ms(queue)} mean of {EVENTS} events, most messages {worst:,}",
            peer=f"match alone p99 {ms(slowest)}, bare insert p99 {ms(harness.percentile(times.bare, 0.99))}",
            values=[harness.percentile(times.queue, 0.99)],
            goal=harness.at_most(0.5) if count == FULL else None,
        )
    )
    report.add(
        harness.Figure(
            what=f"{size}: event loop late meanwhile, p99 ms",
            ours=f"{harness.percentile(times.lags, 0.99) * 1000:.1f} ms",
            peer=f"median {statistics.median(times.lags) * 1000:.1f} ms",
            values=[harness.percentile(times.lags, 0.99) * 1000],
            goal=harness.at_most(5),
        )
    )
    for name, values in (
        ("match", times.match),
        ("match and queue", times.queue),
        *((peer.name, peer.times) for peer in times.peers),
        ("Python loop", times.loop),
    ):
        if values:
            line = name if report.database == harness.SQLITE else f"{name}, {report.database}"
            report.curves.setdefault(line, []).append((count, statistics.mean(values) * 1000))


async def tell_online(report: harness.Report, data: Database, count: int, events: Sequence[JobEvent]) -> None:
    """Report an online event, for which distance does not count: what it takes is what it queues."""
    times = Times()
    async with data.unit_of_work() as uow:
        zones = await uow.subscribers.zones()
        ids = await uow.job_events.add_many(events, now=crowd.NOW, is_baseline=False)
    for number, event in zip(ids, events, strict=True):
        await time_ours(data, number, event, zones, times)
        await time_bare(data, number, times)
    rows = sum(sum(rows) for rows in times.rows)
    report.add(
        harness.Figure(
            what=f"{count // 1000:,} k alerts: an online event, rows/s against the bare insert",
            ours=f"{rows / sum(times.queue):,.0f}/s, {times.rows[0][1]:,} messages in {times.queue[0]:.1f} s",
            peer=f"bare {rows / sum(times.bare):,.0f} rows/s",
            values=[bare / queue for bare, queue in zip(times.bare, times.queue, strict=True)],
        )
    )


def tell_growth(report: harness.Report, means: Mapping[int, tuple[float, float]]) -> None:
    """Report the exponent: 1 is as fast as the number of alerts."""
    sizes = sorted(means)
    for place, what in enumerate(("match", "match and queue")):
        xs, ys = [math.log(size) for size in sizes], [math.log(means[size][place]) for size in sizes]
        report.add(
            harness.Figure(
                what=f"{what}: exponent of growth from {sizes[0]:,} to {sizes[-1]:,} alerts",
                ours=", ".join(ms(means[size][place]) for size in sizes),
                peer="1 = as the alerts",
                values=[statistics.linear_regression(xs, ys).slope],
                goal=harness.at_most(1.05),
            )
        )


def ms(seconds: float) -> str:
    """Return milliseconds to read."""
    return f"{seconds * 1000:,.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
