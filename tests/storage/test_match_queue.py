"""What waits to be told, and the messages that will tell it."""

import datetime as dt
import math

import pytest
import sqlalchemy as sa

from domain import schedule
from domain.alerts import Frequency
from domain.availability import WHOLE_WEEK, Availability
from domain.globe import EARTH_RADIUS_M, Point
from domain.job_events import Mode
from domain.matching import Match, SectorFit
from domain.outbox import Kind, Lane, OutboxMessage
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Standing
from storage.tables import alerts as alert_rows
from storage.tables import matches, outbox, tellings
from tests import factories
from tests.factories import ALBI, NOW, alert, job_event, subscriber
from tests.rows import why
from tests.storage.publishing import AT_ONCE, LATER, NEXT_DAY, PARIS, hold, publish, queued


@pytest.fixture(autouse=True)
async def people(uow):
    for number in (1, 2, 3):
        await uow.subscribers.add(subscriber(number))


async def test_a_match_says_who_why_and_when(uow):
    stored = await uow.alerts.add(alert(1, sectors=frozenset({Sector.HOSPITALITY})))
    await uow.alerts.add(alert(2, point=ALBI))
    number = await publish(uow)
    stated = Match(on_site=True, sector_fit=SectorFit.STATED)
    assert await why(uow, 1, number) == (stored.id, stated)
    assert await why(uow, 2, number) is None
    assert await uow.match_queue.untold([1], now=AT_ONCE) == [(1, number, stated)]
    assert await uow.match_queue.untold([1], now=AT_ONCE - dt.timedelta(seconds=1)) == []
    (message,) = await queued(uow)
    assert (message.kind, message.lane, message.chat_id, message.payload) == (
        Kind.MATCHES,
        Lane.ALERTS,
        1,
        {},
    )
    assert (message.due_at, message.expires_at) == (AT_ONCE, AT_ONCE + dt.timedelta(days=2))
    assert message.attempts == 0


async def test_an_event_for_all_is_nobodys_own_sector(uow):
    stored = await uow.alerts.add(alert(1, sectors=frozenset({Sector.HEALTH})))
    number = await publish(uow, multisector=True)
    assert await why(uow, 1, number) == (stored.id, Match(on_site=True, sector_fit=SectorFit.ANY))


@pytest.mark.parametrize(
    ("frequency", "due_at", "lane"),
    [
        (Frequency.AT_ONCE, AT_ONCE, Lane.ALERTS),
        (Frequency.DAILY, NEXT_DAY, Lane.DIGESTS),
        (Frequency.WEEKLY, dt.datetime(2027, 3, 8, 8, tzinfo=dt.UTC), Lane.DIGESTS),
    ],
)
async def test_each_is_told_as_often_as_they_asked(uow, frequency, due_at, lane):
    await uow.alerts.add(alert(1, frequency=frequency))
    await publish(uow, local_start="2027-03-20 09:00")
    (message,) = await queued(uow)
    assert (message.due_at, message.lane) == (due_at, lane)


async def test_an_event_of_unknown_sector_goes_as_a_digest_even_to_who_is_told_at_once(uow):
    await uow.alerts.add(alert(1))
    await publish(uow, sectors=frozenset(), sector_basis=SectorBasis.UNKNOWN)
    (message,) = await queued(uow)
    assert (message.due_at, message.lane) == (NEXT_DAY, Lane.DIGESTS)


async def test_several_events_at_one_instant_make_one_message(uow):
    await uow.alerts.add(alert(1))
    await uow.alerts.add(alert(2, frequency=Frequency.DAILY))
    later = await publish(uow, 1, local_start="2027-03-06 09:00")
    sooner = await publish(uow, 2)
    assert [message.chat_id for message in await queued(uow)] == [1, 2]
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=LATER)] == [sooner, later]


@pytest.mark.parametrize("is_sent", [False, True], ids=["being worded", "sent"])
async def test_what_comes_after_the_message_of_its_instant_was_claimed_gets_one_of_its_own(uow, is_sent):
    """A page may be saved just after the instant at which it was to be told."""
    await uow.alerts.add(alert(1))
    first = await publish(uow, 1)
    (message,) = await uow.outbox.claim(now=AT_ONCE, wall=AT_ONCE, lease=dt.timedelta(minutes=1), limit=9)
    if is_sent:
        await uow.matches.mark_told([(1, first, message.id)], now=AT_ONCE)
        await uow.outbox.mark_sent({message.id: 77}, now=AT_ONCE)
    late = [await publish(uow, number) for number in (2, 3)]
    (another,) = [each for each in await queued(uow) if each.id != message.id]
    assert (another.chat_id, another.due_at) == (1, AT_ONCE)
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=AT_ONCE)][-2:] == late


