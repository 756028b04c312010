"""The one clock of the product; the playground can move it, nothing else can."""

import datetime as dt
from dataclasses import dataclass, field


def wall() -> dt.datetime:
    """Return real time, UTC: for leases and retries, which no one moves."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 -- the one place that reads the machine's clock


@dataclass(slots=True)
class ProductClock:
    """Real time, moved by what a playground added to it."""

    _moved: dt.timedelta = field(default=dt.timedelta(0))

    def __call__(self) -> dt.datetime:
        """Return product time, UTC."""
        return wall() + self._moved

    def move(self, length: dt.timedelta) -> None:
        """Jump forward."""
        self._moved += length
