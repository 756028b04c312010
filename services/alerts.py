"""What people wish for: kept, changed, shown with what fits now, and how much it will bring."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from domain import forecast
from domain.alerts import Alert, Frequency
from domain.job_events import StoredEvent
from domain.subscribers import Subscriber
from services import UnitOfWork, subscribers

NEXT_EVENTS = 3


async def of(uow: UnitOfWork, subscriber_id: int) -> Alert | None:
    """Return a person's alert, or None before their first."""
    alerts = await uow.alerts.of_subscriber(subscriber_id)
    return alerts[0] if alerts else None


async def of_each(uow: UnitOfWork, subscriber_ids: Collection[int]) -> Mapping[int, Alert]:
    """Return each person's alert, by person; whoever has none is not there."""
    first: dict[int, Alert] = {}
    for alert in await uow.alerts.of_subscribers(subscriber_ids):
        first.setdefault(alert.subscriber_id, alert)
    return first


async def save(uow: UnitOfWork, subscriber: Subscriber, alert: Alert, *, zone: str | None) -> Alert:
    """Keep an alert, new or changed; what waited under the old wish is dropped.

    `zone`: that of the place looked in; None leaves the person's as it is.
    """
    if zone is not None:
        await subscribers.settle_in(uow, subscriber, zone)
    if not alert.id or await uow.alerts.get(alert.id) is None:
        return await uow.alerts.add(alert)
    await uow.alerts.save(alert)
    await uow.match_queue.forget_untold(subscriber.id)
    return alert


async def tell(uow: UnitOfWork, subscriber: Subscriber, alert: Alert, frequency: Frequency) -> Alert:
    """Change how often matches are told; one who had stopped or paused asks by that to hear again."""
    if not subscriber.may_receive:
        await subscribers.resume(uow, subscriber)
    return await save(uow, subscriber, replace(alert, frequency=frequency), zone=None)


async def next_events(
    uow: UnitOfWork, alert: Alert, *, now: dt.datetime, limit: int = NEXT_EVENTS
) -> Sequence[StoredEvent]:
    """Return what fits now, soonest first, without what the person refused."""
    return await uow.browsing.fitting(alert, now=now, limit=limit, unseen_by=alert.subscriber_id)


async def messages_a_week(uow: UnitOfWork, alert: Alert, *, now: dt.datetime) -> float:
    """Return how many messages a week this alert will bring, by what was published lately."""
    since = now - forecast.LOOKS_BACK
    published = await uow.browsing.publications(alert, since=since, until=now)
    first = await uow.imports.first_baseline_at()
    history = min(now - first, forecast.LOOKS_BACK) if first else dt.timedelta(0)
    upcoming = await uow.browsing.fitting(
        alert, now=now, until=now + forecast.LOOKS_AHEAD, limit=forecast.ENOUGH
    )
    return forecast.messages_a_week(
        published=published,
        history=history,
        upcoming=[(stored.event.starts_at, stored.event.is_sector_known) for stored in upcoming],
        frequency=alert.frequency,
        zone=(await subscribers.require(uow, alert.subscriber_id)).zone,
    )
