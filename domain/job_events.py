"""A job event: job dating, fair, workshop… as every source must give it."""

import datetime as dt
import enum
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from domain import availability
from domain.globe import Point
from domain.sectors import Sector, SectorBasis

DROP_IN_LENGTH = dt.timedelta(hours=4)
"""A longer event is one to which people come for a part."""


class EventKind(enum.StrEnum):
    """What sort of event; the order is that of the source's codes."""

    INFORMATION_MEETING = "information_meeting"
    FORUM = "forum"
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    ONLINE_FAIR = "online_fair"
    JOB_DATING = "job_dating"
    COMPANY_VISIT = "company_visit"
    OPEN_DAY = "open_day"
    OTHER = "other"


DROP_IN_KINDS = frozenset({EventKind.FORUM, EventKind.ONLINE_FAIR, EventKind.OPEN_DAY})


class Mode(enum.Flag):
    """How one attends; an event, or a wish, may be both."""

    ON_SITE = 1
    ONLINE = 2
    BOTH = 3


class EventStatus(enum.StrEnum):
    """What became of it."""

    SCHEDULED = "scheduled"
    FULL = "full"
    CANCELLED = "cancelled"
    UNLISTED = "unlisted"
    """Gone from its source twice running; never said to be cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """One event as it stands now."""

    source: str
    """Name of the source it was last read from: "openagenda"."""
    source_id: str
    """Its id there."""
    mee_id: int | None = None
    """Its id on « Mes événements emploi », the same in every source."""
    kind: EventKind
    title: str
    description: str = ""
    """Plain text; newlines kept, no markup."""
    starts_at: dt.datetime
    """UTC."""
    ends_at: dt.datetime
    """UTC; after `starts_at`."""
    zone: str
    """The event's own IANA zone, in which its hours are shown."""
    mode: Mode
    place_name: str = ""
    """Building or agency, as the source says it."""
    address: str = ""
    commune: str | None = None
    """INSEE code; None when the source gives no place (online events only)."""
    commune_name: str = ""
    point: Point | None = None
    sectors: frozenset[Sector] = frozenset()
    sector_basis: SectorBasis = SectorBasis.UNKNOWN
    multisector: bool = False
    """Stated by the source: open to every sector."""
    status: EventStatus = EventStatus.SCHEDULED
    seats_total: int | None = None
    seats_left: int | None = None
    organiser: str = ""
    url: str = ""
    """Where one registers."""
    audiences: tuple[str, ...] = ()
    """Labels as the source gives them: "Ouvert à tous"."""
    benefits: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    other_ids: tuple[str, ...] = field(default=(), compare=False)
    """Ids of doubles in the same source, merged into this one."""

    @property
    def local_start(self) -> dt.datetime:
        """Start in the event's own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> dt.datetime:
        """End in the event's own zone."""
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def is_drop_in(self) -> bool:
        """Say whether one may come for a part of it."""
        return self.kind in DROP_IN_KINDS or self.ends_at - self.starts_at > DROP_IN_LENGTH

    @property
    def is_sector_known(self) -> bool:
        """Say whether anybody told, or the text betrays, for which sectors it is."""
        return self.multisector or self.sector_basis is not SectorBasis.UNKNOWN

    @property
    def half_days(self) -> int:
        """The parts of the week that it covers, in its own zone (see `availability.bit`)."""
        return availability.half_days_covered(self.local_start, self.local_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """A job event with what only we know of it."""

    id: int
    event: JobEvent
    first_seen_at: dt.datetime
    checked_at: dt.datetime
    """When its source last confirmed it (UTC)."""
    version: int = 1
    """Grows by one with each change that people are told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that cannot become an event, kept with the reason."""

    source: str
    source_id: str
    reason: str
    """One English phrase: "ends before it starts"."""
    raw: str