async def test_what_waits_for_somebody_else_or_says_something_else_tells_nobody_of_an_event(uow):
    await uow.alerts.add(alert(1))
    await publish(uow, 1)
    await uow.outbox.add(
        OutboxMessage(
            key="reminder",
            kind=Kind.REMINDER,
            lane=Lane.URGENT,
            chat_id=2,
            payload={},
            due_at=AT_ONCE,
            expires_at=LATER,
        ),
        now=NOW,
    )
    await uow.alerts.add(alert(2))
    await publish(uow, 2)
    assert [(each.chat_id, each.kind) for each in await queued(uow)] == [
        (2, Kind.REMINDER),
        (1, Kind.MATCHES),
        (2, Kind.MATCHES),
    ]


async def test_an_event_queues_messages_for_its_own_matches_alone(uow):
    await uow.alerts.add(alert(1))
    await publish(uow, 1)
    (worded,) = await uow.outbox.claim(now=AT_ONCE, wall=AT_ONCE, lease=dt.timedelta(minutes=1), limit=9)
    await uow.alerts.save(alert(1, id=1, radius_km=5, point=ALBI))
    await uow.alerts.add(alert(2))
    await publish(uow, 2)
    assert [each.chat_id for each in await queued(uow) if each.id != worded.id] == [2]


@pytest.mark.parametrize("first", [Mode.ONLINE, Mode.ON_SITE])
async def test_of_two_wishes_that_tell_at_one_instant_the_one_on_site_says_why(uow, first):
    for modes in (first, Mode.BOTH & ~first):
        await uow.alerts.add(alert(1, modes=modes))
    number = await publish(uow, mode=Mode.BOTH)
    _, match = await why(uow, 1, number)
    assert match.on_site


@pytest.mark.parametrize(("moved", "fits"), [(0, True), (1, False)])
async def test_the_last_metre_and_the_first_and_last_day_count(uow, moved, fits):
    """Two points on the equator whose chord is the very longest that a radius of 10 km allows."""
    aside = math.degrees(math.asin(5_000 / EARTH_RADIUS_M))
    event = job_event(point=Point(0, aside + moved * 1e-4))
    day = event.local_start.date()
    near = alert(1, point=Point(0, -aside), radius_km=10, availability=Availability(WHOLE_WEEK, day, day))
    await uow.alerts.add(near)
    number = await factories.keep(uow, event, now=NOW)
    assert await hold(uow, number, event) == fits


async def test_an_event_is_told_once_however_often_it_is_held_against_the_alerts(uow):
    await uow.alerts.add(alert(1))
    number = await publish(uow)
    (message,) = await queued(uow)
    await uow.matches.mark_told([(1, number, message.id)], now=AT_ONCE)
    assert await hold(uow, number, job_event()) == 0
    assert await uow.match_queue.untold([1], now=LATER) == []
    assert len(await queued(uow)) == 1


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.STOPPED, Standing.UNREACHABLE])
async def test_nothing_waits_for_who_is_not_written_to(uow, standing):
    await uow.alerts.add(alert(1))
    await uow.subscribers.save(subscriber(1, standing=standing))
    number = await publish(uow)
    assert await why(uow, 1, number) is None
    assert await queued(uow) == []


async def test_what_another_wish_finds_for_later_is_not_told_with_what_is_told_at_once(uow):
    await uow.alerts.add(alert(1, sectors=frozenset({Sector.HOSPITALITY})))
    await uow.alerts.add(alert(1, sectors=frozenset({Sector.HEALTH}), frequency=Frequency.DAILY))
    now = await publish(uow, 1, sectors=frozenset({Sector.HOSPITALITY}))
    later = await publish(uow, 2, sectors=frozenset({Sector.HEALTH}))
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=AT_ONCE)] == [now]
    assert {number for _, number, _ in await uow.match_queue.untold([1], now=NEXT_DAY)} == {now, later}


