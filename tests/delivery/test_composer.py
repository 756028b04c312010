"""Messages that are asked for together are worded together, and none spoils another's words."""

import asyncio
import dataclasses

import pytest

import storage.database
from delivery.composer import Composer
from delivery.sender import Composed
from domain.alerts import Frequency
from domain.errors import StorageError
from domain.outbox import Kind, Lane, OutboxMessage
from domain.subscribers import Subscriber
from services.deliveries import Dropped
from tests import factories
from tests.messages import samples

NOW = samples.NOW
PEOPLE = range(1, 21)


@pytest.fixture
async def units(database_url):
    due = {("Europe/Paris", frequency): NOW for frequency in Frequency}
    async with storage.database.opened(database_url) as opened:
        async with opened.unit_of_work() as uow:
            for person in PEOPLE:
                await uow.subscribers.add(Subscriber(id=person, created_at=NOW))
                await uow.alerts.add(samples.alert(id=0, subscriber_id=person))
            number = await factories.keep(uow, samples.event(), now=NOW)
            await uow.match_queue.queue_for(number, samples.event(), due, now=NOW)
        yield opened


def message(person, **changes):
    made = OutboxMessage(
        key=f"test:{person}",
        kind=Kind.MATCHES,
        lane=Lane.ALERTS,
        chat_id=person,
        payload={},
        due_at=NOW,
        expires_at=NOW,
    )
    return dataclasses.replace(made, **changes)


class Reading:
    """Opens units of work, and counts them."""

    def __init__(self, units):
        self.units = units
        self.opened = 0

    def __call__(self):
        self.opened += 1
        return self.units.reading()


async def test_what_is_asked_for_at_once_is_read_at_once_and_each_gets_its_own(units):
    reading = Reading(units)
    composer = Composer(reading, samples.TRANSLATORS)
    strangers = [message(person) for person in (98, 99)]
    messages = [*(message(person) for person in PEOPLE), *strangers]
    worded = await asyncio.gather(*(composer.compose(one, NOW) for one in messages))
    # the first is read for at once, the others meanwhile wait together
    assert reading.opened <= 2
    assert all(isinstance(one, Composed) and len(one.told) == 1 for one in worded[:-2])
    assert all(isinstance(one, Dropped) for one in worded[-2:])


async def test_what_is_worded_together_is_worded_as_all_stands_when_the_last_was_asked_for(units):
    composer = Composer(units.reading, samples.TRANSLATORS)
    asked = [(1, NOW), (2, NOW), (3, samples.STARTS)]
    *_, last = await asyncio.gather(*(composer.compose(message(person), now) for person, now in asked))
    assert last == Dropped("nothing is left to tell")


async def test_a_message_that_can_not_be_worded_fails_alone(units):
    composer = Composer(units.reading, samples.TRANSLATORS)
    poison = message(7, kind=Kind.EVENT_CHANGED, payload={"job_event_id": "many"})
    messages = [message(1), message(2), poison, message(3)]
    worded = await asyncio.gather(*(composer.compose(one, NOW) for one in messages), return_exceptions=True)
    assert [type(one) for one in worded] == [Composed, Composed, ValueError, Composed]


async def test_a_database_that_fails_fails_all_who_asked_and_none_who_asks_later(units):
    ways = [Failing, Failing]
    composer = Composer(lambda: ways.pop()() if ways else units.reading(), samples.TRANSLATORS)
    worded = await asyncio.gather(
        *(composer.compose(message(person), NOW) for person in PEOPLE), return_exceptions=True
    )
    assert {type(one) for one in worded} == {StorageError}
    assert isinstance(await composer.compose(message(1), NOW), Composed)


class Failing:
    """What is opened while it fails."""

    async def __aenter__(self):
        await asyncio.sleep(0)
        raise StorageError("disk full")

    async def __aexit__(self, *_):
        """Nothing was opened."""


async def test_one_who_is_cancelled_in_its_turn_leaves_the_others_their_answers(units):
    begun = asyncio.Event()

    class Slow:
        async def __aenter__(self):
            begun.set()
            await asyncio.Event().wait()

        async def __aexit__(self, *_):
            """Nothing was opened."""

    ways = [Slow]
    composer = Composer(lambda: ways.pop()() if ways else units.reading(), samples.TRANSLATORS)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(composer.compose(message(1), NOW))
        others = [tasks.create_task(composer.compose(message(person), NOW)) for person in (2, 3, 4)]
        await begun.wait()
        first.cancel()
    assert first.cancelled()
    assert all(isinstance(other.result(), Composed) for other in others)
