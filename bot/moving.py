"""Moving a live database from SQLite to PostgreSQL, from the command line."""

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

from bot import lock
from domain.errors import SettingsError
from storage import addresses, moving


async def move(source: str, target: str) -> Mapping[str, int]:
    """Copy everything; return how many rows by table. Addresses may leave the driver out.

    Raises SettingsError with one sentence while a bot runs on either, and for any other mistake.
    """
    old, new = addresses.completed(source, "--from"), addresses.completed(target, "--to")
    file = addresses.file_of(old)
    if file is None or addresses.file_of(new) is not None:
        raise SettingsError("migrate moves --from an SQLite file --to a PostgreSQL database")
    if not file.exists():
        raise SettingsError(f"{file} is not there; correct --from")
    async with AsyncExitStack() as stack:
        with _naming("--from"):
            await stack.enter_async_context(lock.only_one(old))
        with _naming("--to"):
            await stack.enter_async_context(lock.only_one(new))
            return await moving.move(old, new)


@contextmanager
def _naming(option: str) -> Iterator[None]:
    """Let what is said of an address name what it was written in."""
    try:
        yield
    except SettingsError as error:
        raise SettingsError(str(error).replace("DATABASE_URL", option)) from error
