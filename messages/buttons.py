"""Every button's data: typed, versioned, at most 64 bytes; forgeable, so it never carries a right.

A tag ends in its version: raise it when the fields change, and old buttons read as
stale instead of wrong.
"""

import enum
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from domain.alerts import Frequency
from domain.job_events import Mode
from domain.reminders import Lead

MAX_BYTES = 64
LARGEST = (1 << 63) - 1
"""No number of ours is larger, nor could the database take it."""

_TYPES: dict[str, type["Button"]] = {}


class StaleButtonError(ValueError):
    """The data is of no button that exists now."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that asks the bot for something; its fields are ints, strings without ':' or enumerations."""

    TAG: ClassVar[str]

    def __init_subclass__(cls) -> None:
        # dataclass(slots=True) makes each class twice; the second is the one in use.
        # That also takes super() its meaning here: the base has nothing to add.
        _TYPES[cls.TAG] = cls

    def pack(self) -> str:
        """Return the data; ValueError when it does not fit Telegram's 64 bytes."""
        values = [_written(getattr(self, field.name)) for field in fields(self)]
        packed = ":".join([self.TAG, *values])
        if len(packed.encode()) > MAX_BYTES:
            raise ValueError(f"button data too long: {packed}")
        return packed

    @classmethod
    def read(cls, values: list[str]) -> Self:
        """Return the button with these fields; StaleButtonError when they do not fit."""
        wanted = fields(cls)
        if len(values) != len(wanted):
            raise StaleButtonError(cls.TAG)
        try:
            return cls(*(_read(field.type, value) for field, value in zip(wanted, values, strict=True)))
        except ValueError as error:
            raise StaleButtonError(cls.TAG) from error


def unpack(data: str) -> Button:
    """Return the button behind some data; StaleButtonError when there is none any more."""
    tag, *values = data.split(":")
    if tag not in _TYPES:
        raise StaleButtonError(tag)
    return _TYPES[tag].read(values)


def _written(value: object) -> str:
    return str(value.value) if isinstance(value, enum.Enum) else str(value)


def _read(kind: Any, value: str) -> object:
    if kind is str:
        return value
    if issubclass(kind, Mode):
        return Mode(int(value))
    if kind is int and abs(int(value)) > LARGEST:
        raise ValueError(value)
    return kind(value)


# --- everywhere -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open(Button):
    """Go to a screen of the menu, by its name."""

    TAG = "open1"
    screen: str


@dataclass(frozen=True, slots=True)
class OpenBelow(Button):
    """Go to a screen of the menu, below a message that is to be read again."""

    TAG = "below1"
    screen: str


# --- first contact, and changing one's choices ----------------------------------------


@dataclass(frozen=True, slots=True)
class Begin(Button):
    """Start the questions, or go on where they were left."""

    TAG = "begin1"


@dataclass(frozen=True, slots=True)
class Back(Button):
    """Go back to the question before this one."""

    TAG = "back2"
    step: str = ""
    """Of the question that shows it: see `screens.bound`."""


@dataclass(frozen=True, slots=True)
class PickPlace(Button):
    """This commune (INSEE code), or département ("dep-974")."""

    TAG = "place1"
    code: str


@dataclass(frozen=True, slots=True)
class SharePosition(Button):
    """Show the phone's own position button."""

    TAG = "position1"


@dataclass(frozen=True, slots=True)
class OnlineOnly(Button):
    """No place: events online only."""

    TAG = "online1"


@dataclass(frozen=True, slots=True)
class AskPlaceAgain(Button):
    """None of these places."""

    TAG = "replace1"


@dataclass(frozen=True, slots=True)
class PickRadius(Button):
    """So many kilometres."""

    TAG = "radius1"
    km: int


@dataclass(frozen=True, slots=True)
class ToggleSector(Button):
    """Tick or untick a sector, by its letter."""

    TAG = "sector1"
    letter: str


