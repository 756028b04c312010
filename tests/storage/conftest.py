import pytest

from storage import database


@pytest.fixture
def url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
async def data(url):
    async with database.opened(url) as opened:
        yield opened


@pytest.fixture
async def uow(data):
    """One transaction for the whole test."""
    async with data.unit_of_work() as transaction:
        yield transaction
