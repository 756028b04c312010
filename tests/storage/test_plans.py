"""What is asked again and again reads no whole table that grows with people or with time."""

import datetime as dt

import pytest
import sqlalchemy as sa

from domain.agencies import Agency
from domain.announcements import Announcement, Audience, State
from tests import factories
from tests.databases import ON_POSTGRESQL
from tests.factories import NOW, TOULOUSE, alert, job_event, subscriber

ANA = 1
MANY = list(range(1, 31))
LEASE = dt.timedelta(seconds=30)
DUE = {("Europe/Paris", alert().frequency): NOW}
HERE, ONLINE = Audience(commune="31555", point=TOULOUSE), Audience(is_online=True)
ZONES = {"Europe/Paris": NOW}
GROWING = {
    "members",
    "invitations",
    "announcements",
    "journal",
    "inbox",
    "outbox",
    "matches",
    "reminders",
    "alerts",
    "alert_cells",
    "conversations",
}

QUESTIONS = {
    "what was received": lambda uow: uow.inbox.received(),
    "who has no answer": lambda uow: uow.inbox.unanswered(),
    "how many updates wait": lambda uow: uow.inbox.waiting(),
    "a chat is answered": lambda uow: uow.inbox.mark_chat_done(ANA),
    "old updates go": lambda uow: uow.inbox.purge(before=NOW, limit=9),
    "what is to be sent": lambda uow: uow.outbox.claim(
        now=NOW, wall=NOW, lease=LEASE, limit=9, except_chats=[2]
    ),
    "how many messages wait": lambda uow: uow.outbox.waiting(now=NOW),
    "claims are taken over": lambda uow: uow.outbox.release_all(wall=NOW, lease=LEASE),
    "old messages go": lambda uow: uow.outbox.purge(before=NOW, limit=9),
    "a chat left": lambda uow: uow.outbox.drop_for(ANA, "stopped", now=NOW),
    "which reminders are due": lambda uow: uow.reminders.queue_due(now=NOW),
    "who is reminded of an event": lambda uow: uow.reminders.waiting_for(1),
    "an event that changed": lambda uow: uow.match_queue.forget_untold_of(1),
    "somebody wants something else": lambda uow: uow.match_queue.forget_untold(ANA),
    "a message waits for the morning": lambda uow: uow.match_queue.postpone(1, NOW),
    "what one message told": lambda uow: uow.matches.told_in(ANA, 1),
    "somebody pauses": lambda uow: uow.subscribers.save(subscriber(ANA)),
    "a group gets another number": lambda uow: uow.subscribers.migrate(ANA, 2),
    "what people are to be told": lambda uow: uow.match_queue.untold(MANY, now=NOW, told_by=MANY),
    "who they are": lambda uow: uow.subscribers.get_many(MANY),
    "what they wish for": lambda uow: uow.alerts.of_subscribers(MANY),
    "a sweep is over": lambda uow: uow.match_queue.hasten(NOW, now=NOW),
    "cards to refresh": lambda uow: uow.matches.queue_refreshes(1, 2, expires_at=NOW, now=NOW),
    "a person is erased": lambda uow: uow.subscribers.erase(ANA),
    "a person is exported": lambda uow: uow.subscribers.export(ANA),
    "old events go": lambda uow: uow.job_events.purge(before=NOW),
    "an invitation is redeemed": lambda uow: uow.agencies.redeem("x", now=NOW),
    "who writes for an agency": lambda uow: uow.agencies.member_of(ANA),
    "announcements under way": lambda uow: uow.announcements.due(now=NOW),
    "how far an announcement is": lambda uow: uow.announcements.figures(1),
    "how much of it waits": lambda uow: uow.announcements.waiting(1),
    "an announcement is stopped": lambda uow: uow.announcements.withdraw(1, "stopped", now=NOW),
    "how many there are around a place": lambda uow: uow.announcements.count(HERE, joined_by=NOW),
    "how many take online events": lambda uow: uow.announcements.count(ONLINE, joined_by=NOW),
    "its next slice": lambda uow: uow.announcements.queue_slice(sending(HERE, 1), ZONES, limit=9, now=NOW),
    "the next slice of everyone": lambda uow: uow.announcements.queue_slice(
        sending(Audience(), 1), ZONES, limit=9, now=NOW
    ),
    "a new event": lambda uow: uow.match_queue.queue_for(1, job_event(), DUE, now=NOW),
}


def sending(audience, number=0):
    return Announcement(
        id=number,
        agency=Agency(1, "Agence"),
        member_id=1,
        text="",
        audience=audience,
        state=State.SENDING,
        send_at=NOW,
        size=1,
    )


async def plans(uow, ask):
    """Ask, and return each step of how it was answered."""
    engine, asked = uow._connection.sync_connection.engine, []

    def note(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        await ask(uow)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    driver = (await uow._connection.get_raw_connection()).driver_connection
    how = on_postgresql if uow._connection.dialect.name == "postgresql" else on_sqlite
    return [step for statement, parameters in asked for step in await how(driver, statement, parameters)]


async def on_sqlite(driver, statement, parameters):
    async with driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters) as found:
        return [row[3] for row in await found.fetchall()]


async def on_postgresql(driver, statement, parameters):
    """As if reading through were dear, which it is not yet: what is then read through can't be sought."""
    await driver.execute("SET LOCAL enable_seqscan = off")
    return [row[0].strip(" ->") for row in await driver.fetch(f"EXPLAIN {statement}", *parameters)]


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_growing_table_is_read_through(uow, name):
    await uow.subscribers.add(subscriber(ANA))
    await uow.alerts.add(alert(ANA))
    await factories.keep(uow, job_event())
    await uow.agencies.add("Agence", now=NOW)
    await uow.announcements.add(sending(HERE), now=NOW)
    steps = await plans(uow, QUESTIONS[name])
    assert (
        steps or name == "claims are taken over"
    )  # there is nothing to ask where there are several claimers
    assert {step for step in steps if reads_through(step)} == set()


def reads_through(step):
    """Of SQLite: SCAN outbox. Of PostgreSQL: Seq Scan on outbox outbox_1  (cost=…)."""
    words = step.removeprefix("Seq Scan on").split()
    is_whole = step.startswith(("SCAN", "Seq Scan")) and " ix_" not in step
    return is_whole and bool(GROWING.intersection(words))


@ON_POSTGRESQL
async def test_each_match_seeks_its_message_in_a_table_that_was_empty_when_last_counted(uow):
    """Read through for each of its own rows, the outbox took minutes to fill."""
    await uow.subscribers.add(subscriber(ANA))
    await uow.alerts.add(alert(ANA))
    event = await factories.keep(uow, job_event())
    await uow._connection.execute(sa.text("ANALYZE outbox"))
    await uow.match_queue.queue_for(event, job_event(), DUE, now=NOW)
    assert await uow._connection.scalar(sa.text("SHOW enable_seqscan")) == "off"
    await uow.match_queue.forget_untold_of(event)
    steps = await plans(uow, lambda uow: uow.match_queue.queue_for(event, job_event(), DUE, now=NOW))
    assert [step for step in steps if "Index Cond: (chat_id = matches.subscriber_id" in step]
    assert not [step for step in steps if "Join Filter" in step]
