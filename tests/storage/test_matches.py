"""What was told, seen and refused."""

import pytest
import sqlalchemy as sa

from domain.matching import Match, SectorFit
from domain.outbox import Kind, Lane
from domain.subscribers import Standing
from storage.tables import matches
from tests import factories
from tests.factories import ALBI, NOW, alert, job_event, subscriber
from tests.rows import why
from tests.storage.publishing import AT_ONCE, LATER, hold, publish, queued


@pytest.fixture(autouse=True)
async def people(uow):
    for number in (1, 2, 3):
        await uow.subscribers.add(subscriber(number))


async def test_looking_again_does_not_change_when_it_was_told(uow):
    await uow.alerts.add(alert(1))
    number = await publish(uow)
    (message,) = await queued(uow)
    await uow.matches.mark_told([(1, number, message.id)], now=AT_ONCE)
    await uow.matches.mark_shown(1, [number], now=LATER)
    assert await uow._connection.scalar(sa.select(matches.c.told_at)) == AT_ONCE


async def test_the_message_that_told_an_event_is_known(uow):
    await uow.alerts.add(alert(1))
    later, sooner = await publish(uow, 1, local_start="2027-03-06 09:00"), await publish(uow, 2)
    (message,) = await queued(uow)
    assert await uow.matches.card_of(1, sooner) is None
    await uow.matches.mark_told([(1, sooner, message.id), (1, later, message.id)], now=AT_ONCE)
    await uow.outbox.mark_sent({message.id: 77}, now=AT_ONCE)
    assert await uow.matches.card_of(1, sooner) == 77
    assert await uow.matches.card_of(2, sooner) is None
    why = Match(on_site=True, sector_fit=SectorFit.ANY)
    assert await uow.matches.told_in(1, message.id) == [(sooner, why), (later, why)]
    assert await uow.matches.told_in(2, message.id) == []


async def test_each_event_is_known_by_the_message_that_told_it(uow):
    await uow.alerts.add(alert(1))
    one = await publish(uow, 1)
    (first,) = await queued(uow)
    await uow.matches.mark_told([(1, one, first.id)], now=AT_ONCE)
    other = await publish(uow, 2)
    (second,) = [message for message in await queued(uow, LATER) if message.id != first.id]
    await uow.matches.mark_told([(1, other, second.id)], now=LATER)
    await uow.outbox.mark_sent({first.id: 77, second.id: 78}, now=LATER)
    assert [await uow.matches.card_of(1, number) for number in (one, other)] == [77, 78]
    assert [number for number, _ in await uow.matches.told_in(1, second.id)] == [other]


async def test_what_is_refused_is_in_no_list_until_it_is_wanted_again(uow):
    await uow.alerts.add(alert(1))
    number = await publish(uow)
    (message,) = await queued(uow)
    await uow.matches.mark_told([(1, number, message.id)], now=AT_ONCE)
    await uow.outbox.mark_sent({message.id: 77}, now=AT_ONCE)
    await uow.matches.dismiss(1, number, "too_far", now=LATER)
    assert await uow.matches.told_in(1, message.id) == []
    assert await uow.matches.queue_refreshes(number, 2, expires_at=LATER, now=NOW) == 0
    await uow.matches.undismiss(1, number)
    assert [event for event, _ in await uow.matches.told_in(1, message.id)] == [number]


async def test_a_refusal_is_of_one_person_and_one_event(uow):
    for owner in (1, 2):
        await uow.alerts.add(alert(owner))
    one, other = await publish(uow, 1), await publish(uow, 2)
    await uow.matches.dismiss(1, one, "too_far", now=LATER)
    assert await refused(uow) == {(1, one)}
    await uow.matches.dismiss(1, other, None, now=LATER)
    await uow.matches.dismiss(2, one, None, now=LATER)
    await uow.matches.undismiss(1, one)
    assert await refused(uow) == {(1, other), (2, one)}