@dataclass(frozen=True, slots=True)
class AllSectors(Button):
    """No preference of sector."""

    TAG = "sectors1"


@dataclass(frozen=True, slots=True)
class ToggleUnknownSector(Button):
    """Take, or refuse, events whose sector nobody told."""

    TAG = "unknown1"


@dataclass(frozen=True, slots=True)
class ToggleHalfDays(Button):
    """Tick or untick these cells of the week (a mask of `domain.availability`)."""

    TAG = "half1"
    mask: int


@dataclass(frozen=True, slots=True)
class ShowDays(Button):
    """Show the week day by day (1), or the whole rows and columns (0)."""

    TAG = "days1"
    by_day: int


@dataclass(frozen=True, slots=True)
class ToggleMode(Button):
    """Tick or untick on site, or online."""

    TAG = "mode1"
    mode: Mode


@dataclass(frozen=True, slots=True)
class AskDates(Button):
    """Say from when until when."""

    TAG = "dates1"


@dataclass(frozen=True, slots=True)
class AnyDates(Button):
    """No first and no last day."""

    TAG = "anydates1"


@dataclass(frozen=True, slots=True)
class Done(Button):
    """Go on: this question is answered."""

    TAG = "done2"
    step: str = ""
    """As of `Back`."""


@dataclass(frozen=True, slots=True)
class PickFrequency(Button):
    """Tell at once, or in a digest."""

    TAG = "freq1"
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class Change(Button):
    """Change one answer of the alert, by the step that asks it."""

    TAG = "change1"
    step: str


# --- events -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Browse(Button):
    """Show one page of the events that fit."""

    TAG = "browse1"
    page: int


@dataclass(frozen=True, slots=True)
class Look(Button):
    """Show one page of another list, by its name (see `messages.lists`)."""

    TAG = "look1"
    view: str
    page: int


@dataclass(frozen=True, slots=True)
class Widen(Button):
    """Look so many kilometres around from now on."""

    TAG = "widen1"
    km: int


@dataclass(frozen=True, slots=True)
class TurnPage(Button):
    """Show another page of a message already sent."""

    TAG = "page1"
    outbox_id: int
    page: int


@dataclass(frozen=True, slots=True)
class EventButton(Button):
    """About one event; the screen it was on comes back with `origin` (see `messages.lists`)."""

    TAG = "event1"
    job_event_id: int
    origin: str


@dataclass(frozen=True, slots=True)
class AskReminder(EventButton):
    """Choose when to be reminded."""

    TAG = "remind1"


@dataclass(frozen=True, slots=True)
class SetReminder(Button):
    """Tick or untick a reminder of this event: tapped twice, it means the same."""

    TAG = "lead2"
    job_event_id: int
    lead: Lead
    is_wanted: int
    origin: str


@dataclass(frozen=True, slots=True)
class CancelReminders(EventButton):
    """No more reminder of this event."""

    TAG = "unremind1"


@dataclass(frozen=True, slots=True)
class Dismiss(EventButton):
    """Not for me."""

    TAG = "no1"


@dataclass(frozen=True, slots=True)
class DismissFor(Button):
    """Not for me, because."""

    TAG = "nobecause1"
    job_event_id: int
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class Undismiss(EventButton):
    """For me after all."""

    TAG = "yes1"


@dataclass(frozen=True, slots=True)
class More(EventButton):
    """Details, calendar, map, share…"""

    TAG = "more1"


@dataclass(frozen=True, slots=True)
class SendCalendar(Button):
    """Send the calendar file."""

    TAG = "ics1"
    job_event_id: int


@dataclass(frozen=True, slots=True)
class SendMap(Button):
    """Send the place on a map."""

    TAG = "map1"
    job_event_id: int


@dataclass(frozen=True, slots=True)
class AskWhy(EventButton):
    """Why this message."""

    TAG = "why1"


@dataclass(frozen=True, slots=True)
class Report(EventButton):
    """Something in this card is wrong."""

    TAG = "report1"


