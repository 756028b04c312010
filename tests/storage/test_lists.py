"""The lengths of the lists that statements are given."""

import hypothesis as hyp
from hypothesis import strategies as st

from storage.lists import padded


@hyp.given(st.frozensets(st.integers(), max_size=70))
def test_a_list_says_the_same_in_one_of_few_lengths(values):
    told = padded(values)
    assert set(told) == values
    assert len(told) in {0, 1, 2, 4, 8, 16, 32, 64, 128}
    assert len(values) <= len(told) < 2 * max(len(values), 1)


def test_a_very_long_list_is_left_as_it_is():
    assert [len(padded(range(count))) for count in (1000, 1024, 1025, 32_767)] == [1024, 1024, 1025, 32_767]
