"""An event that comes, and what it queues."""

import datetime as dt

from domain import schedule
from domain.sectors import SectorBasis
from tests import factories
from tests.factories import NOW, job_event

PARIS = "Europe/Paris"
AT_ONCE = NOW + schedule.GATHERING
NEXT_DAY = dt.datetime(2027, 3, 2, 8, tzinfo=dt.UTC)
"""9 h in Paris."""
LATER = NOW + dt.timedelta(days=30)


async def publish(uow, number=1, *, now=NOW, **changes):
    """Save an event and hold it against all alerts; return its id."""
    event = job_event(source_id=str(number), **changes)
    job_event_id = await factories.keep(uow, event, now=now)
    await hold(uow, job_event_id, event, now=now)
    return job_event_id


async def hold(uow, job_event_id, event, *, now=NOW):
    is_known = event.sector_basis is not SectorBasis.UNKNOWN
    due = schedule.telling_times(
        now, now + schedule.GATHERING, schedule.FRENCH_ZONES, is_sector_known=is_known
    )
    return await uow.match_queue.queue_for(job_event_id, event, due, now=now)


async def queued(uow, now=LATER):
    """A lease of no length: one may look again."""
    return await uow.outbox.claim(now=now, wall=now, lease=dt.timedelta(0), limit=99)
