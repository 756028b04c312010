"""Where a card came from: every list has a name, and a card remembers the list and its page.

b.0     what fits my choices, page 0      d12.0   message 12 of the outbox: a digest
o.0     online                            n.0     the nearest, beyond the distance chosen
r.0     my reminders                      s34.0   like event 34, near it
b1 n1 o1  of a search: what fits, the nearest, online
""      a card alone
"""

import re
from dataclasses import dataclass

from messages.buttons import Browse, Button, Look, TurnPage

FITTING, ONLINE, NEAREST, REMINDERS = "b", "o", "n", "r"
_ORIGIN = re.compile(r"([bdonrs])(\d{0,18})\.(\d{1,3})", re.ASCII)
_LIKE = re.compile(r"s(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a list."""

    view: str
    page: int

    @property
    def origin(self) -> str:
        """Return what a card remembers of it."""
        return f"{self.view}.{self.page}"


def digest(outbox_id: int) -> str:
    """Name the list that one message of the outbox shows."""
    return f"d{outbox_id}"


def like(job_event_id: int) -> str:
    """Name the list of events like this one, near it."""
    return f"s{job_event_id}"


def event_it_is_like(view: str) -> int | None:
    """Return which event the events of a list are like; None for another list."""
    found = _LIKE.fullmatch(view)
    return int(found[1]) if found else None


def back_to(origin: str) -> Button | None:
    """Return the button that leads to where a card came from; None for a card alone, or nonsense."""
    found = _ORIGIN.fullmatch(origin)
    return turned(found[1] + found[2], int(found[3])) if found else None


def turned(view: str, page: int) -> Button:
    """Return the button that leads to a page of a list."""
    if view == FITTING:
        return Browse(page)
    if view.startswith("d"):
        return TurnPage(int(view[1:] or 0), page)
    return Look(view, page)
