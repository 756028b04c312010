import pytest

from delivery import parts


@pytest.mark.parametrize(
    ("rate", "under_way"), [(0.1, 8), (27, 8), (30, 9), (100, 30), (853, 255), (1000, 256)]
)
def test_as_many_are_under_way_as_the_rate_needs(rate, under_way):
    options = parts.Options.at(rate)
    assert options.concurrency == parts.in_flight(rate) == under_way
    assert options.batch == max(30, under_way)


def test_at_the_usual_rate_a_worker_is_as_by_default():
    assert parts.Options.at(27) == parts.Options()
