"""Reminders: asked for by event, taken back, queued when due."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain import schedule
from domain.job_events import EventStatus, StoredEvent
from domain.reminders import Lead, Reminder
from domain.subscribers import Subscriber
from services import UnitOfWork


@dataclass(frozen=True, slots=True)
class Promised:
    """It will come, then."""

    due_at: dt.datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """It will not come."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """Its moment has passed."""

    other: Lead | None
    """A lead for which there is still time."""


Answer = Promised | TakenBack | TooLate


def possible(stored: StoredEvent, zone: str, *, now: dt.datetime) -> Mapping[Lead, dt.datetime | None]:
    """Return when each lead would come (UTC), in this zone; None: too late, or cancelled."""
    event = stored.event
    if event.status is EventStatus.CANCELLED:
        return dict.fromkeys(Lead)
    return {lead: schedule.reminder_due_at(event, lead, zone, now=now) for lead in Lead}


async def choose(
    uow: UnitOfWork,
    subscriber: Subscriber,
    stored: StoredEvent,
    lead: Lead,
    *,
    is_wanted: bool = True,
    now: dt.datetime,
) -> Answer:
    """Promise a reminder, or take it back."""
    if not is_wanted:
        await uow.reminders.cancel(subscriber.id, stored.id, lead)
        return TakenBack()
    due = possible(stored, subscriber.zone, now=now)
    due_at = due[lead]
    if due_at is None:
        return TooLate(next((other for other, instant in due.items() if instant), None))
    await uow.reminders.save(
        Reminder(subscriber_id=subscriber.id, job_event_id=stored.id, lead=lead, due_at=due_at)
    )
    return Promised(due_at)


async def cancel(uow: UnitOfWork, subscriber_id: int, job_event_id: int) -> int:
    """Take back every reminder of an event; return how many."""
    return await uow.reminders.cancel(subscriber_id, job_event_id)


async def ticked(
    uow: UnitOfWork, subscriber_id: int, job_event_id: int, *, now: dt.datetime
) -> frozenset[Lead]:
    """Return the leads promised to a person for an event and still to come."""
    return frozenset(reminder.lead for reminder in await ahead(uow, subscriber_id, job_event_id, now=now))


async def ahead(
    uow: UnitOfWork, subscriber_id: int, job_event_id: int, *, now: dt.datetime
) -> Sequence[Reminder]:
    """Return a person's reminders of an event still to come, soonest first."""
    found = await uow.reminders.of_event(subscriber_id, job_event_id)
    return sorted(
        (reminder for reminder in found if reminder.due_at > now), key=lambda reminder: reminder.due_at
    )


async def of(
    uow: UnitOfWork, subscriber_id: int, *, now: dt.datetime
) -> Sequence[tuple[StoredEvent, Sequence[Reminder]]]:
    """Return the events of which a person will be reminded, soonest reminder first."""
    by_event: dict[int, list[Reminder]] = {}
    for reminder in await uow.reminders.of_subscriber(subscriber_id, now=now):
        by_event.setdefault(reminder.job_event_id, []).append(reminder)
    events = {stored.id: stored for stored in await uow.job_events.get_many(list(by_event))}
    return [(events[number], reminders) for number, reminders in by_event.items() if number in events]


async def is_promised(
    uow: UnitOfWork, subscriber_id: int, job_event_id: int, lead: str, due_at: dt.datetime
) -> bool:
    """Say whether a promise stands, at this very instant (UTC)."""
    made = await uow.reminders.of_event(subscriber_id, job_event_id)
    return any(reminder.lead == lead and reminder.due_at == due_at for reminder in made)


async def next_due_at(uow: UnitOfWork) -> dt.datetime | None:
    """Return the instant of the next reminder of anybody (UTC), or None."""
    return await uow.reminders.next_due()


async def queue_due(uow: UnitOfWork, *, now: dt.datetime) -> int:
    """Put what is due into the outbox, each once; return how many."""
    return await uow.reminders.queue_due(now=now)
