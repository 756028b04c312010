"""What importing remembers: listings, sources, runs, and what was set aside."""

from sqlalchemy.ext.asyncio import AsyncConnection


class Imports:
    """The tables behind importing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
