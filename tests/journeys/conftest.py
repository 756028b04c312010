"""A stage with the program running on it."""

import pytest

from tests.journeys.stage import Stage


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
