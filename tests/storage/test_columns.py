import datetime as dt

import hypothesis as hyp
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from domain.subscribers import Standing
from storage.columns import Chosen, Instant
from tests.factories import NOW, subscriber

INSTANTS = st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=-9, minutes=-30))]))


@hyp.given(INSTANTS)
def test_an_instant_is_kept_to_the_microsecond(instant):
    kept = Instant().process_bind_param(instant, None)
    given = Instant().process_result_value(kept, None)
    assert given == instant
    assert given.tzinfo is dt.UTC


def test_instants_compare_as_their_numbers_do():
    sooner, later = (
        Instant().process_bind_param(NOW + step * dt.timedelta(microseconds=1), None) for step in (0, 1)
    )
    assert sooner + 1 == later


def test_nothing_stays_nothing():
    for kind in (Instant(), Chosen(Standing)):
        assert kind.process_bind_param(None, None) is None
        assert kind.process_result_value(None, None) is None


async def test_a_value_that_is_no_longer_known_is_not_taken_for_another(uow):
    await uow.subscribers.add(subscriber(1))
    await uow._connection.execute(sa.text("UPDATE subscribers SET standing = 'asleep'"))
    with pytest.raises(ValueError, match="asleep"):
        await uow.subscribers.get(1)
