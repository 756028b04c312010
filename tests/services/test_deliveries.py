"""What a delivery worker may still write of a message that another has claimed meanwhile."""

import datetime as dt

import pytest

from domain import outcomes
from domain.outbox import Kind, Lane, OutboxMessage
from services import deliveries
from services.deliveries import Consequences, Dropped, Failed, Postponed, Settlement
from storage import database

NOON = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=30)


@pytest.fixture
async def data(database_url):
    async with database.opened(database_url) as opened:
        yield opened


async def claim(data, wall):
    async with data.unit_of_work() as uow:
        (message,) = await deliveries.claim(uow, now=NOON, wall=wall, lease=LEASE, limit=9, except_chats=())
    return message


@pytest.fixture
async def ours(data):
    """A message that was claimed; the claim has ended since, and nobody knows it yet."""
    waiting = OutboxMessage(
        key="test",
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        chat_id=5,
        payload={},
        due_at=NOON,
        expires_at=NOON + dt.timedelta(hours=1),
    )
    async with data.unit_of_work() as uow:
        await uow.outbox.add(waiting, now=NOON)
    return await claim(data, NOON)


async def settle(data, message, result):
    """Record it when its lease has ended; return the word for it, and what else was told to follow."""
    heard = []

    async def hear(_uow, *told):
        heard.append(told)

    consequences = Consequences(on_chat_gone=hear, on_migrated=hear)
    async with data.unit_of_work() as uow:
        settled = [Settlement(message=message, result=result)]
        (word,) = await deliveries.settle(uow, settled, consequences, now=NOON, wall=NOON + LEASE)
    return word, heard


async def row(data):
    async with data.reading() as uow:
        return (await uow._connection.exec_driver_sql("SELECT * FROM outbox")).one()


@pytest.mark.parametrize(
    "result",
    [
        outcomes.Paused(dt.timedelta(0)),
        outcomes.Refused("message is too long"),
        outcomes.ChatGone("blocked", is_final=False),
        outcomes.Migrated(-7),
        outcomes.NotSent("HTTP 502"),
        Dropped("over"),
        Postponed(NOON + dt.timedelta(hours=1)),
        Failed("KeyError"),
    ],
    ids=lambda result: type(result).__name__,
)
async def test_what_became_of_a_message_that_another_claimed_since_is_the_others_to_say(data, ours, result):
    theirs = await claim(data, NOON + LEASE)
    before = await row(data)
    assert await settle(data, ours, result) == ("taken", [])
    assert await row(data) == before
    word, _ = await settle(data, theirs, result)
    assert word != "taken"
    assert await row(data) != before


async def test_what_telegram_took_is_recorded_however_late_and_not_sent_a_third_time(data, ours):
    theirs = await claim(data, NOON + LEASE)
    assert await settle(data, ours, outcomes.Accepted(77)) == ("sent", [])
    assert ((await row(data)).state, (await row(data)).message_id) == ("sent", 77)
    assert await settle(data, theirs, outcomes.NotSent("HTTP 502")) == ("taken", [])
    assert (await row(data)).state == "sent"


async def test_a_claim_that_ended_is_kept_and_given_back_while_nobody_else_has_it(data, ours):
    until = NOON + 3 * LEASE
    async with data.unit_of_work() as uow:
        (kept,) = await deliveries.keep(uow, [ours], until=until)
        assert kept.leased_until == until
        await deliveries.give_back(uow, [ours])
    held = await row(data)
    assert held.leased_until is not None, "who gives it back must know how long it was kept"
    async with data.unit_of_work() as uow:
        await deliveries.give_back(uow, [kept])
    assert (await row(data)).leased_until is None


async def test_who_comes_late_neither_keeps_nor_gives_back_what_another_claimed(data, ours):
    theirs = await claim(data, NOON + LEASE)
    before = await row(data)
    async with data.unit_of_work() as uow:
        assert await deliveries.keep(uow, [ours], until=NOON + 3 * LEASE) == []
        await deliveries.give_back(uow, [ours])
    assert await row(data) == before
    async with data.unit_of_work() as uow:
        assert len(await deliveries.keep(uow, [theirs], until=NOON + 3 * LEASE)) == 1
