"""A stage with the program running on it."""

import pytest

from tests import pace
from tests.journeys.stage import Stage


@pytest.fixture
async def stage(tmp_path):
    stage = Stage(tmp_path)
    with pace.unmeasured():
        await stage.open()
        await stage.start()
    yield stage
    with pace.unmeasured():
        await stage.close()


@pytest.fixture
def lea(stage):
    return stage.person("Léa", "fr")


@pytest.fixture
def omar(stage):
    return stage.person("Omar", "en")
