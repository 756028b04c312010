"""What a sweep of a source does: new, changed, gone, held back; and what people hear of it."""

import dataclasses
import datetime as dt
import sqlite3
from contextlib import closing

import pytest

from domain.alerts import Alert, Frequency
from domain.availability import Availability
from domain.errors import SourceError
from domain.globe import Point
from domain.imports import Outcome, Trouble
from domain.job_events import EventKind, EventStatus, JobEvent, Mode, Rejected
from domain.outbox import Kind
from domain.reminders import Lead, Reminder
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Standing, Subscriber
from services import imports
from storage import database

MONDAY_NOON = dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)
"""In Paris; by day there and on Réunion, in the night on Tahiti."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TOULOUSE, LYON = Point(43.6, 1.44), Point(45.76, 4.84)
ANA, BEN, TEVA = 1, 2, 3
OPERATOR = 99


@dataclasses.dataclass
class Page:
    events: tuple[JobEvent, ...]
    rejected: tuple[Rejected, ...] = ()


def an_event(number=1, **changed):
    starts_at = changed.get("starts_at", MONDAY_NOON + 10 * DAY)
    values = {
        "source": "openagenda",
        "source_id": f"{number}",
        "kind": EventKind.JOB_DATING,
        "title": f"Rencontre numéro {number}",
        "starts_at": starts_at,
        "ends_at": starts_at + 2 * HOUR,
        "zone": "Europe/Paris",
        "mode": Mode.ON_SITE,
        "commune": "31555",
        "point": TOULOUSE,
        "sectors": frozenset({Sector.TRANSPORT}),
        "sector_basis": SectorBasis.STATED,
    }
    return JobEvent(**(values | changed))


def some(count, **changed):
    return [an_event(number, **changed) for number in range(1, count + 1)]


def but(event, **changed):
    if "starts_at" in changed:
        changed.setdefault("ends_at", changed["starts_at"] + 2 * HOUR)
    return dataclasses.replace(event, **changed)


class World:
    """A database, a clock, and sources to be read."""

    def __init__(self, opened, path):
        self.database = opened
        self.path = path
        self.now = MONDAY_NOON

    async def sweep(self, *events, source="openagenda", rejected=(), size=100, breaks_off=None, later=HOUR):
        """Read a source; afterwards it is `later`."""

        async def pages():
            for start in range(0, max(len(events), 1), size):
                yield Page(events[start : start + size], rejected if start == 0 else ())
            if breaks_off:
                raise breaks_off

        try:
            return await imports.sweep(self.database.unit_of_work, source, pages(), lambda: self.now)
        finally:
            self.now += later

    async def baseline(self, *events, source="openagenda"):
        """Let a source have its first sweep, then a second."""
        await self.sweep(*events, source=source)

    async def subscriber(self, number=ANA, *, zone="Europe/Paris", point=TOULOUSE, **wishes):
        person = Subscriber(id=number, zone=zone, created_at=self.now)
        async with self.database.unit_of_work() as uow:
            await uow.subscribers.add(person)
            await uow.alerts.add(
                Alert(subscriber_id=number, commune="31555", point=point, created_at=self.now, **wishes)
            )
        return person

    async def remind(self, number, event_id, lead=Lead.DAY_BEFORE, due_at=None):
        async with self.database.unit_of_work() as uow:
            await uow.reminders.save(
                Reminder(
                    subscriber_id=number,
                    job_event_id=event_id,
                    lead=lead,
                    due_at=due_at or MONDAY_NOON + 9 * DAY + 5 * HOUR,
                )
            )

    async def send_all(self):
        """Send what waits, as the worker does."""
        async with self.database.unit_of_work() as uow:
            far = self.now + 365 * DAY
            for message in await uow.outbox.claim(now=far, wall=far, lease=HOUR, limit=1000):
                if message.kind is Kind.MATCHES:
                    untold = await uow.matches.untold(message.chat_id, now=far)
                    ids = [number for number, _ in untold]
                    await uow.matches.mark_told(message.chat_id, ids, outbox_id=message.id, now=self.now)
                await uow.outbox.mark_sent(message.id, 1000 + message.id, now=self.now)

    async def waiting(self, kind=None):
        """What is still to be sent: soonest first."""
        async with self.database.unit_of_work() as uow:
            far = self.now + 365 * DAY
            messages = await uow.outbox.claim(now=far, wall=far, lease=HOUR, limit=1000)
            await uow.outbox.release([message.id for message in messages])
        return sorted(
            (message for message in messages if kind is None or message.kind is kind),
            key=lambda message: (message.due_at, message.chat_id),
        )

    async def event(self, number=1):
        async with self.database.reading() as uow:
            return await uow.job_events.get(number)

    async def health(self):
        async with self.database.reading() as uow:
            (one,) = await imports.health(uow, now=self.now)
        return one

    async def tell_operators(self, *chats):
        async with self.database.unit_of_work() as uow:
            return await imports.tell_operators(uow, ["openagenda"], chats, now=self.now)

    def rows(self, statement):
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchall()

    def count(self, table):
        ((number,),) = self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a name from this file
        return number


@pytest.fixture
async def world(tmp_path):
    path = tmp_path / "bot.db"
    async with database.opened(f"sqlite+aiosqlite:///{path}") as opened:
        yield World(opened, path)


# --- new -------------------------------------------------------------------------------------


async def test_the_first_sweep_of_a_source_can_be_found_but_is_not_pushed(world):
    await world.subscriber()
    result = await world.sweep(*some(3))
    assert (result.outcome, result.figures.new, result.figures.matched) == (Outcome.COMPLETE, 3, 0)
    assert await world.waiting() == []
    async with world.database.reading() as uow:
        (alert,) = await uow.alerts.of_subscriber(ANA)
        assert len(await uow.job_events.fitting(alert, now=world.now, limit=9)) == 3


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


async def test_the_end_of_the_sweep_ends_the_gathering(world):
    await world.subscriber()
    await world.baseline()
    published = world.now
    await world.sweep(*some(2))
    (message,) = await world.waiting()
    assert message.due_at == published


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
        assert len(await uow.matches.untold(ANA, now=first.due_at)) == 2


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
    assert world.count("job_events") == 0


async def test_what_cannot_be_read_is_set_aside_once_with_its_reason(world):
    def rejected(reason):
        return [Rejected(source="openagenda", source_id="9", reason=reason, raw="{}")]

    await world.sweep(rejected=rejected("no date"))
    result = await world.sweep(rejected=rejected("ends before it starts"))
    assert result.figures.quarantined == 1
    assert world.rows("SELECT source_id, reason FROM quarantined_records") == [("9", "ends before it starts")]


async def test_a_page_that_breaks_leaves_neither_event_nor_message(world):
    await world.subscriber()
    await world.baseline()
    poisoned = an_event(2, seats_total=10**30)
    with pytest.raises(OverflowError):
        await world.sweep(an_event(1), poisoned, an_event(3))
    assert (world.count("job_events"), world.count("matches"), world.count("outbox")) == (0, 0, 0)
    health = await world.health()
    assert health.last_error == "the import broke off (OverflowError)"


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
    assert (world.count("job_events"), world.count("matches"), world.count("outbox")) == (0, 0, 0)


async def test_the_pages_before_a_break_stay_with_all_they_caused(world):
    await world.subscriber()
    await world.baseline()
    result = await world.sweep(*some(4), size=2, breaks_off=SourceError("half a page"))
    assert (result.outcome, result.error, result.figures.new) == (Outcome.FAILED, "half a page", 4)
    assert (world.count("job_events"), world.count("matches"), world.count("outbox")) == (4, 4, 1)


# --- unchanged -------------------------------------------------------------------------------


async def test_an_unchanged_sweep_writes_no_event_row(world):
    events = some(250)
    await world.sweep(*events)
    with closing(sqlite3.connect(world.path)) as connection:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TRIGGER no_{verb} BEFORE {verb} ON job_events "
                "BEGIN SELECT RAISE(ABORT, 'an event row is written'); END"
            )
    result = await world.sweep(*reversed(events))
    assert (result.outcome, result.figures.unchanged) == (Outcome.COMPLETE, 250)


async def test_a_page_takes_as_many_statements_for_many_known_events_as_for_one(world):
    statements = []

    async def count(events):
        statements.clear()
        await world.sweep(*events)
        return len(statements)

    events = some(40)
    await world.sweep(*events)
    engine = world.database._writer.sync_engine
    import sqlalchemy as sa  # noqa: PLC0415 -- only this test looks under the hood

    sa.event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert await count(events[:30]) == await count(events)


async def test_what_a_page_gives_twice_counts_once(world):
    one = an_event(1)
    result = await world.sweep(one, one, an_event(2, other_ids=("3",)), an_event(3))
    assert (result.figures.new, world.count("job_events"), world.count("listings")) == (2, 2, 3)


async def test_pages_in_another_order_with_one_repeated_change_nothing(world):
    events = some(6)
    await world.sweep(*events, size=2)
    result = await world.sweep(*events[4:], *events[:2], *events[2:4], *events[:2], size=2)
    assert (world.count("job_events"), result.figures.new, result.figures.changed) == (6, 0, 0)


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


# --- doubles ---------------------------------------------------------------------------------


async def test_the_same_session_in_a_second_source_joins_the_first(world):
    await world.subscriber()
    await world.baseline()
    await world.baseline(source="francetravail")
    await world.sweep(an_event(mee_id=7))
    told = await world.waiting()
    other = an_event(50, source="francetravail", mee_id=7, title="Tout autre titre")
    result = await world.sweep(other, source="francetravail")
    assert (result.figures.merged, result.figures.new) == (1, 0)
    assert (world.count("job_events"), world.count("listings")) == (1, 2)
    assert (await world.event()).event.title == "Rencontre numéro 1"
    assert await world.waiting() == told


async def test_without_an_id_on_the_site_start_commune_and_title_decide(world):
    await world.sweep(an_event(title="Forum de l'emploi"))
    later = MONDAY_NOON + 11 * DAY
    result = await world.sweep(
        an_event(50, source="file", title="FORUM DE L’EMPLOI"),
        an_event(51, source="file", title="Forum de l'emploi", commune="69123"),
        an_event(52, source="file", title="Forum de l'emploi", starts_at=later),
        source="file",
    )
    assert (result.figures.merged, result.figures.new) == (1, 2)


async def test_doubles_within_one_page_become_one_event_told_once(world):
    await world.subscriber()
    await world.baseline()
    result = await world.sweep(*(an_event(number, title="Forum") for number in (1, 2, 3)))
    assert (result.figures.new, result.figures.merged, result.figures.matched) == (1, 2, 1)
    assert (world.count("job_events"), world.count("listings")) == (1, 3)


async def test_a_new_elder_of_known_doubles_joins_their_event(world):
    await world.sweep(an_event(5))
    result = await world.sweep(an_event(4, title="Même séance", other_ids=("5",)))
    assert (result.figures.merged, world.count("job_events")) == (1, 1)
    assert world.rows("SELECT source_id, job_event_id, absences FROM listings") == [("4", 1, 0), ("5", 1, 0)]


async def test_ids_merged_later_are_noted_with_their_event(world):
    await world.sweep(an_event(4))
    await world.sweep(an_event(4, other_ids=("5", "6")))
    assert world.count("listings") == 3


async def test_two_sources_that_word_it_otherwise_do_not_overwrite_each_other(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7, description="B")
    for _ in range(2):
        await world.sweep(here)
        await world.sweep(there, source="francetravail")
    result = await world.sweep(but(there, starts_at=here.starts_at + HOUR), source="francetravail")
    assert (result.figures.changed, result.figures.saved, result.figures.unchanged) == (0, 0, 1)
    assert (await world.event()).event == here


async def test_when_the_first_source_drops_it_the_other_speaks_for_it(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7, description="B")
    others = [an_event(number, mee_id=100 + number) for number in (2, 3, 4)]
    await world.sweep(here, *others)
    await world.sweep(there, source="francetravail")
    await world.sweep(*others)
    await world.sweep(*others)
    assert (await world.event()).event.status is EventStatus.SCHEDULED
    moved = but(there, starts_at=here.starts_at + HOUR)
    result = await world.sweep(moved, source="francetravail")
    assert (result.figures.changed, (await world.event()).event) == (1, moved)


async def test_when_the_first_source_is_given_up_the_other_speaks_after_a_day(world):
    here, there = an_event(mee_id=7), an_event(50, source="francetravail", mee_id=7)
    await world.sweep(here)
    await world.sweep(there, source="francetravail", later=25 * HOUR)
    moved = but(there, starts_at=here.starts_at + HOUR)
    assert (await world.sweep(moved, source="francetravail")).figures.changed == 1


async def test_a_session_cancelled_and_published_anew_is_new(world):
    await world.baseline(an_event(1, title="Forum", status=EventStatus.CANCELLED))
    cancelled = an_event(1, title="Forum", status=EventStatus.CANCELLED)
    assert (await world.sweep(cancelled, an_event(2, title="Forum"))).figures.new == 1


# --- changed ---------------------------------------------------------------------------------


async def told_and_reminded(world):
    """Ana was sent event 1 and asked to be reminded of it; Ben was sent it only."""
    await world.subscriber(ANA)
    await world.subscriber(BEN)
    await world.baseline()
    await world.sweep(*some(4))
    await world.send_all()
    await world.remind(ANA, 1)
    await world.remind(ANA, 1, Lead.TWO_HOURS, MONDAY_NOON + 10 * DAY - 2 * HOUR)


async def test_a_change_is_told_once_to_whom_it_concerns(world):
    await told_and_reminded(world)
    moved = but(an_event(), starts_at=MONDAY_NOON + 12 * DAY)
    changed_at = world.now
    result = await world.sweep(moved, *some(4)[1:])
    await world.sweep(moved, *some(4)[1:])
    assert (result.figures.changed, (await world.event()).version) == (1, 2)
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert (message.chat_id, message.key) == (ANA, "changed:1:2:1")
    assert message.payload == {"job_event_id": 1, "version": 2}
    assert (message.due_at, message.expires_at) == (changed_at, moved.starts_at)
    refreshes = await world.waiting(Kind.CARD_REFRESH)
    assert [refresh.chat_id for refresh in refreshes] == [ANA, BEN]
    assert all(refresh.key == f"refresh:{refresh.payload['outbox_id']}:1:2" for refresh in refreshes)


async def test_the_next_change_is_told_anew(world):
    await told_and_reminded(world)
    await world.sweep(an_event(1, mode=Mode.BOTH), *some(4)[1:])
    await world.sweep(an_event(1, commune="31069"), *some(4)[1:])
    keys = [message.key for message in await world.waiting(Kind.EVENT_CHANGED)]
    assert keys == ["changed:1:2:1", "changed:1:3:1"]


async def test_reminders_move_with_the_event(world):
    await told_and_reminded(world)
    moved = but(an_event(), starts_at=MONDAY_NOON + 12 * DAY)
    await world.sweep(moved, *some(4)[1:])
    async with world.database.reading() as uow:
        found = await uow.reminders.of_event(ANA, 1)
    assert {reminder.lead: reminder.due_at for reminder in found} == {
        Lead.DAY_BEFORE: dt.datetime(2026, 6, 12, 15, tzinfo=dt.UTC),
        Lead.TWO_HOURS: moved.starts_at - 2 * HOUR,
    }


async def test_a_reminder_that_comes_too_late_is_dropped_but_later_changes_are_still_told(world):
    await told_and_reminded(world)
    sooner = but(an_event(), starts_at=world.now + 5 * HOUR)
    await world.sweep(sooner, *some(4)[1:])
    async with world.database.reading() as uow:
        (left,) = await uow.reminders.of_subscriber(ANA, now=world.now)
    assert left.lead is Lead.TWO_HOURS
    await world.sweep(but(sooner, status=EventStatus.CANCELLED), *some(4)[1:])
    assert len(await world.waiting(Kind.EVENT_CHANGED)) == 2


async def test_a_cancelled_event_is_told_in_the_night_and_its_reminders_are_dropped(world):
    await told_and_reminded(world)
    world.now = night = dt.datetime(2026, 6, 1, 22, tzinfo=dt.UTC)
    result = await world.sweep(an_event(status=EventStatus.CANCELLED), *some(4)[1:])
    assert (result.figures.cancelled, result.figures.changed) == (1, 1)
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert message.due_at == night
    assert world.count("reminders") == 0


async def test_any_other_change_waits_for_the_morning(world):
    await told_and_reminded(world)
    world.now = dt.datetime(2026, 6, 1, 22, tzinfo=dt.UTC)
    await world.sweep(an_event(status=EventStatus.FULL, seats_left=0), *some(4)[1:])
    (message,) = await world.waiting(Kind.EVENT_CHANGED)
    assert message.due_at == dt.datetime(2026, 6, 2, 6, tzinfo=dt.UTC)
    assert world.count("reminders") == 2


async def test_whoever_left_hears_of_no_change_and_a_pause_silences_none_that_was_asked_for(world):
    await told_and_reminded(world)
    await world.remind(BEN, 1)
    async with world.database.unit_of_work() as uow:
        for number, standing in ((ANA, Standing.PAUSED), (BEN, Standing.STOPPED)):
            person = await uow.subscribers.get(number)
            await uow.subscribers.save(dataclasses.replace(person, standing=standing))
    await world.sweep(an_event(mode=Mode.BOTH), *some(4)[1:])
    told = await world.waiting()
    assert [(message.kind, message.chat_id) for message in told] == [
        (Kind.EVENT_CHANGED, ANA),
        (Kind.CARD_REFRESH, ANA),
    ]


async def test_what_is_over_changes_in_silence(world):
    await told_and_reminded(world)
    world.now = MONDAY_NOON + 11 * DAY
    result = await world.sweep(an_event(mode=Mode.BOTH))
    assert (result.figures.saved, result.figures.changed) == (1, 0)
    assert await world.waiting() == []


async def test_an_event_that_moved_is_matched_anew_but_told_twice_to_nobody(world):
    await world.subscriber(ANA)
    await world.subscriber(BEN, point=LYON)
    await world.baseline(*some(3))
    await world.sweep(*some(4))
    await world.send_all()
    in_lyon = an_event(4, commune="69123", point=LYON)
    await world.sweep(*some(3), in_lyon)
    assert [message.chat_id for message in await world.waiting(Kind.MATCHES)] == [BEN]
    await world.send_all()
    await world.sweep(*some(4))
    assert await world.waiting(Kind.MATCHES) == []


async def test_an_event_that_moved_away_before_it_was_told_is_not_told(world):
    await world.subscriber(ANA, frequency=Frequency.DAILY)
    await world.baseline()
    await world.sweep(an_event())
    await world.sweep(an_event(commune="69123", point=LYON))
    async with world.database.reading() as uow:
        assert await uow.matches.untold(ANA, now=world.now + 9 * DAY) == []


async def test_seats_again_tell_those_who_never_heard_of_it(world):
    await world.subscriber()
    await world.baseline(an_event(status=EventStatus.FULL))
    await world.sweep(an_event(status=EventStatus.SCHEDULED))
    assert len(await world.waiting(Kind.MATCHES)) == 1


async def test_before_the_baseline_a_moved_event_is_pushed_to_nobody(world):
    await world.subscriber()
    await world.sweep(an_event(), breaks_off=SourceError("down"))
    await world.sweep(an_event(mode=Mode.BOTH))
    assert await world.waiting(Kind.MATCHES) == []


# --- gone ------------------------------------------------------------------------------------


async def status(world, number=1):
    return (await world.event(number)).event.status


async def test_an_event_is_unlisted_after_two_absences_and_back_when_seen_again(world):
    await told_and_reminded(world)
    others = some(4)[1:]
    await world.sweep(*others)
    assert await status(world) is EventStatus.SCHEDULED
    result = await world.sweep(*others)
    assert (result.figures.vanished, await status(world)) == (1, EventStatus.UNLISTED)
    assert await world.sweep(*others) == dataclasses.replace(
        result, figures=dataclasses.replace(result.figures, vanished=0)
    )
    assert [message.key for message in await world.waiting(Kind.EVENT_CHANGED)] == ["changed:1:2:1"]
    assert len(await world.waiting(Kind.CARD_REFRESH)) == 2
    assert world.count("reminders") == 2
    await world.sweep(*some(4))
    assert (await status(world), (await world.event()).version) == (EventStatus.SCHEDULED, 3)
    assert await world.waiting(Kind.MATCHES) == []


async def test_a_baseline_event_that_returns_is_not_pushed_as_new(world):
    await world.subscriber()
    await world.baseline(*some(4))
    for _ in range(2):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.UNLISTED
    await world.sweep(*some(4))
    assert await status(world) is EventStatus.SCHEDULED
    assert await world.waiting() == []


async def test_one_absence_only_is_forgotten(world):
    await world.sweep(*some(4))
    for seen in (some(4)[1:], some(4), some(4)[1:]):
        await world.sweep(*seen)
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_failed_sweep_counts_no_absence(world):
    await world.sweep(*some(4))
    for _ in range(4):
        await world.sweep(*some(4)[1:], breaks_off=SourceError("down"))
    assert world.rows("SELECT DISTINCT absences FROM listings") == [(0,)]
    assert await status(world) is EventStatus.SCHEDULED


async def test_what_became_unreadable_is_still_listed(world):
    await world.sweep(*some(4))
    for _ in range(3):
        unreadable = Rejected(source="openagenda", source_id="1", reason="no date", raw="{}")
        await world.sweep(*some(4)[1:], rejected=[unreadable])
    assert await status(world) is EventStatus.SCHEDULED


async def test_the_absence_of_what_is_about_to_begin_says_nothing(world):
    soon = an_event(1, starts_at=MONDAY_NOON + 4 * HOUR)
    await world.sweep(soon, *some(4)[1:])
    world.now = soon.starts_at - dt.timedelta(minutes=50)
    for _ in range(2):
        await world.sweep(*some(4)[1:], later=dt.timedelta(minutes=5))
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_cancelled_event_that_disappears_stays_cancelled(world):
    await world.sweep(an_event(status=EventStatus.CANCELLED), *some(4)[1:])
    for _ in range(2):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.CANCELLED


async def test_an_event_that_another_source_lists_is_not_gone(world):
    there = an_event(50, source="francetravail", mee_id=1)
    await world.sweep(an_event(mee_id=1), *some(4)[1:])
    await world.sweep(there, source="francetravail")
    for _ in range(3):
        await world.sweep(*some(4)[1:])
    assert await status(world) is EventStatus.SCHEDULED


async def test_a_source_that_was_given_up_vouches_for_nothing(world):
    await world.sweep(an_event(mee_id=1), source="openagenda")
    others = [an_event(number, source="francetravail") for number in (2, 3, 4)]
    await world.sweep(an_event(50, source="francetravail", mee_id=1), *others, source="francetravail")
    world.now += 2 * DAY
    for _ in range(2):
        await world.sweep(*others, source="francetravail")
    assert await status(world) is EventStatus.UNLISTED


async def test_many_that_vanish_are_told_in_several_transactions(world):
    events = some(400)
    await world.sweep(*events)
    for _ in range(2):
        result = await world.sweep(*events[130:])
    assert result.figures.vanished == 130
    assert world.rows("SELECT count(*) FROM job_events WHERE status = 'unlisted'") == [(130,)]


async def test_a_sweep_that_suddenly_lacks_over_a_third_is_held_back(world):
    await world.sweep(*some(9))
    complete_at = (await world.health()).last_complete_at
    for _ in range(3):
        result = await world.sweep(*some(5))
    assert result.outcome is Outcome.HELD_BACK
    assert result.error == "4 of 9 events still to come are suddenly missing: none counted as gone"
    assert world.rows("SELECT DISTINCT absences FROM listings") == [(0,)]
    health = await world.health()
    assert (health.trouble[0], health.last_complete_at) == (Trouble.HELD_BACK, complete_at)
    assert world.rows("SELECT outcome FROM import_runs WHERE id = 4") == [("held_back",)]
    assert (await world.sweep(*some(6))).outcome is Outcome.COMPLETE
    assert (await world.health()).trouble is None


async def test_an_empty_but_valid_sweep_cancels_nothing(world):
    await world.sweep(*some(9))
    for _ in range(3):
        assert (await world.sweep()).outcome is Outcome.HELD_BACK
    assert world.rows("SELECT DISTINCT status FROM job_events") == [("scheduled",)]


async def test_new_events_do_not_make_up_for_those_that_are_missing(world):
    await world.sweep(*some(9))
    result = await world.sweep(*some(2), *(an_event(number) for number in range(100, 200)))
    assert result.outcome is Outcome.HELD_BACK


async def test_a_source_that_gives_all_its_events_new_ids_is_believed(world):
    await world.sweep(*some(9))
    renumbered = [but(event, source_id=f"new-{event.source_id}") for event in some(9)]
    for _ in range(3):
        result = await world.sweep(*renumbered)
    assert (result.outcome, world.count("job_events")) == (Outcome.COMPLETE, 9)
    assert world.rows("SELECT DISTINCT status FROM job_events") == [("scheduled",)]
    moved = [but(event, starts_at=event.starts_at + HOUR) for event in renumbered]
    assert (await world.sweep(*moved)).figures.changed == 9


# --- health ----------------------------------------------------------------------------------


async def test_a_source_that_is_down_keeps_its_events_and_says_since_when(world):
    await world.sweep(*some(2))
    down_since = world.now
    for _ in range(2):
        await world.sweep(breaks_off=SourceError("openagenda answers 503"))
    health = await world.health()
    assert (health.failing_since, health.last_error) == (down_since, "openagenda answers 503")
    assert not health.is_stale
    assert world.count("job_events") == 2
    await world.sweep(*some(2))
    health = await world.health()
    assert (health.failing_since, health.last_error) == (None, None)


async def test_a_run_that_was_cut_off_is_noted_when_the_next_begins(world):
    async with world.database.unit_of_work() as uow:
        await imports.begin(uow, "openagenda", now=world.now)
    await world.sweep()
    assert world.rows("SELECT outcome FROM import_runs ORDER BY id") == [("interrupted",), ("complete",)]


async def test_figures_of_a_run_are_kept(world):
    await world.sweep(*some(2))
    ((figures,),) = world.rows("SELECT figures FROM import_runs")
    assert '"new": 2' in figures


async def test_a_stale_source_is_told_to_each_operator_once_until_it_recovers(world):
    await world.sweep(*some(2))
    assert await world.tell_operators(OPERATOR, OPERATOR + 1) == 0
    world.now += DAY
    stale_since = (await world.health()).last_complete_at + DAY
    assert [await world.tell_operators(OPERATOR, OPERATOR + 1) for _ in range(2)] == [2, 0]
    first, second = await world.waiting(Kind.OPERATOR_NOTICE)
    assert (first.chat_id, second.chat_id) == (OPERATOR, OPERATOR + 1)
    assert first.payload == {"source": "openagenda", "trouble": "stale"}
    assert first.key == f"source:openagenda:stale:{stale_since.isoformat()}:{OPERATOR}"
    world.now += 5 * DAY
    assert await world.tell_operators(OPERATOR) == 0
    await world.sweep(*some(2))
    assert await world.tell_operators(OPERATOR) == 0
    world.now += 2 * DAY
    assert await world.tell_operators(OPERATOR) == 1


async def test_a_source_that_was_never_read_whole_is_stale_a_day_after_the_first_try(world):
    await world.sweep(breaks_off=SourceError("down"))
    assert not (await world.health()).is_stale
    world.now += DAY
    assert (await world.health()).is_stale
    assert await world.tell_operators(OPERATOR) == 1


async def test_a_held_back_sweep_is_told_to_operators_once(world):
    await world.sweep(*some(9))
    for expected in (1, 0):
        await world.sweep()
        assert await world.tell_operators(OPERATOR) == expected
    (message,) = await world.waiting(Kind.OPERATOR_NOTICE)
    assert message.payload["trouble"] == "held_back"


async def test_a_source_that_is_no_longer_read_or_no_operator_is_no_ones_trouble(world):
    await world.sweep(source="old")
    world.now += 2 * DAY
    assert await world.tell_operators(OPERATOR) == 0
    await world.sweep(breaks_off=SourceError("down"))
    world.now += 2 * DAY
    assert await world.tell_operators() == 0
    assert await world.tell_operators(OPERATOR) == 1


async def test_what_is_long_over_is_forgotten_with_all_that_hangs_on_it(world):
    await world.subscriber(availability=Availability())
    await world.baseline(rejected_page := an_event(9))
    await world.sweep(rejected_page, an_event(1), an_event(2, starts_at=MONDAY_NOON + 60 * DAY))
    await world.sweep(rejected=[Rejected(source="openagenda", source_id="x", reason="no date", raw="{}")])
    await world.remind(ANA, 2)
    world.now = MONDAY_NOON + 10 * DAY + 2 * HOUR + imports.EVENTS_KEPT_FOR
    async with world.database.unit_of_work() as uow:
        assert await imports.purge(uow, now=world.now) == 0
        assert await imports.purge(uow, now=world.now + HOUR) == 2
    assert world.rows("SELECT source_id FROM job_events") == [("2",)]
    assert (world.count("listings"), world.count("matches"), world.count("reminders")) == (1, 1, 0)
    assert (world.count("quarantined_records"), world.count("import_runs")) == (0, 1)
    assert world.rows("PRAGMA foreign_key_check") == []
