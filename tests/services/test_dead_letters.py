"""What was given up can be seen, and tried again as if never tried."""

import datetime as dt
from dataclasses import replace

import pytest

from domain.dead_letters import DeadMessage, DeadUpdate
from domain.outbox import Kind, Lane, OutboxMessage
from services import ReceivedUpdate, dead_letters, housekeeping
from storage import database
from tests.factories import NOW

HOUR = dt.timedelta(hours=1)


@pytest.fixture
async def uow(tmp_path):
    async with (
        database.opened(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}") as opened,
        opened.unit_of_work() as transaction,
    ):
        yield transaction


def message(number, **changes):
    made = OutboxMessage(
        key=f"test:{number}",
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        chat_id=number,
        payload={},
        due_at=NOW - HOUR,
        expires_at=NOW + HOUR,
    )
    return replace(made, **changes)


async def give_up(uow, *messages, at=NOW):
    """Queue these; all fail once and are then refused."""
    for one in messages:
        await uow.outbox.add(one, now=NOW - HOUR)
    for one in await claim(uow):
        await uow.outbox.retry(one.id, "HTTP 502", next_try_at=NOW)
        await uow.outbox.mark_dead(one.id, "message is too long", now=at)


async def claim(uow):
    return await uow.outbox.claim(now=NOW, wall=NOW, lease=HOUR, limit=99)


async def set_aside(uow, *numbers):
    for number in numbers:
        await uow.inbox.store([ReceivedUpdate(number, 5, "{}")], now=NOW)
        await uow.inbox.quarantine(number, body="{}", reason="KeyError while handling")


async def test_what_was_given_up_is_found_the_latest_first_with_how_many_there_are(uow):
    await give_up(uow, message(1))
    await give_up(uow, message(2), message(3), at=NOW + HOUR)
    await uow.outbox.add(message(4), now=NOW)
    await set_aside(uow, 70, 71)
    found = await dead_letters.found(uow, limit=2)
    assert [one.id for one in found.messages] == [3, 2]
    assert (found.message_count, found.update_count) == (3, 2)
    assert found.messages[1] == DeadMessage(
        id=2,
        kind=Kind.REMINDER,
        lane=Lane.URGENT,
        due_at=NOW - HOUR,
        expires_at=NOW + HOUR,
        settled_at=NOW + HOUR,
        attempts=2,
        reason="message is too long",
    )
    assert found.updates[1] == DeadUpdate(id=70, received_at=NOW, reason="KeyError while handling")


async def test_one_message_is_tried_again_as_if_never_tried(uow):
    await give_up(uow, message(1), message(2))
    assert await dead_letters.retry(uow, 2, now=NOW) == 1
    (revived,) = await claim(uow)
    assert revived == message(2, id=2)
    assert [one.id for one in (await dead_letters.found(uow, limit=9)).messages] == [1]
    assert await dead_letters.retry(uow, 2, now=NOW) == 0


async def test_all_are_tried_again_but_those_that_are_too_late(uow):
    await give_up(uow, message(1), message(2), message(3, expires_at=NOW))
    assert await dead_letters.retry(uow, now=NOW) == 2
    assert [one.id for one in await claim(uow)] == [1, 2]
    assert (await dead_letters.found(uow, limit=9)).message_count == 1


async def test_what_was_given_up_is_forgotten_in_the_end(uow):
    await give_up(uow, message(1))
    await set_aside(uow, 70)
    await housekeeping.tidy(uow, now=NOW + housekeeping.INBOX_KEPT)
    found = await dead_letters.found(uow, limit=9)
    assert (found.message_count, found.update_count) == (1, 1)
    await housekeeping.tidy(uow, now=NOW + housekeeping.OUTBOX_KEPT + HOUR)
    found = await dead_letters.found(uow, limit=9)
    assert (found.message_count, found.update_count) == (0, 0)
