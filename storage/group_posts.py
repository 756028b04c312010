"""What groups read lately, counted for all processes on a PostgreSQL database by its server's clock."""

import datetime as dt

import sqlalchemy as sa

from domain import pace
from storage import dialects
from storage.dialects import Lock
from storage.tables import group_posts
from storage.without_orm import AsyncConnection

_MICROSECOND = dt.timedelta(microseconds=1)
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"
# what lies ahead was noted before the server's clock was set back
_FORGET = sa.text(f"""
    DELETE FROM group_posts
     WHERE chat_id = :chat_id AND (at <= {_NOW} - :window OR at > {_NOW} + :window)
""")  # noqa: S608 -- our own words
_ADD = sa.text(f"""
    INSERT INTO group_posts (chat_id, at) SELECT :chat_id, {_NOW}
     WHERE (SELECT count(*) FROM group_posts WHERE chat_id = :chat_id) < :most
""")  # noqa: S608 -- our own words
_WAIT = sa.text(f"SELECT min(at) + :window - {_NOW} FROM group_posts WHERE chat_id = :chat_id")  # noqa: S608 -- our own words


class GroupPosts:
    """The table of what was posted in groups."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, chat_id: int, *, window: dt.timedelta) -> float:
        """Note a message, unless there were as many as may be within the window; return seconds to wait."""
        await dialects.one_at_a_time(self._connection, Lock.POSTING)
        about = {"chat_id": chat_id, "window": window // _MICROSECOND}
        await self._connection.execute(_FORGET, about)
        added = await self._connection.execute(_ADD, {"chat_id": chat_id, "most": pace.GROUP_LIMIT})
        if added.rowcount:
            return 0.0
        wait: int = (await self._connection.execute(_WAIT, about)).scalar_one()
        return wait * _MICROSECOND / dt.timedelta(seconds=1)

    async def purge(self, *, before: dt.datetime) -> None:
        """Forget what is long past."""
        await self._connection.execute(sa.delete(group_posts).where(group_posts.c.at < before))
