"""Whatever a record holds, reading it ends in events and rejected records, never in an error."""

import copy
import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.job_events import JobEvent, Rejected
from sources import drafts, mee, openagenda
from sources.drafts import Format
from tests.sources import records
from tests.sources.feeds import NOON

FORMATS = {"mee": (mee.FORMAT, records.mee()), "openagenda": (openagenda.FORMAT, records.openagenda())}
HOSTILE = [
    None,
    True,
    False,
    0,
    -1,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e" * 50,
    "x" * 100_000,
    "<p>" * 5_000,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T09:00",
    "2026-06-22T09:00:00+23:59",
    "2026-06-22",
    "25:00:00",
    "24:00",
    "12:00:00+02:00",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"fr": {}},
    {"lat": "x", "lon": []},
    {"id": {}, "label": []},
    '{"label": {"fr": {}}}',
    "[" * 10_000,
    "[[[[",
    '[{"begin": "2026-06-22T09:00:00", "end": {}}]',
    '[{"begin": "2026-06-22T09:00:00+02:00", "end": "9999-12-31"}]',
    "Europe",
    "..",
    "/etc/passwd",
    "Europe/Paris\x00",
    "javascript:alert(1)",
    "=cmd()",
    "'; DROP TABLE",
    b"bytes",
]
anything = st.one_of(
    st.sampled_from(HOSTILE),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=8,
    ),
)


def check(outcome: JobEvent | Rejected) -> None:
    """What leaves the room can be stored, shown and compared."""
    if isinstance(outcome, Rejected):
        assert outcome.reason
        (outcome.source_id + outcome.reason + outcome.raw).encode()
        return
    (outcome.title + outcome.description + outcome.place_name + outcome.address + outcome.url).encode()
    assert outcome.title
    assert outcome.starts_at < outcome.ends_at
    assert outcome.starts_at.tzinfo is dt.UTC
    assert outcome.local_start.year >= 1999
    assert outcome.half_days
    assert outcome.mee_id is None or 0 < outcome.mee_id < 2**63
    hash(outcome)


def read(form: Format, record: Any, surroundings: Any) -> None:
    for outcome in drafts.read(record, form, surroundings, source="test", now=NOON):
        check(outcome)


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_mutated_records_never_raise(name, surroundings, data):
    form, sound = FORMATS[name]
    record = copy.deepcopy(sound)
    for key in data.draw(st.lists(st.sampled_from(sorted(record)), min_size=1, max_size=4)):
        if data.draw(st.booleans()):
            record[key] = data.draw(anything)
        else:
            record.pop(key, None)
    read(form, record, surroundings)


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
def test_every_hostile_value_in_every_field_is_borne(name, surroundings):
    form, sound = FORMATS[name]
    for key in sound:
        for value in HOSTILE:
            read(form, sound | {key: value}, surroundings)


def test_a_record_that_breaks_its_reader_is_kept_with_the_error(surroundings):
    def breaking(record: Any) -> Any:
        raise ZeroDivisionError

    (outcome,) = drafts.read(
        {"id": 5, (1, 2): "a key that JSON does not know"},
        Format(bool, "id", breaking),
        surroundings,
        source="test",
        now=NOON,
    )
    assert outcome == Rejected(
        source="test",
        source_id="5",
        reason="unparsable (ZeroDivisionError)",
        raw="(dict that cannot be written down)",
    )


@pytest.mark.long
@pytest.mark.parametrize("name", FORMATS)
def test_a_record_of_nothing_but_noise_is_borne(name, surroundings):
    form, sound = FORMATS[name]
    for seed in range(200):
        chance = random.Random(seed)
        read(form, {key: chance.choice(HOSTILE) for key in sound}, surroundings)
    for record in HOSTILE:
        read(form, record, surroundings)
