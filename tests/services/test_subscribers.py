"""People come, pause, stop, leave, return, are erased: what is then written to them, and what is kept."""

import datetime as dt
from dataclasses import replace

import pytest

from domain.errors import UserError
from domain.outbox import Kind, Lane, OutboxMessage, SendState
from domain.reminders import Lead, Reminder
from domain.subscribers import Language, Standing
from services import housekeeping, personal_data, queues, subscribers
from storage import database
from storage.inbox import ReceivedUpdate
from storage.tables import outbox
from tests import factories
from tests.factories import NOW, alert, job_event, subscriber

ANA, BEN = 11, 12
DAY = dt.timedelta(days=1)
MONTH = dt.timedelta(days=30)


@pytest.fixture
async def uow(database_url):
    async with (
        database.opened(database_url) as data,
        data.unit_of_work() as transaction,
    ):
        yield transaction


@pytest.fixture
async def ana(uow):
    """Ana, with a wish, one event that waits to be told, one reminder, and the message about the event."""
    person = await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW)
    await uow.alerts.add(alert(ANA))
    number = await publish(uow)
    await uow.reminders.save(
        Reminder(subscriber_id=ANA, job_event_id=number, lead=Lead.TWO_HOURS, due_at=NOW + DAY)
    )
    return person


async def publish(uow, number=1, *, now=NOW):
    event = job_event(source_id=str(number))
    job_event_id = await factories.keep(uow, event, now=now)
    await uow.match_queue.queue_for(job_event_id, event, {("Europe/Paris", alert().frequency): now}, now=now)
    return job_event_id


async def kept(uow, chat_id=ANA):
    """How many rows of each table hang on a person."""
    return {name: len(rows) for name, rows in (await personal_data.export(uow, chat_id)).items() if rows}


async def states(uow):
    found = await uow._connection.execute(outbox.select().order_by(outbox.c.id))
    return [row.state for row in found]


async def get(uow, chat_id=ANA):
    return await uow.subscribers.get(chat_id)


ALL = {"subscribers": 1, "alerts": 1, "matches": 1, "reminders": 1, "outbox": 1}


# coming


async def test_who_comes_is_kept_in_their_language(uow):
    person = await subscribers.welcome(uow, ANA, language=Language.ENGLISH, now=NOW)
    assert person == subscriber(ANA, language=Language.ENGLISH)
    assert await get(uow) == person


async def test_who_comes_again_is_as_they_were(uow, ana):
    again = await subscribers.welcome(uow, ANA, language=Language.ENGLISH, now=NOW + DAY)
    assert again == ana
    assert await kept(uow) == ALL


async def test_a_stranger_is_an_error_that_can_be_said(uow):
    with pytest.raises(UserError) as caught:
        await subscribers.require(uow, ANA)
    assert caught.value.code == "unknown_subscriber"


async def test_a_known_person_is_found(uow, ana):
    assert await subscribers.require(uow, ANA) == ana


async def test_language_and_zone_are_changed_alone(uow, ana):
    english = await subscribers.speak(uow, ana, Language.ENGLISH)
    there = await subscribers.settle_in(uow, english, "Indian/Reunion")
    same = await subscribers.settle_in(uow, there, "Indian/Reunion")
    assert same == await get(uow) == subscriber(ANA, language=Language.ENGLISH, zone="Indian/Reunion")


# pausing


async def test_a_pause_drops_what_waits_and_keeps_what_was_asked_for(uow, ana):
    paused = await subscribers.pause(uow, ana, now=NOW)
    assert paused == await get(uow)
    assert (paused.standing, paused.resumes_at, paused.erase_at) == (Standing.PAUSED, NOW + MONTH, None)
    assert await uow.match_queue.untold([ANA], now=NOW + DAY) == []
    assert "reminders" in await kept(uow)


async def test_what_is_published_during_a_pause_is_never_told(uow, ana):
    paused = await subscribers.pause(uow, ana, now=NOW)
    await publish(uow, 2)
    active = await subscribers.resume(uow, paused)
    assert active == await get(uow) == ana
    assert await uow.match_queue.untold([ANA], now=NOW + DAY) == []


async def test_a_pause_ends_by_itself_after_a_month(uow, ana):
    await subscribers.pause(uow, ana, now=NOW)
    assert await subscribers.tidy(uow, now=NOW + MONTH - DAY) == 0
    assert (await get(uow)).standing is Standing.PAUSED
    assert await subscribers.tidy(uow, now=NOW + MONTH) == 0
    assert await get(uow) == ana


async def test_a_pause_after_a_stop_keeps_the_choices(uow, ana):
    stopped = await subscribers.stop(uow, ana, now=NOW)
    await subscribers.pause(uow, stopped, now=NOW)
    assert await subscribers.tidy(uow, now=NOW + MONTH) == 0
    assert await get(uow) == ana


# stopping


async def test_who_stops_hears_nothing_more_and_is_erased_after_a_month(uow, ana):
    stopped = await subscribers.stop(uow, ana, now=NOW)
    assert stopped == await get(uow)
    assert (stopped.standing, stopped.resumes_at, stopped.erase_at) == (Standing.STOPPED, None, NOW + MONTH)
    assert await states(uow) == [SendState.DROPPED]
    assert await kept(uow) == {"subscribers": 1, "alerts": 1, "outbox": 1}
    assert await subscribers.tidy(uow, now=NOW + MONTH - DAY) == 0
    assert await subscribers.tidy(uow, now=NOW + MONTH) == 1
    assert await kept(uow) == {}


async def test_who_stopped_and_only_looks_in_again_stays_stopped(uow, ana):
    stopped = await subscribers.stop(uow, ana, now=NOW)
    assert await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW + DAY) == stopped


