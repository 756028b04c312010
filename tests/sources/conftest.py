import pytest

from tests.sources.feeds import FakeTime


@pytest.fixture(scope="session")
def surroundings(known):
    return known


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()
