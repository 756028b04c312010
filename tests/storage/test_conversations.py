import datetime as dt
from dataclasses import replace

import pytest

from domain.conversations import ConversationState
from tests.factories import NOW, subscriber

AT_PLACE = ConversationState(
    name="asking",
    step="place",
    draft={"commune": None, "label": "L’Haÿ-les-Roses 🙂", "offered": ["94038"], "radius": 30},
    screen_id=7,
    updated_at=NOW,
)


@pytest.fixture
async def people(uow):
    for number in (1, 2):
        await uow.subscribers.add(subscriber(number))


async def test_nobody_stands_anywhere_at_first(uow, people):
    assert await uow.conversations.get(1) is None


async def test_where_one_stands_comes_back_as_it_was(uow, people):
    await uow.conversations.save(1, AT_PLACE)
    assert await uow.conversations.get(1) == AT_PLACE
    assert await uow.conversations.get(2) is None


async def test_the_next_answer_takes_the_place_of_the_one_before(uow, people):
    later = replace(
        AT_PLACE, step="sectors", draft={}, screen_id=None, updated_at=NOW + dt.timedelta(hours=1)
    )
    await uow.conversations.save(2, AT_PLACE)
    await uow.conversations.save(1, AT_PLACE)
    await uow.conversations.save(1, later)
    assert await uow.conversations.get(1) == later
    assert await uow.conversations.get(2) == AT_PLACE


async def test_the_screen_is_remembered_alone(uow, people):
    await uow.conversations.set_screens({1: 9})
    assert await uow.conversations.get(1) is None, "no conversation, nothing to remember"
    await uow.conversations.save(1, AT_PLACE)
    await uow.conversations.save(2, AT_PLACE)
    await uow.conversations.set_screens({1: 9})
    assert await uow.conversations.get(1) == replace(AT_PLACE, screen_id=9)
    assert await uow.conversations.get(2) == AT_PLACE


async def test_an_end_is_for_one_person(uow, people):
    await uow.conversations.save(1, AT_PLACE)
    await uow.conversations.save(2, AT_PLACE)
    await uow.conversations.end(1)
    assert await uow.conversations.get(1) is None
    assert await uow.conversations.get(2) == AT_PLACE
