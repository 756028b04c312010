import pytest

from domain.places import Gazetteer
from locales import trades
from sources.reading import Surroundings
from storage import gazetteer
from tests.sources.feeds import FakeTime


@pytest.fixture(scope="session")
def surroundings() -> Surroundings:
    communes = gazetteer.load()
    return Surroundings(Gazetteer(communes), trades.load(), communes)


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()