async def test_the_end_of_a_sweep_hastens_what_gathers_and_nothing_else(uow):
    await uow.alerts.add(alert(1))
    await uow.alerts.add(alert(2, frequency=Frequency.DAILY))
    number = await publish(uow)
    await publish(uow, 2, now=NOW + schedule.GATHERING)
    soon, gathers_on = NOW + dt.timedelta(seconds=5), AT_ONCE + schedule.GATHERING
    await uow.match_queue.hasten(AT_ONCE, now=soon)
    assert [message.due_at for message in await queued(uow)] == [soon, gathers_on, NEXT_DAY]
    assert [event for _, event, _ in await uow.match_queue.untold([1], now=soon)] == [number]
    assert await uow.match_queue.untold([2], now=soon) == []


async def test_only_matches_that_wait_to_be_told_at_once_are_hastened(uow):
    digest = {"kind": Kind.MATCHES, "lane": Lane.DIGESTS}
    reminder = {"kind": Kind.REMINDER, "lane": Lane.ALERTS}
    sent = {"kind": Kind.MATCHES, "lane": Lane.ALERTS}
    for number, what in enumerate((digest, reminder, sent), 1):
        await uow.outbox.add(
            OutboxMessage(
                key=str(number), chat_id=number, payload={}, due_at=AT_ONCE, expires_at=LATER, **what
            ),
            now=NOW,
        )
    await uow.outbox.mark_sent({3: 77}, now=NOW)
    await uow.match_queue.hasten(AT_ONCE, now=NOW)
    found = await uow._connection.execute(sa.select(outbox.c.due_at))
    assert found.scalars().all() == [AT_ONCE] * 3


async def test_what_a_message_that_is_put_off_was_to_tell_is_put_off_with_it(uow):
    for owner in (1, 2):
        await uow.alerts.add(alert(owner))
    first = await publish(uow, 1)
    mine, _ = await queued(uow)
    await uow.match_queue.postpone(mine.id, NEXT_DAY)
    await uow.outbox.postpone(mine.id, NEXT_DAY)
    assert await uow.match_queue.untold([1], now=NEXT_DAY - dt.timedelta(seconds=1)) == []
    since = await publish(uow, 2, sectors=frozenset(), sector_basis=SectorBasis.UNKNOWN)
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=NEXT_DAY)] == [first, since]
    assert [number for _, number, _ in await uow.match_queue.untold([2], now=AT_ONCE)] == [first]
    await uow.matches.mark_told([(1, first, mine.id), (1, since, mine.id)], now=NEXT_DAY)
    assert [number for _, number, _ in await uow.match_queue.untold([1, 2], now=AT_ONCE)] == [first]


async def instants(uow):
    """When each match is told, by person and event; and which events are told at each instant."""
    about = matches.c.subscriber_id, matches.c.job_event_id, matches.c.due_at
    due = {(row[0], row[1]): row[2] for row in await uow._connection.execute(sa.select(*about))}
    return due, {tuple(row) for row in await uow._connection.execute(sa.select(tellings))}


async def told_at_one_instant(uow):
    """Three people, three events: one was told, and one waits with a digest of that very instant."""
    for owner in (1, 2):
        await uow.alerts.add(alert(owner))
    await uow.alerts.add(alert(3, frequency=Frequency.DAILY))
    due = {(PARIS, Frequency.AT_ONCE): AT_ONCE, (PARIS, Frequency.DAILY): AT_ONCE}
    numbers = []
    for source_id in ("1", "2"):
        event = job_event(source_id=source_id)
        numbers.append(await factories.keep(uow, event))
        await uow.match_queue.queue_for(numbers[-1], event, due, now=NOW)
    message = next(message for message in await queued(uow) if message.chat_id == 2)
    await uow.matches.mark_told([(2, numbers[0], message.id)], now=NOW)
    return [*numbers, await publish(uow, 3, now=NOW + schedule.GATHERING)]


async def test_only_what_waits_to_be_told_at_once_changes_its_instant(uow):
    first, second, later = await told_at_one_instant(uow)
    soon, gathers_on = NOW + dt.timedelta(seconds=5), AT_ONCE + schedule.GATHERING
    _, before = await instants(uow)
    await uow.match_queue.hasten(AT_ONCE, now=soon)
    due, tellings_after = await instants(uow)
    assert due == {
        (1, first): soon,
        (2, first): AT_ONCE,
        (3, first): AT_ONCE,
        (1, second): soon,
        (2, second): soon,
        (3, second): AT_ONCE,
        (1, later): gathers_on,
        (2, later): gathers_on,
        (3, later): NEXT_DAY,
    }
    assert tellings_after - before == {(soon, first), (soon, second)}
    assert before <= tellings_after


