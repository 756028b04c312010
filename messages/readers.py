"""For whom a text about events is made."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.alerts import Alert
from locales.translators import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A person, at the instant at which they are told."""

    t: Translator
    zone: str
    """Where they live."""
    now: dt.datetime
    """Product time, UTC."""
    alert: Alert | None = None
    """What they look for, if they said so."""

    @property
    def today(self) -> dt.date:
        """The date where they live."""
        return self.local(self.now).date()

    def today_in(self, zone: str) -> dt.date:
        """Return the date in another zone: an event's own."""
        return self.now.astimezone(ZoneInfo(zone)).date()

    def local(self, instant: dt.datetime) -> dt.datetime:
        """Return an instant on their own clock."""
        return instant.astimezone(ZoneInfo(self.zone))
