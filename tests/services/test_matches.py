"""What a person is to be told, was told, and does not want."""

import datetime as dt

import pytest

from domain import schedule
from domain.job_events import EventStatus
from services import matches
from storage import database
from tests import factories
from tests.databases import ON_SQLITE
from tests.factories import NOW, alert, job_event, subscriber

ANA, BEN = 1, 2
LATER = NOW + dt.timedelta(days=1)
pytestmark = ON_SQLITE


@pytest.fixture
async def uow(database_url):
    async with database.opened(database_url) as opened, opened.unit_of_work() as uow:
        for owner in (ANA, BEN):
            await uow.subscribers.add(subscriber(owner))
        await uow.alerts.add(alert(ANA))
        yield uow


async def publish(uow, number, **changes):
    event = job_event(source_id=str(number), **changes)
    stored = await factories.keep(uow, event)
    due = schedule.telling_times(NOW, NOW, schedule.FRENCH_ZONES, is_sector_known=True)
    await uow.match_queue.queue_for(stored, event, due, now=NOW)
    return stored


async def tell(uow):
    """Tell all that is due in one message; return its number in the outbox."""
    (message,) = await uow.outbox.claim(now=LATER, wall=NOW, lease=dt.timedelta(0), limit=9)
    told = await matches.to_tell(uow, [ANA], now=LATER)
    await uow.matches.mark_told([(ANA, stored.id, message.id) for stored, _ in told[ANA]], now=LATER)
    await uow.outbox.mark_sent({message.id: 77}, now=LATER)
    return message.id


def numbers(told):
    return [stored.id for stored, _ in told]


async def test_each_is_told_what_they_may_still_come_to_soonest_first(uow):
    later, sooner = await publish(uow, 1, local_start="2027-03-06 09:00"), await publish(uow, 2)
    full = await publish(uow, 3)
    await uow.job_events.save(full, job_event(source_id="3", status=EventStatus.FULL))
    told = await matches.to_tell(uow, [ANA, BEN], now=NOW)
    assert {owner: numbers(each) for owner, each in told.items()} == {ANA: [sooner, later], BEN: []}
    on_thursday_noon = dt.datetime(2027, 3, 4, 11, tzinfo=dt.UTC)
    assert numbers((await matches.to_tell(uow, [ANA], now=on_thursday_noon))[ANA]) == [later]


async def test_what_is_refused_is_shown_again_when_it_is_wanted_again(uow):
    one, other = await publish(uow, 1), await publish(uow, 2)
    message = await tell(uow)
    assert numbers(await matches.told_in(uow, ANA, message)) == [one, other]
    await matches.dismiss(uow, ANA, one, None, now=LATER)
    assert numbers(await matches.told_in(uow, ANA, message)) == [other]
    await matches.undismiss(uow, ANA, one)
    assert numbers(await matches.told_in(uow, ANA, message)) == [one, other]
    assert await matches.card_of(uow, ANA, one) == 77


async def test_what_a_person_saw_when_looking_is_not_pushed(uow):
    one, other = await publish(uow, 1), await publish(uow, 2)
    await matches.mark_seen(uow, ANA, await uow.job_events.get_many([one]), now=NOW)
    assert numbers((await matches.to_tell(uow, [ANA], now=NOW))[ANA]) == [other]
