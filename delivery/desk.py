"""What wording a message needs: the row, what is known of its batch, the instant, the languages."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from delivery.known import Known
from delivery.sender import Composed
from domain.announcements import Announcement
from domain.job_events import StoredEvent
from domain.outbox import Lane, OutboxMessage
from domain.subscribers import IN_REACH, Language, Standing
from locales.translators import Translator
from messages.readers import Reader
from messages.screens import Screen
from services import UnitOfWork

ACTIVE = frozenset({Standing.ACTIVE})
SILENT = frozenset({Lane.ANNOUNCEMENTS, Lane.DIGESTS, Lane.QUIET})
"""Lanes whose messages make no sound."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """One message being worded."""

    message: OutboxMessage
    known: Known
    uow: UnitOfWork
    """For what few messages need."""
    now: dt.datetime
    translators: Mapping[Language, Translator]

    @property
    def chat_id(self) -> int:
        """The chat it goes to."""
        return self.message.chat_id

    def number(self, name: str) -> int:
        """Return a number of the payload; 0 when it is not there."""
        return int(self.message.payload.get(name, 0))

    def word(self, name: str) -> str:
        """Return a word of the payload; empty when it is not there."""
        return str(self.message.payload.get(name, ""))

    def instant(self, name: str) -> dt.datetime:
        """Return an instant of the payload (UTC), written in microseconds since 1970."""
        return _EPOCH + dt.timedelta(microseconds=self.number(name))

    def event(self) -> StoredEvent | None:
        """Return the event that it is about, as it stands now."""
        return self.known.events.get(self.number("job_event_id"))

    def announcement(self) -> Announcement | None:
        """Return the announcement that it is about, as it stands now."""
        return self.known.announcements.get(self.number("announcement_id"))

    def reader_in_reach(self, standings: frozenset[Standing] = IN_REACH) -> Reader | None:
        """Return for whom to word it; None when we may not write to them."""
        subscriber = self.known.people.get(self.chat_id)
        if subscriber is None or subscriber.standing not in standings:
            return None
        return Reader(
            t=self.translators[subscriber.language],
            zone=subscriber.zone,
            now=self.now,
            alert=self.known.alerts.get(self.chat_id),
        )

    def composed(
        self,
        screen: Screen,
        *,
        silent: bool = False,
        reply_to: int | None = None,
        edit: int | None = None,
        told: Sequence[int] = (),
    ) -> Composed:
        """Return the screen as a message to send."""
        if not isinstance(screen.keyboard, InlineKeyboardMarkup | None):
            raise TypeError("what is sent unasked has its buttons under it")
        return Composed(
            text=screen.text,
            keyboard=screen.keyboard,
            silent=silent or self.message.lane in SILENT,
            reply_to=reply_to,
            edit=edit,
            told=told,
        )
