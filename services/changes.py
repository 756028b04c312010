"""What people hear when an event changes: those it concerns, and the cards that show it."""

import datetime as dt

from domain import schedule
from domain.changes import Change, ChangeKind
from domain.job_events import EventStatus, JobEvent, StoredEvent
from services import UnitOfWork


async def tell(
    uow: UnitOfWork, old: StoredEvent, event: JobEvent, change: Change, *, now: dt.datetime
) -> None:
    """Tell a change once, in the transaction that saves it as the version after `old`.

    Whoever asked to be reminded gets a message, whoever was sent the event sees its
    card brought up to date; reminders move with the event, and rest while it is cancelled.
    """
    await uow.match_queue.hold_wishes()
    version, expires_at = old.version + 1, max(old.event.starts_at, event.starts_at)
    await uow.matches.queue_refreshes(old.id, version, expires_at=expires_at, now=now)
    promised = await uow.reminders.waiting_for(old.id)
    if not promised:
        return
    soonest = min(start for start in (old.event.starts_at, event.starts_at) if start > now)
    is_urgent = ChangeKind.CANCELLED in change.kinds
    due = {
        zone: schedule.change_told_at(now, zone, soonest, is_urgent=is_urgent)
        for zone in {zone for _, zone in promised}
    }
    await uow.reminders.queue_changed(old.id, version, due, expires_at=expires_at, now=now)
    was_on, is_on = (state.status is not EventStatus.CANCELLED for state in (old.event, event))
    if was_on == is_on and ChangeKind.DATE not in change.kinds:
        return
    for lead, zone in {(reminder.lead, zone) for reminder, zone in promised}:
        due_at = schedule.reminder_due_at(event, lead, zone, now=now) if is_on else None
        if due_at:
            await uow.reminders.move(old.id, lead, zone, due_at)
        else:
            await uow.reminders.spend(old.id, lead, zone, now=now)
