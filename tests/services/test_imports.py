"""A sweep: what is new is told once, what is unchanged costs nothing, what breaks leaves nothing."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from domain.alerts import Frequency
from domain.errors import SourceError
from domain.imports import Outcome
from domain.job_events import EventStatus, Rejected
from domain.outbox import Kind
from domain.sectors import SectorBasis
from services import imports, listings
from sources.reading import Page
from tests.services.import_world import (
    ANA,
    BEN,
    DAY,
    LYON,
    TEVA,
    an_event,
    some,
)


async def test_the_first_sweep_of_a_source_can_be_found_but_is_not_pushed(world):
    await world.subscriber()
    result = await world.sweep(*some(3))
    assert (result.outcome, result.figures.new, result.figures.matched) == (Outcome.COMPLETE, 3, 0)
    assert await world.waiting() == []
    async with world.database.reading() as uow:
        (alert,) = await uow.alerts.of_subscriber(ANA)
        assert len(await uow.browsing.fitting(alert, now=world.now, limit=9)) == 3


async def test_a_first_sweep_that_fails_is_no_baseline(world):
    await world.subscriber()
    await world.sweep(*some(2), breaks_off=SourceError("down"))
    await world.sweep(*some(3))
    assert await world.waiting() == []
    await world.sweep(*some(4))
    assert len(await world.waiting()) == 1


async def test_what_is_new_after_the_baseline_reaches_those_whom_it_fits(world):
    await world.subscriber(ANA)
    await world.subscriber(BEN, point=LYON)
    await world.baseline(*some(1))
    result = await world.sweep(*some(3))
    assert (result.figures.new, result.figures.matched, result.figures.unchanged) == (2, 2, 1)
    (message,) = await world.waiting()
    assert (message.chat_id, message.kind) == (ANA, Kind.MATCHES)


async def test_a_page_that_concerns_very_many_is_saved_in_several_transactions(world, monkeypatch):
    monkeypatch.setattr(listings, "ENOUGH", 2)
    await world.subscriber()
    await world.baseline()
    async with world.database.unit_of_work() as uow:
        reading = await imports.begin(uow, "openagenda", now=world.now)
        left = await imports.apply_page(uow, reading, some(3), now=world.now)
    assert left == some(3)[2:]
    assert await world.counts("job_events", "matches", "outbox") == (2, 2, 1)
    result = await world.sweep(*some(9))
    assert (result.figures.new, result.figures.matched, result.figures.unchanged) == (7, 7, 2)


async def test_the_end_of_the_sweep_ends_the_gathering(world):
    await world.subscriber()
    await world.baseline()
    published = world.now
    await world.sweep(*some(2))
    (message,) = await world.waiting()
    assert message.due_at == published


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_sweep_keeps_nothing_more_once_another_process_began_one(world, pages):
    """What one saw while the other went on would count as missing from that one."""
    first, second = some(2)

    async def overtaken():
        yield Page((first,))
        async with world.database.unit_of_work() as uow:
            await imports.begin(uow, "openagenda", now=world.now)
        if pages > 1:
            yield Page((second,))

    result = await imports.sweep(world.database.unit_of_work, "openagenda", overtaken(), lambda: world.now)
    assert (result.outcome, result.figures.new) == (Outcome.INTERRUPTED, 1)
    async with world.database.reading() as uow:
        (source,) = await imports.health(uow, now=world.now)
    assert source.trouble is None
    assert source.last_complete_at is None


async def test_a_long_sweep_tells_after_a_minute_what_it_found_till_then(world):
    await world.subscriber()
    await world.baseline()
    begun = world.now
    async with world.database.unit_of_work() as uow:
        reading = await imports.begin(uow, "openagenda", now=begun)
    for number, after_s in ((1, 0), (2, 59), (3, 61)):
        async with world.database.unit_of_work() as uow:
            now = begun + dt.timedelta(seconds=after_s)
            await imports.apply_page(uow, reading, [an_event(number)], now=now)
    first, second = await world.waiting()
    assert first.due_at == begun + dt.timedelta(seconds=60)
    assert second.due_at == begun + dt.timedelta(seconds=121)
    async with world.database.reading() as uow:
        assert len(await uow.match_queue.untold([ANA], now=first.due_at)) == 2


async def test_each_is_told_in_their_own_day_and_as_often_as_they_wish(world):
    await world.subscriber(ANA, frequency=Frequency.DAILY)
    await world.subscriber(BEN, frequency=Frequency.WEEKLY)
    await world.subscriber(TEVA, zone="Pacific/Tahiti")
    await world.baseline()
    await world.sweep(an_event())
    due = {message.chat_id: message.due_at for message in await world.waiting()}
    assert due == {
        TEVA: dt.datetime(2026, 6, 1, 18, tzinfo=dt.UTC),
        ANA: dt.datetime(2026, 6, 2, 7, tzinfo=dt.UTC),
        BEN: dt.datetime(2026, 6, 8, 7, tzinfo=dt.UTC),
    }


@pytest.mark.parametrize(("multisector", "at_once"), [(False, False), (True, True)])
async def test_an_event_of_unknown_sector_waits_for_the_digest(world, multisector, at_once):
    await world.subscriber()
    await world.baseline()
    published = world.now
    await world.sweep(
        an_event(sectors=frozenset(), sector_basis=SectorBasis.UNKNOWN, multisector=multisector)
    )
    (message,) = await world.waiting()
    assert (message.due_at == published) is at_once


@pytest.mark.parametrize("status", [EventStatus.FULL, EventStatus.CANCELLED])
async def test_what_is_full_or_cancelled_from_the_start_is_kept_and_not_pushed(world, status):
    await world.subscriber()
    await world.baseline()
    await world.sweep(an_event(status=status))
    assert (await world.event()).event.status is status
    assert await world.waiting() == []


async def test_what_began_is_not_imported(world):
    result = await world.sweep(an_event(starts_at=world.now), an_event(2, starts_at=world.now - 9 * DAY))
    assert (result.figures.past, result.figures.new) == (2, 0)
    assert await world.count("job_events") == 0


async def test_what_cannot_be_read_is_set_aside_once_with_its_reason(world):
    def rejected(reason):
        return [Rejected(source="openagenda", source_id="9", reason=reason, raw="{}")]

    await world.sweep(rejected=rejected("no date"))
    result = await world.sweep(rejected=rejected("ends before it starts"))
    assert result.figures.quarantined == 1
    found = await world.rows("SELECT source_id, reason FROM quarantined_records")
    assert found == [("9", "ends before it starts")]


async def test_a_page_that_breaks_leaves_neither_event_nor_message(world):
    await world.subscriber()
    await world.baseline()
    poisoned = an_event(2, seats_total=10**30)
    with pytest.raises((OverflowError, sa.exc.DBAPIError)) as caught:
        await world.sweep(an_event(1), poisoned, an_event(3))
    assert await world.counts("job_events", "matches", "outbox") == (0, 0, 0)
    health = await world.health()
    assert health.last_error == f"the import broke off ({caught.typename})"


async def test_a_transaction_cut_short_after_the_matches_leaves_nothing(world):
    await world.subscriber()
    await world.baseline()
    async with world.database.unit_of_work() as uow:
        reading = await imports.begin(uow, "openagenda", now=world.now)

    async def interrupted():
        async with world.database.unit_of_work() as uow:
            await imports.apply_page(uow, reading, some(3), now=world.now)
            assert reading.figures.matched == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await interrupted()
    assert await world.counts("job_events", "matches", "outbox") == (
        0,
        0,
        0,
    )


async def test_the_pages_before_a_break_stay_with_all_they_caused(world):
    await world.subscriber()
    await world.baseline()
    result = await world.sweep(*some(4), size=2, breaks_off=SourceError("half a page"))
    assert (result.outcome, result.error, result.figures.new) == (Outcome.FAILED, "half a page", 4)
    assert await world.counts("job_events", "matches", "outbox") == (
        4,
        4,
        1,
    )


async def test_an_unchanged_sweep_writes_no_event_row(world):
    events = some(250)
    await world.sweep(*events)
    statements = []
    engine = world.database._writer.sync_engine
    sa.event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    result = await world.sweep(*reversed(events))
    assert (result.outcome, result.figures.unchanged) == (Outcome.COMPLETE, 250)
    assert statements
    assert not [text for text in statements if re.match(r"(INSERT INTO|UPDATE|DELETE FROM) job_events", text)]


async def test_a_page_takes_as_many_statements_for_many_known_events_as_for_one(world):
    statements = []

    async def count(events):
        statements.clear()
        await world.sweep(*events)
        return len(statements)

    events = some(40)
    await world.sweep(*events)
    engine = world.database._writer.sync_engine
    sa.event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert await count(events[:30]) == await count(events)


async def test_what_a_page_gives_twice_counts_once(world):
    one = an_event(1)
    result = await world.sweep(one, one, an_event(2, other_ids=("3",)), an_event(3))
    assert (result.figures.new, await world.count("job_events"), await world.count("listings")) == (2, 2, 3)


async def test_pages_in_another_order_with_one_repeated_change_nothing(world):
    events = some(6)
    await world.sweep(*events, size=2)
    result = await world.sweep(*events[4:], *events[:2], *events[2:4], *events[:2], size=2)
    assert (await world.count("job_events"), result.figures.new, result.figures.changed) == (6, 0, 0)


async def test_a_silent_difference_is_saved_and_told_to_nobody(world):
    await world.subscriber()
    await world.baseline(an_event())
    await world.remind(ANA, 1)
    result = await world.sweep(an_event(description="Venez nombreux", seats_left=3))
    stored = await world.event()
    assert (result.figures.saved, result.figures.changed) == (1, 0)
    assert (stored.event.description, stored.version) == ("Venez nombreux", 1)
    assert await world.waiting() == []
    assert (await world.sweep(stored.event)).figures.unchanged == 1


async def test_a_difference_that_leads_to_what_is_known_writes_nothing(world):
    await world.sweep(an_event(mee_id=5))
    result = await world.sweep(an_event())
    assert (result.figures.unchanged, (await world.event()).event.mee_id) == (1, 5)