async def test_what_a_message_was_to_tell_is_due_when_it_is_worded_whatever_the_clock_says(uow):
    """The clock may be put back between the claim and the wording."""
    await uow.alerts.add(alert(1))
    await uow.alerts.add(alert(2))
    first = await publish(uow, 1)
    await publish(uow, 2, now=NOW + schedule.GATHERING)
    (mine,) = [one.id for one in await queued(uow) if (one.chat_id, one.due_at) == (1, AT_ONCE)]
    before = AT_ONCE - dt.timedelta(seconds=1)
    told = await uow.match_queue.untold([1, 2], now=before, told_by=[mine])
    assert [(owner, number) for owner, number, _ in told] == [(1, first)]


async def test_only_what_one_message_was_to_tell_is_put_off_with_it(uow):
    first, second, later = await told_at_one_instant(uow)
    asked, before = await instants(uow)
    theirs = next(message for message in await queued(uow) if message.chat_id == 2)
    await uow.match_queue.postpone(theirs.id, NEXT_DAY)
    due, tellings_after = await instants(uow)
    assert due == asked | {(2, second): NEXT_DAY}
    assert tellings_after - before == {(NEXT_DAY, first), (NEXT_DAY, second)}
    assert {(NEXT_DAY, later), *before} <= tellings_after


async def test_what_a_message_that_came_too_late_was_to_tell_the_next_one_tells(uow):
    await uow.alerts.add(alert(1))
    first = await publish(uow, 1)
    (message,) = await queued(uow)
    await uow.outbox.mark_dropped([message.id], "expired", now=LATER)
    second = await publish(uow, 2, now=NOW + dt.timedelta(days=1))
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=LATER)] == [first, second]
    await uow.match_queue.forget_untold(1)
    assert await why(uow, 1, first) is None


async def test_what_is_told_at_once_waits_for_no_digest_of_the_same_instant(uow):
    await uow.alerts.add(alert(1))
    number = await factories.keep(uow, job_event())
    digest = OutboxMessage(
        key="x",
        kind=Kind.MATCHES,
        lane=Lane.DIGESTS,
        chat_id=1,
        payload={},
        due_at=AT_ONCE,
        expires_at=LATER,
    )
    await uow.outbox.add(digest, now=NOW)
    await hold(uow, number, job_event())
    await uow.match_queue.hasten(AT_ONCE, now=NOW)
    assert [message.due_at for message in await queued(uow)] == [NOW, AT_ONCE]
    assert [event for _, event, _ in await uow.match_queue.untold([1], now=NOW)] == [number]


async def test_what_waits_can_be_forgotten_by_person_or_by_event(uow):
    for owner in (1, 2):
        await uow.alerts.add(alert(owner))
    first, second = await publish(uow, 1), await publish(uow, 2, local_start="2027-03-06 09:00")
    told = await publish(uow, 3)
    for owner in (1, 2):
        await uow.matches.mark_told([(owner, told, 1)], now=NOW)
    await uow.match_queue.forget_untold(1)
    assert await uow.match_queue.untold([1], now=LATER) == []
    assert await why(uow, 1, told) is not None
    await uow.match_queue.forget_untold_of(first)
    assert [number for _, number, _ in await uow.match_queue.untold([2], now=LATER)] == [second]
    await uow.match_queue.forget_untold_of(told)
    assert await why(uow, 2, told) is not None


async def test_who_stopped_and_came_back_before_the_digest_is_told_what_came_since(uow):
    await uow.alerts.add(alert(1, frequency=Frequency.DAILY))
    await publish(uow, 1)
    await uow.match_queue.forget_untold(1)
    await uow.outbox.drop_for(1, "stopped", now=NOW)
    since = await publish(uow, 2, now=NOW + dt.timedelta(hours=1))
    (message,) = await queued(uow)
    assert (message.chat_id, message.due_at) == (1, NEXT_DAY)
    assert [number for _, number, _ in await uow.match_queue.untold([1], now=NEXT_DAY)] == [since]


async def test_an_alert_that_goes_leaves_what_it_brought(uow):
    wish = await uow.alerts.add(alert(1))
    number = await publish(uow)
    await uow._connection.execute(alert_rows.delete().where(alert_rows.c.id == wish.id))
    assert await why(uow, 1, number) == (wish.id, Match(on_site=True, sector_fit=SectorFit.ANY))
