"""What wording needs to know, read for all messages of a batch at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.alerts import Alert
from domain.announcements import Announcement
from domain.job_events import StoredEvent
from domain.outbox import Kind, OutboxMessage
from domain.subscribers import Subscriber
from services import UnitOfWork, alerts, announcements, browsing, matches, subscribers
from services.matches import Told


@dataclass(frozen=True, slots=True)
class Known:
    """As it all stood at one instant."""

    people: Mapping[int, Subscriber]
    alerts: Mapping[int, Alert]
    told: Mapping[int, Sequence[Told]]
    """What each receiver of matches is to be told."""
    events: Mapping[int, StoredEvent]
    announcements: Mapping[int, Announcement]


async def read(uow: UnitOfWork, messages: Sequence[OutboxMessage], now: dt.datetime) -> Known:
    """Read it: in a few statements, however many messages there are."""
    chats = [message.chat_id for message in messages]
    telling = [message for message in messages if message.kind is Kind.MATCHES]
    curious, told_by = [one.chat_id for one in telling], [one.id for one in telling]
    return Known(
        people=await subscribers.get_many(uow, chats),
        alerts=await alerts.of_each(uow, chats),
        told=await matches.to_tell(uow, curious, now=now, told_by=told_by),
        events=await browsing.events(uow, _numbers(messages, "job_event_id")),
        announcements=await announcements.get_many(uow, _numbers(messages, "announcement_id")),
    )


def _numbers(messages: Sequence[OutboxMessage], name: str) -> set[int]:
    return {int(message.payload[name]) for message in messages if name in message.payload}
