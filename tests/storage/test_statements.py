"""A list of three costs as many statements as a list of one."""

import datetime as dt
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from domain.reminders import Lead, Reminder
from services import alerts, personal_data, reminders
from storage.inbox import ReceivedUpdate
from tests import factories
from tests.factories import ALBI, NOW, alert, job_event, subscriber

ANA = 1
DAY = dt.timedelta(days=1)
DUE = {("Europe/Paris", alert().frequency): NOW}
WISH = alert(ANA, radius_km=100)


@contextmanager
def counting(uow):
    """Collect the statements that are run meanwhile, but for those that only say how to run the others."""
    engine, statements = uow._connection.sync_connection.engine, []

    def note(_connection, _cursor, statement, *_rest):
        if not any(word in statement for word in ("pg_advisory", "set_config", "FOR SHARE")):
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


async def fill(uow, count):
    """So many of everything: people, events that fit, reminders, updates; all matched and told to Ana."""
    await number_anew(uow)
    for number in range(ANA, ANA + count):
        await uow.subscribers.add(subscriber(number, erase_at=NOW))
        await uow.alerts.add(alert(number, radius_km=100))
    for number in range(count):
        event = job_event(source_id=str(number), point=ALBI)
        job_event_id = await factories.keep(uow, event, now=NOW - DAY)
        await uow.match_queue.queue_for(job_event_id, event, DUE, now=NOW)
        for owner in range(ANA, ANA + count):
            await uow.reminders.save(
                Reminder(subscriber_id=owner, job_event_id=job_event_id, lead=Lead.TWO_HOURS, due_at=NOW)
            )
    await uow.inbox.store([ReceivedUpdate(number, number, "{}") for number in range(count * 2)], now=NOW)
    for number in range(count):
        await uow.inbox.mark_applied(number)
    for message in await uow.outbox.claim(now=NOW, wall=NOW, lease=dt.timedelta(0), limit=99):
        told = [event for _, event, _ in await uow.match_queue.untold([message.chat_id], now=NOW)]
        await uow.matches.mark_told([(message.chat_id, one, message.id) for one in told], now=NOW)
        await uow.outbox.mark_sent({message.id: message.id}, now=NOW)


async def number_anew(uow):
    """What is undone gives its numbers back on SQLite alone."""
    if uow._connection.dialect.name == "postgresql":
        for table in ("job_events", "outbox"):
            await uow._connection.execute(sa.text(f"ALTER SEQUENCE {table}_id_seq RESTART"))


async def told_to_ana(uow):
    # whose message comes first among equals is the database's choice
    message = await uow._connection.scalar(
        sa.text("SELECT id FROM outbox WHERE chat_id = :ana"), {"ana": ANA}
    )
    return await uow.matches.told_in(ANA, message)


LISTS = {
    "the events of a wish": lambda uow: uow.browsing.fitting(WISH, now=NOW, limit=9, unseen_by=ANA),
    "the next events": lambda uow: alerts.next_events(uow, WISH, now=NOW),
    "all events": lambda uow: uow.browsing.upcoming(now=NOW, limit=9),
    "the nearest events": lambda uow: uow.browsing.nearest(WISH, now=NOW, until=NOW + 9 * DAY, limit=9),
    "events by number": lambda uow: uow.job_events.get_many([1, 2, 3]),
    "what one message told": told_to_ana,
    "the reminders of a person": lambda uow: reminders.of(uow, ANA, now=NOW),
    "the reminders of an event": lambda uow: uow.reminders.waiting_for(1),
    "who is to be erased": lambda uow: uow.subscribers.to_erase(now=NOW, limit=9),
    "the updates that wait": lambda uow: uow.inbox.received(),
    "who has no answer yet": lambda uow: uow.inbox.unanswered(),
}


async def statements_for(ask, uow, count):
    await fill(uow, count)
    with counting(uow) as statements:
        found = await ask(uow)
    assert len(found) == count
    return len(statements)


@pytest.mark.parametrize("name", LISTS)
async def test_three_cost_as_much_as_one(data, name):
    costs = []
    for count in (1, 3):
        async with data.unit_of_work() as uow:
            trial = uow.savepoint()
            async with trial:
                costs.append(await statements_for(LISTS[name], uow, count))
                await trial.rollback()
    assert costs[0] == costs[1] > 0


async def test_publications_are_counted_in_one_go(uow):
    await fill(uow, 1)
    for number in (7, 8):
        await factories.keep(
            uow, job_event(source_id=str(number), point=ALBI), now=NOW - number * DAY, is_baseline=False
        )
    with counting(uow) as statements:
        found = await uow.browsing.publications(WISH, since=NOW - 9 * DAY, until=NOW)
    assert found == [(NOW - days * DAY, True) for days in (8, 7, 1)]
    assert len(statements) == 1


@pytest.mark.parametrize("count", [1, 3])
async def test_an_export_asks_once_a_table(uow, count):
    await fill(uow, count)
    with counting(uow) as statements:
        kept = await personal_data.export(uow, ANA)
    assert len(kept["reminders"]) == count
    assert len(statements) == len(kept)


@pytest.mark.parametrize("count", [1, 3])
async def test_to_queue_what_is_due_takes_two_statements_for_all(uow, count):
    await fill(uow, count)
    with counting(uow) as statements:
        assert await uow.reminders.queue_due(now=NOW) == count * count
    assert len(statements) == 2


@pytest.mark.parametrize("count", [1, 3])
async def test_to_match_an_event_takes_three_statements_for_all(uow, count):
    await fill(uow, count)
    event = job_event(source_id="new")
    job_event_id = await factories.keep(uow, event)
    with counting(uow) as statements:
        assert await uow.match_queue.queue_for(job_event_id, event, DUE, now=NOW) == count
    assert len(statements) == 3


SAME = {
    "who they are": lambda uow, ids: uow.subscribers.get_many(ids),
    "what they wish for": lambda uow, ids: uow.alerts.of_subscribers(ids),
    "what they are told": lambda uow, ids: uow.match_queue.untold(ids, now=NOW, told_by=ids),
    "what they saw": lambda uow, ids: uow.matches.mark_shown(ANA, ids, now=NOW),
    "events by number": lambda uow, ids: uow.job_events.get_many(ids),
    "what is listed no more": lambda uow, ids: uow.job_events.mark_unlisted(ids),
    "what is listed": lambda uow, ids: uow.imports.known("mee", [str(one) for one in ids], now=NOW),
    "what is to be sent": lambda uow, ids: uow.outbox.claim(
        now=NOW, wall=NOW, lease=DAY, limit=9, except_chats=ids
    ),
    "what is given back": lambda uow, ids: uow.outbox.release(ids),
}


@pytest.mark.parametrize("name", SAME)
async def test_a_list_of_three_is_asked_about_as_a_list_of_four(uow, name):
    """Each statement is kept by each connection: one for each length would make the memory grow for hours."""
    with counting(uow) as statements:
        await SAME[name](uow, [1, 2, 3])
        await SAME[name](uow, [1, 2, 3, 4])
    half = len(statements) // 2
    assert statements[:half] == statements[half:] != []