async def refused(uow):
    columns = matches.c.subscriber_id, matches.c.job_event_id
    found = await uow._connection.execute(sa.select(*columns).where(matches.c.dismissed_at.is_not(None)))
    return {tuple(row) for row in found}


async def test_a_group_that_was_known_under_its_new_number_too_keeps_what_the_old_one_was_told(uow):
    for owner in (1, 2):
        await uow.alerts.add(alert(owner))
    number = await publish(uow)
    await uow.matches.dismiss(1, number, "too_far", now=NOW)
    await uow.subscribers.migrate(1, 2)
    kept = await uow._connection.execute(sa.select(matches.c.subscriber_id, matches.c.job_event_id))
    assert [tuple(row) for row in kept] == [(2, number)]
    assert await refused(uow) == {(2, number)}


async def test_a_message_that_is_on_its_way_needs_no_refresh(uow):
    await uow.alerts.add(alert(1))
    number = await publish(uow)
    (message,) = await queued(uow)
    await uow.matches.mark_told([(1, number, message.id)], now=AT_ONCE)
    assert await uow.matches.queue_refreshes(number, 2, expires_at=LATER, now=NOW) == 0
    await uow.outbox.mark_sent({message.id: 77}, now=AT_ONCE)
    assert await uow.matches.queue_refreshes(number, 2, expires_at=LATER, now=NOW) == 1


async def test_one_may_refuse_what_one_found_by_looking(uow):
    wish = await uow.alerts.add(alert(1, point=ALBI, radius_km=100))
    number = await factories.keep(uow, job_event(), now=NOW, is_baseline=True)
    await uow.matches.dismiss(1, number, None, now=NOW)
    assert await uow.browsing.fitting(wish, now=NOW, limit=9, unseen_by=1) == []
    assert [stored.id for stored in await uow.browsing.fitting(wish, now=NOW, limit=9)] == [number]


async def test_what_one_saw_when_looking_is_not_pushed(uow):
    await uow.alerts.add(alert(1))
    await uow.alerts.add(alert(2))
    waiting = await publish(uow, 1)
    seen_before = await factories.keep(uow, job_event(source_id="2"))
    await uow.matches.mark_shown(1, [waiting, seen_before], now=NOW)
    await uow.matches.mark_shown(1, [waiting, 999], now=NOW)
    await hold(uow, seen_before, job_event(source_id="2"))
    assert await uow.match_queue.untold([1], now=LATER) == []
    assert [number for _, number, _ in await uow.match_queue.untold([2], now=LATER)] == [waiting, seen_before]
    assert await why(uow, 1, seen_before) == (None, Match(on_site=False, sector_fit=SectorFit.ANY))


async def test_a_card_in_a_chat_is_brought_up_to_date_once_a_version(uow):
    for owner in (1, 2, 3):
        await uow.alerts.add(alert(owner))
    number = await publish(uow)
    messages = {message.chat_id: message for message in await queued(uow)}
    for owner in (1, 2):
        await uow.matches.mark_told([(owner, number, messages[owner].id)], now=AT_ONCE)
        await uow.outbox.mark_sent({messages[owner].id: 70 + owner}, now=AT_ONCE)
    await uow.subscribers.save(subscriber(2, standing=Standing.STOPPED))
    assert await uow.matches.queue_refreshes(number, 2, expires_at=LATER, now=NOW) == 1
    assert await uow.matches.queue_refreshes(number, 2, expires_at=LATER, now=NOW) == 0
    assert await uow.matches.queue_refreshes(number, 3, expires_at=LATER, now=NOW) == 1
    other = await publish(uow, 2)
    assert await uow.matches.queue_refreshes(other, 2, expires_at=LATER, now=NOW) == 0
    refreshes = [message for message in await queued(uow) if message.kind is Kind.CARD_REFRESH]
    assert [(each.chat_id, each.payload, each.lane, each.attempts) for each in refreshes] == [
        (1, {"outbox_id": messages[1].id}, Lane.QUIET, 0)
    ] * 2
