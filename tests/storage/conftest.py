import pytest

from storage import database


@pytest.fixture
def url(database_url):
    return database_url


@pytest.fixture
async def data(url):
    async with database.opened(url) as opened:
        yield opened


@pytest.fixture
async def uow(data):
    """One transaction for the whole test."""
    async with data.unit_of_work() as transaction:
        yield transaction
