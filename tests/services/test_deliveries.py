"""What a delivery worker may still write of a message that another has claimed meanwhile."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest

from domain import outcomes
from domain.outbox import MAX_ATTEMPTS, Kind, Lane, OutboxMessage, SendState
from services import deliveries
from services.deliveries import Consequences, Dropped, Failed, Postponed, Settlement
from storage import database
from storage.columns import EPOCH
from tests import factories
from tests.databases import ON_POSTGRESQL, ON_SQLITE
from tests.factories import alert, job_event, subscriber

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
    async with data.unit_of_work() as uow:
        await uow.outbox.add(waiting(), now=NOON)
    return await claim(data, NOON)


def waiting(key="test", chat_id=5):
    return OutboxMessage(
        key=key,
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        chat_id=chat_id,
        payload={},
        due_at=NOON,
        expires_at=NOON + dt.timedelta(hours=1),
    )


async def settle(data, message, result):
    """Record it when its lease has ended; return the word for it, and what else was told to follow."""
    heard = []

    async def hear(_uow, *told):
        heard.append(told)

    consequences = Consequences(on_chat_gone=hear, on_migrated=hear)
    async with data.unit_of_work() as uow:
        settled = [Settlement(message=message, result=result, is_late=True)]
        (word,) = await deliveries.settle(uow, settled, consequences, now=NOON, wall=NOON + LEASE)
    return word, heard


NOTHING_FOLLOWS = Consequences(on_chat_gone=None, on_migrated=None)


def stored(instant):
    """Return an instant as both databases keep it."""
    return (instant - EPOCH) // dt.timedelta(microseconds=1)


async def row(data):
    async with data.reading() as uow:
        return (await uow._connection.exec_driver_sql("SELECT * FROM outbox")).one()


@pytest.mark.parametrize(
    "result",
    [
        outcomes.Paused(dt.timedelta(0)),
        outcomes.Refused("message is too long"),
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


async def test_that_nobody_is_there_is_noted_by_whoever_hears_it_first(data, ours):
    """Else the other writes to them too."""
    theirs, gone = await claim(data, NOON + LEASE), outcomes.ChatGone("blocked", is_final=False)
    before = await row(data)
    assert await settle(data, ours, gone) == ("taken", [(ours.chat_id, gone, NOON)])
    assert await row(data) == before
    assert await settle(data, theirs, gone) == ("gone", [(ours.chat_id, gone, NOON)])


@pytest.mark.parametrize(
    ("result", "word", "number"),
    [(outcomes.Accepted(77), "sent", 77), (outcomes.Unchanged("as it is", is_so=True), "unchanged", None)],
)
async def test_what_telegram_took_is_recorded_however_late_and_not_sent_a_third_time(
    data, ours, result, word, number
):
    theirs = await claim(data, NOON + LEASE)
    assert await settle(data, ours, result) == (word, [])
    assert ((await row(data)).state, (await row(data)).message_id) == ("sent", number)
    assert await settle(data, theirs, outcomes.NotSent("HTTP 502")) == ("taken", [])
    assert (await row(data)).state == "sent"


async def test_what_was_sent_is_dated_by_product_time_and_its_chat_rests_in_real_time(data, ours):
    later = NOON + dt.timedelta(minutes=5)
    sent = Settlement(message=ours, result=outcomes.Accepted(77))
    async with data.unit_of_work() as uow:
        assert await deliveries.settle(uow, [sent], NOTHING_FOLLOWS, now=NOON, wall=later) == ["sent"]
    kept = await row(data)
    assert kept.settled_at == stored(NOON)
    assert kept.leased_until == (stored(later + dt.timedelta(seconds=1)) if data.is_shared else None)


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("result", "waits"),
    [
        (outcomes.ChatGone("blocked", is_final=False), True),
        (outcomes.Migrated(-7), True),
        (outcomes.NotSent("HTTP 502"), False),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_who_leaves_is_noted_before_or_after_an_event_is_matched_and_nothing_else_waits_for_it(
    data, ours, result, waits
):
    async with asyncio.TaskGroup() as tasks, data.unit_of_work() as matching:
        await matching.match_queue.hold_wishes()
        settling = tasks.create_task(settle(data, ours, result))
        done, _ = await asyncio.wait([settling], timeout=0.2 if waits else 5)
    assert bool(done) is not waits


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


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (outcomes.Accepted(77), ("sent", "sent", 0)),
        (outcomes.Unchanged("as it is", is_so=True), ("unchanged", "sent", 0)),
        (outcomes.Paused(dt.timedelta(0)), ("released", "pending", 0)),
        (outcomes.BotRefused("Unauthorized"), ("released", "pending", 0)),
        (outcomes.Refused("message is too long"), ("dead", "dead", 0)),
        (outcomes.ChatGone("blocked", is_final=False), ("gone", "dropped", 0)),
        (outcomes.Migrated(-7), ("migrated", "pending", 1)),
        (outcomes.NotSent("HTTP 502"), ("retried", "pending", 1)),
        (outcomes.Unknown("cut off"), ("retried", "pending", 1)),
        (Dropped("over"), ("dropped", "dropped", 0)),
        (Postponed(NOON + dt.timedelta(hours=1)), ("postponed", "pending", 0)),
        (Failed("KeyError"), ("retried", "pending", 1)),
    ],
)
async def test_each_outcome_has_its_word_and_its_place_in_the_row(data, ours, result, told):
    word, _ = await settle(data, ours, result)
    kept = await row(data)
    assert (word, kept.state, kept.attempts) == told


async def test_of_two_messages_for_a_chat_the_first_is_taken_and_the_other_left(data):
    async with data.unit_of_work() as uow:
        for number, chat in enumerate((5, 5, 6)):
            await uow.outbox.add(waiting(key=str(number), chat_id=chat), now=NOON)
        told = {"now": NOON, "wall": NOON, "lease": LEASE, "limit": 9, "except_chats": ()}
        assert [one.key for one in await deliveries.claim(uow, **told)] == ["0", "2"]
        await uow.outbox.mark_sent({1: 77}, now=NOON)
        assert [one.key for one in await deliveries.claim(uow, **told)] == ["1"]


def test_of_an_error_only_its_kind_and_its_place_are_told():
    with pytest.raises(KeyError) as caught:
        {}["marqueur"]
    here = caught.traceback[-1]
    assert deliveries.named(caught.value) == f"KeyError at {here.path.name}:{here.lineno + 1}"
    assert deliveries.named(KeyError("marqueur")) == "KeyError"


@pytest.mark.parametrize(
    ("attempts", "chance", "waits_s"), [(0, 0.0, 0.75), (0, 1.0, 1.25), (2, 0.5, 4.0), (4, 1.0, 20.0)]
)
async def test_each_failed_attempt_waits_twice_as_long_give_or_take_a_quarter(
    data, ours, attempts, chance, waits_s
):
    tried, wall = replace(ours, attempts=attempts), NOON + LEASE / 2
    failed = Settlement(message=tried, result=outcomes.NotSent("HTTP 502"), chance=chance, is_reachable=False)
    async with data.unit_of_work() as uow:
        assert await deliveries.settle(uow, [failed], NOTHING_FOLLOWS, now=NOON, wall=wall) == ["retried"]
    kept = await row(data)
    assert kept.next_try_at == stored(wall + dt.timedelta(seconds=waits_s))
    assert kept.reason == "HTTP 502"
    assert kept.attempts == attempts + 1


@pytest.mark.parametrize(
    ("result", "attempts"),
    [(outcomes.NotSent("HTTP 502"), 1), (outcomes.Unknown("cut off"), MAX_ATTEMPTS - 1)],
)
async def test_only_what_may_have_been_sent_has_but_one_try_left(data, ours, result, attempts):
    notice = replace(ours, kind=Kind.OPERATOR_NOTICE)
    assert await settle(data, notice, result) == ("retried", [])
    assert (await row(data)).attempts == attempts
    again = replace(await claim(data, NOON + 2 * LEASE), kind=Kind.OPERATOR_NOTICE)
    assert await settle(data, again, result) == ("retried" if attempts == 1 else "dead", [])


@ON_SQLITE
async def test_the_only_worker_frees_what_was_claimed_before_it(data, ours):
    async with data.unit_of_work() as uow:
        assert await deliveries.free_all(uow, wall=NOON, lease=LEASE) == 1
    assert (await claim(data, NOON)).key == ours.key


async def match(data, number):
    """Let one more event fit the one subscriber, to be told at noon; return its id."""
    event = job_event(source_id=str(number))
    async with data.unit_of_work() as uow:
        if number == 1:
            await uow.subscribers.add(subscriber(5))
            await uow.alerts.add(alert(5))
        found = await factories.keep(uow, event)
        await uow.match_queue.queue_for(found, event, {("Europe/Paris", alert().frequency): NOON}, now=NOON)
    return found


async def untold(data, now=NOON):
    async with data.reading() as uow:
        return [event for _, event, _ in await uow.match_queue.untold([5], now=now)]


async def test_what_night_puts_off_is_told_by_the_message_that_waits_for_the_morning(data):
    morning = NOON + dt.timedelta(hours=20)
    number = await match(data, 1)
    assert await settle(data, await claim(data, NOON), Postponed(morning)) == ("postponed", [])
    assert await untold(data, morning - LEASE) == []
    assert await untold(data, morning) == [number]


@pytest.mark.parametrize("is_taken_again", [False, True], ids=["given back", "claimed"])
async def test_what_joined_a_message_that_another_had_meanwhile_is_told_though_telegram_took_it_before(
    data, is_taken_again
):
    first = await match(data, 1)
    ours = await claim(data, NOON)
    theirs = await claim(data, NOON + 2 * LEASE)
    async with data.unit_of_work() as uow:
        await deliveries.give_back(uow, [theirs])
    joined = await match(data, 2)
    if is_taken_again:
        theirs = await claim(data, NOON + 2 * LEASE)
    late = Settlement(message=ours, result=outcomes.Accepted(77), told=[first], is_late=True)
    async with data.unit_of_work() as uow:
        words = await deliveries.settle(uow, [late], NOTHING_FOLLOWS, now=NOON, wall=NOON + 2 * LEASE)
    assert words == ["sent"]
    assert await untold(data) == [joined]
    async with data.reading() as uow:
        assert await uow.matches.card_of(5, first) == 77
    if not is_taken_again:
        theirs = await claim(data, NOON + 2 * LEASE)
    assert theirs.key == ours.key
    async with data.unit_of_work() as uow:
        sent = Settlement(message=theirs, result=outcomes.Accepted(78), told=[joined])
        await deliveries.settle(uow, [sent], NOTHING_FOLLOWS, now=NOON, wall=NOON + 2 * LEASE)
    assert await untold(data) == []
    assert (await row(data)).state == SendState.SENT


async def test_who_comes_late_and_still_has_the_claim_settles_it(data):
    first = await match(data, 1)
    late = Settlement(
        message=await claim(data, NOON), result=outcomes.Accepted(77), told=[first], is_late=True
    )
    async with data.unit_of_work() as uow:
        await deliveries.settle(uow, [late], NOTHING_FOLLOWS, now=NOON, wall=NOON + 2 * LEASE)
    assert (await row(data)).state == SendState.SENT