async def test_who_resumes_after_a_stop_is_not_erased(uow, ana):
    await subscribers.resume(uow, await subscribers.stop(uow, ana, now=NOW))
    assert await get(uow) == ana
    assert await subscribers.tidy(uow, now=NOW + 2 * MONTH) == 0


# out of reach


async def test_who_blocks_us_hears_nothing_more_and_is_erased_after_a_month(uow, ana):
    await subscribers.lose(uow, ANA, is_final=False, now=NOW)
    lost = await get(uow)
    assert (lost.standing, lost.erase_at) == (Standing.UNREACHABLE, NOW + MONTH)
    assert await states(uow) == [SendState.DROPPED]
    assert "reminders" not in await kept(uow)
    assert await subscribers.tidy(uow, now=NOW + MONTH) == 1
    assert await kept(uow) == {}


async def test_who_unblocks_us_is_as_before(uow, ana):
    await subscribers.lose(uow, ANA, is_final=False, now=NOW)
    assert await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW + DAY) == ana
    assert await get(uow) == ana


async def test_who_stopped_and_then_blocks_us_stays_stopped_and_is_erased_no_later(uow, ana):
    stopped = await subscribers.stop(uow, ana, now=NOW)
    await subscribers.lose(uow, ANA, is_final=False, now=NOW + 20 * DAY)
    assert await get(uow) == stopped
    assert await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW + 21 * DAY) == stopped


async def test_to_be_lost_again_puts_nothing_off(uow, ana):
    await subscribers.lose(uow, ANA, is_final=False, now=NOW)
    await subscribers.lose(uow, ANA, is_final=False, now=NOW + 20 * DAY)
    assert (await get(uow)).erase_at == NOW + MONTH


@pytest.mark.parametrize(("days", "standing"), [(10, Standing.PAUSED), (31, Standing.ACTIVE)])
async def test_who_blocked_us_during_a_pause_finds_it_again(uow, ana, days, standing):
    paused = await subscribers.pause(uow, ana, now=NOW)
    await subscribers.lose(uow, ANA, is_final=False, now=NOW + DAY)
    back = await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW + days * DAY)
    assert back == await get(uow) == (paused if standing is Standing.PAUSED else ana)


async def test_an_account_that_is_gone_is_silenced_at_once_and_erased_with_the_next_tidying(uow, ana):
    await subscribers.stop(uow, ana, now=NOW - DAY)
    await subscribers.lose(uow, ANA, is_final=True, now=NOW)
    assert await get(uow) == replace(ana, standing=Standing.UNREACHABLE, erase_at=NOW)
    await subscribers.tidy(uow, now=NOW)
    assert await kept(uow) == {}


async def test_a_chat_that_is_no_subscriber_is_only_silenced(uow):
    notice = OutboxMessage(
        key="notice",
        kind=Kind.OPERATOR_NOTICE,
        lane=Lane.ALERTS,
        chat_id=BEN,
        payload={},
        due_at=NOW,
        expires_at=NOW + DAY,
    )
    await uow.outbox.add(notice, now=NOW)
    await subscribers.lose(uow, BEN, is_final=True, now=NOW)
    assert await states(uow) == [SendState.DROPPED]
    assert await get(uow, BEN) is None


# going, and the rest of the housekeeping


async def test_erasing_takes_everything_and_nobody_else(uow, ana):
    await subscribers.welcome(uow, BEN, language=Language.FRENCH, now=NOW)
    await uow.alerts.add(alert(BEN))
    await subscribers.erase(uow, ANA)
    assert await kept(uow) == {}
    assert await kept(uow, BEN) == {"subscribers": 1, "alerts": 1}
    assert await subscribers.welcome(uow, ANA, language=Language.FRENCH, now=NOW + DAY) == subscriber(
        ANA, created_at=NOW + DAY
    )


async def test_a_group_keeps_all_under_its_new_id(uow, ana):
    await subscribers.migrate(uow, ANA, -100)
    assert await kept(uow, -100) == ALL
    assert await kept(uow) == {}


async def test_time_by_itself_ends_pauses_erases_and_forgets(uow, ana):
    await subscribers.pause(uow, ana, now=NOW)
    await subscribers.welcome(uow, BEN, language=Language.FRENCH, now=NOW)
    await subscribers.stop(uow, await get(uow, BEN), now=NOW)
    await uow.inbox.store([ReceivedUpdate(1, ANA, "{}"), ReceivedUpdate(2, ANA, "{}")], now=NOW)
    await uow.inbox.mark_done([1])
    (message,) = await uow.outbox.claim(now=NOW, wall=NOW, lease=DAY, limit=9)
    await uow.outbox.mark_sent({message.id: 5}, now=NOW)
    await housekeeping.tidy(uow, now=NOW + MONTH)
    assert (await get(uow)).standing is Standing.ACTIVE
    assert await get(uow, BEN) is None
    assert await states(uow) == [SendState.SENT]
    assert [update.update_id for update in await uow.inbox.received()] == [2]
    await housekeeping.tidy(uow, now=NOW + MONTH + DAY)
    assert await states(uow) == []


async def test_what_waits_is_counted(uow, ana):
    assert await queues.waiting(uow, now=NOW) == queues.Waiting(updates=0, messages=1)
    assert await queues.waiting(uow, now=NOW - DAY) == queues.Waiting(updates=0, messages=0)
    await uow.inbox.store([ReceivedUpdate(1, ANA, "{}")], now=NOW)
    assert await queues.waiting(uow, now=NOW) == queues.Waiting(updates=1, messages=1)
