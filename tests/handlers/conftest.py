"""The program on its stage: handlers are tested through the front door."""

import pytest

from tests.journeys.stage import Stage


@pytest.fixture
async def stage(tmp_path):
    stage = Stage(tmp_path)
    await stage.open()
    await stage.start()
    yield stage
    await stage.close()
