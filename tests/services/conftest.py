"""The world in which sources are read."""

import pytest

from storage import database
from tests.services.import_world import World


@pytest.fixture
async def world(tmp_path):
    path = tmp_path / "bot.db"
    async with database.opened(f"sqlite+aiosqlite:///{path}") as opened:
        yield World(opened, path)
