"""The world in which sources are read."""

import pytest

from storage import database
from tests.services.import_world import World


@pytest.fixture
async def world(database_url):
    async with database.opened(database_url) as opened:
        yield World(opened)