@dataclass(frozen=True, slots=True)
class ReportAs(Button):
    """Something is wrong: this."""

    TAG = "reportas1"
    job_event_id: int
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class ShowCard(EventButton):
    """Back to the card."""

    TAG = "card1"


# --- agencies -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WriteAnnouncement(Button):
    """Begin an announcement, or change its text."""

    TAG = "write1"


@dataclass(frozen=True, slots=True)
class TakeText(Button):
    """What I wrote is the text of an announcement."""

    TAG = "taketext1"


@dataclass(frozen=True, slots=True)
class SearchText(Button):
    """What I wrote is a search."""

    TAG = "searchtext1"


@dataclass(frozen=True, slots=True)
class Everyone(Button):
    """An announcement for people anywhere."""

    TAG = "everyone1"


@dataclass(frozen=True, slots=True)
class TestAnnouncement(Button):
    """Send it to me alone."""

    TAG = "test1"


@dataclass(frozen=True, slots=True)
class AskMoment(Button):
    """Choose when it goes."""

    TAG = "moment1"


@dataclass(frozen=True, slots=True)
class AtOnce(Button):
    """It goes as soon as it is confirmed."""

    TAG = "atonce1"


@dataclass(frozen=True, slots=True)
class SendAnnouncement(Button):
    """Send it to those whom it is for, at the moment on its label: drawn for another, it is stale."""

    TAG = "send2"
    at: int
    """Seconds since 1970; 0: as soon as it is tapped."""


@dataclass(frozen=True, slots=True)
class DropAnnouncement(Button):
    """Write no announcement after all."""

    TAG = "drop1"


@dataclass(frozen=True, slots=True)
class ShowAnnouncement(Button):
    """How far is it?"""

    TAG = "progress1"
    announcement_id: int


@dataclass(frozen=True, slots=True)
class StopAnnouncement(Button):
    """Send nothing more of it."""

    TAG = "halt1"
    announcement_id: int


# --- groups -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetUpGroup(Button):
    """Choose what is posted in this group or channel."""

    TAG = "group1"
    chat_id: int


@dataclass(frozen=True, slots=True)
class KeepGroup(Button):
    """Post in this group what was chosen, so often."""

    TAG = "keepgroup1"
    chat_id: int
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class StopGroup(Button):
    """Post nothing in this group any more."""

    TAG = "stopgroup1"
    chat_id: int


# --- a search: what was wished for in one sentence ------------------------------------------


@dataclass(frozen=True, slots=True)
class ConfirmSearch(Button):
    """It was understood right: show what there is."""

    TAG = "right1"


@dataclass(frozen=True, slots=True)
class CorrectSearch(Button):
    """Something was understood wrong, or is to be another."""

    TAG = "wrong1"


@dataclass(frozen=True, slots=True)
class CorrectPart(Button):
    """This part of the search, by the step that asks it."""

    TAG = "part1"
    step: str


@dataclass(frozen=True, slots=True)
class WidenSearch(Button):
    """Search so many kilometres around; the alert stays as it is."""

    TAG = "wider1"
    km: int


@dataclass(frozen=True, slots=True)
class KeepSearch(Button):
    """Tell me of such events from now on."""

    TAG = "keep1"


# --- my data ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pause(Button):
    """No message for a month."""

    TAG = "pause1"


@dataclass(frozen=True, slots=True)
class Resume(Button):
    """Messages again."""

    TAG = "resume1"


@dataclass(frozen=True, slots=True)
class Stop(Button):
    """No message any more."""

    TAG = "stop1"


@dataclass(frozen=True, slots=True)
class Export(Button):
    """Send all that is kept, as a file."""

    TAG = "export1"


@dataclass(frozen=True, slots=True)
class Erase(Button):
    """Erase everything, now; `sure` 1 after the question."""

    TAG = "erase1"
    sure: int


@dataclass(frozen=True, slots=True)
class PickLanguage(Button):
    """Speak this language."""

    TAG = "lang1"
    code: str
