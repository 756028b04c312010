"""One pace for all processes on a PostgreSQL database: one row, and its server's clock.

The row holds the instant at which the next message may leave (the generic cell rate algorithm), and the
pause that Telegram asked for. Each question is one statement, which reads and writes the row at once. It
reads the clock first, so that who waited for the row may name an instant just before the one before them.
"""

import sqlalchemy as sa

from domain import pace
from domain.pace import Slots
from storage.without_orm import AsyncConnection

SECOND = 1_000_000
HORIZON = 60
"""So many seconds, or messages, nobody is ahead: it seems so when the server's clock was set back."""

# a server that crashes may forget a few slots; to wait for its disk at each would cost more
_CLOCK = """
    WITH clock AS MATERIALIZED (
        SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint) AS now,
               set_config('synchronous_commit', 'off', true)
    )
"""
_SHARE = "least(kept.share + CAST(:gain AS float8), :most)"
_TAKE = sa.text(f"""{_CLOCK}
    INSERT INTO pace AS kept (id, asked_at, next_at, paused_until, may_cut_at, share)
    SELECT 1, now, now + CAST(CAST(:length AS float8) AS bigint), 0, 0, 1 FROM clock
    ON CONFLICT (id) DO UPDATE SET
        asked_at = excluded.asked_at,
        share = {_SHARE},
        next_at = CASE WHEN kept.paused_until > excluded.asked_at THEN kept.next_at ELSE
            CASE WHEN kept.next_at > excluded.asked_at + :horizon THEN excluded.asked_at
                 ELSE greatest(kept.next_at, excluded.asked_at - :catch_up) END
            + CAST(CAST(:length AS float8) / {_SHARE} AS bigint) END
    RETURNING asked_at, next_at, paused_until, share
""")  # noqa: S608 -- our own words
_PAUSE = sa.text(f"""{_CLOCK}
    INSERT INTO pace AS kept (id, asked_at, next_at, paused_until, may_cut_at, share)
    SELECT 1, now, now, now + CAST(:pause AS bigint), 0, 1 FROM clock
    ON CONFLICT (id) DO UPDATE SET
        paused_until = greatest(kept.paused_until, excluded.paused_until)
""")  # noqa: S608 -- our own words
_PAUSED_FOR = sa.text(f"""{_CLOCK}
    SELECT paused_until - clock.now FROM pace, clock
""")  # noqa: S608 -- our own words
_SLOW_DOWN = sa.text(f"""{_CLOCK}
    UPDATE pace SET share = greatest(share * :cut, :least), may_cut_at = clock.now + :same
      FROM clock WHERE may_cut_at <= clock.now
""")  # noqa: S608 -- our own words


class Pace:
    """The one row. `rate`: messages a second that were asked for; what 429s leave of it is a share."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, count: int, *, rate: float, accepted: int = 0) -> Slots:
        """Take the next slots; `accepted`: how many messages Telegram took since it was last told here."""
        told = await self._connection.execute(
            _TAKE,
            {
                "length": count * SECOND / rate,
                "gain": pace.STEP * accepted / pace.STEP_AFTER / rate,
                "most": pace.ceiling(rate) / rate,
                "catch_up": round(pace.CATCH_UP_S * SECOND),
                "horizon": round(HORIZON * SECOND * max(1, 1 / rate)),
            },
        )
        row = told.one()
        now, end, present = row.asked_at / SECOND, row.next_at / SECOND, rate * row.share
        pause = max(0, row.paused_until - row.asked_at) / SECOND
        instants = [] if pause else [end - left / present for left in range(count, 0, -1)]
        return Slots(now, instants, pause, present)

    async def paused_for(self) -> float:
        """Return for how many seconds nothing may leave."""
        left: int | None = await self._connection.scalar(_PAUSED_FOR)
        return max(0, left or 0) / SECOND

    async def pause(self, seconds: float) -> None:
        """Let nothing leave for so long; a longer pause already under way stays."""
        await self._connection.execute(_PAUSE, {"pause": round(seconds * SECOND)})

    async def slow_down(self, *, rate: float) -> None:
        """It was too fast, once for all that meet the same 429."""
        await self._connection.execute(
            _SLOW_DOWN,
            {
                "cut": pace.CUT,
                "least": pace.floor(rate) / rate,
                "same": round(pace.SAME_429_S * SECOND),
            },
        )
