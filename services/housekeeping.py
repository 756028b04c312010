"""What time does by itself: pauses end, people are erased, what is over is forgotten."""

import datetime as dt

from services import UnitOfWork, agencies, imports, subscribers

OUTBOX_KEPT = dt.timedelta(days=30)
"""Long enough to bring a card up to date while its event is to come, and to look at what was given up."""
INBOX_KEPT = dt.timedelta(days=7)
"""Longer than Telegram repeats an update; what was set aside goes too."""
GROUP_POSTS_KEPT = dt.timedelta(hours=1)
"""Only the last minute counts."""
AT_MOST = 20_000
"""Rows of each that go in one transaction, for others wait to write: some three million a day."""


async def tidy(uow: UnitOfWork, *, now: dt.datetime) -> None:
    """Do all of it, in the caller's transaction."""
    await subscribers.tidy(uow, now=now)
    await imports.purge(uow, now=now)
    await agencies.purge(uow, now=now)
    await uow.outbox.purge(before=now - OUTBOX_KEPT, limit=AT_MOST)
    await uow.inbox.purge(before=now - INBOX_KEPT, limit=AT_MOST)
    await uow.group_posts.purge(before=now - GROUP_POSTS_KEPT)
