"""What stands in the tables, for tests to look at."""

import sqlalchemy as sa

from domain.matching import Match
from storage.tables import matches


async def why(uow, owner, number):
    """Which alert brought this event to this person, and how it fits; None if it never did."""
    found = await uow._connection.execute(
        sa.select(matches).where(matches.c.subscriber_id == owner, matches.c.job_event_id == number)
    )
    row = found.one_or_none()
    return (row.alert_id, Match(on_site=row.on_site, sector_fit=row.sector_fit)) if row else None
