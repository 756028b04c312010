"""A stage with the program running on it."""

import pytest

from tests import measuring
from tests.journeys.stage import Stage


@pytest.fixture
def stage_url(request):
    return request.getfixturevalue(getattr(request, "param", "sqlite_url"))


@pytest.fixture
async def stage(tmp_path, stage_url):
    stage = Stage(tmp_path, environ={"DATABASE_URL": stage_url})
    with measuring.unmeasured():
        await stage.open()
        await stage.start()
    yield stage
    with measuring.unmeasured():
        await stage.close()


@pytest.fixture
def lea(stage):
    return stage.person("Léa", "fr")


@pytest.fixture
def omar(stage):
    return stage.person("Omar", "en")
