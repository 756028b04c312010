"""A stage with the program running on it."""

import pytest

from bot import app
from tests.journeys.stage import Stage


@pytest.fixture(scope="session", autouse=True)
def _places_and_trades_are_read_once():
    """They never change and take seconds to read: the whole session shares what the first start read."""
    read, known = app.surroundings, {}

    def surroundings(settings):
        key = settings.rome_file
        if key not in known:
            known[key] = read(settings)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "surroundings", surroundings)
        yield


@pytest.fixture
async def stage(tmp_path):
    stage = Stage(tmp_path)
    await stage.open()
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
def lea(stage):
    return stage.person("Léa", "fr")


@pytest.fixture
def omar(stage):
    return stage.person("Omar", "en")
