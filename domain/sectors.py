"""What: the fourteen sectors (the "grands domaines" of the ROME), and how surely an event has one."""

import enum
from collections.abc import Iterable
from functools import lru_cache


class Sector(enum.StrEnum):
    """A sector; the value is its ROME letter."""

    AGRICULTURE = "A"
    CRAFTS = "B"
    FINANCE = "C"
    RETAIL = "D"
    MEDIA = "E"
    CONSTRUCTION = "F"
    HOSPITALITY = "G"
    INDUSTRY = "H"
    MAINTENANCE = "I"
    HEALTH = "J"
    SERVICES = "K"
    PERFORMING_ARTS = "L"
    BUSINESS_SUPPORT = "M"
    TRANSPORT = "N"

    @property
    def bit(self) -> int:
        """This sector in a bit mask: A is 1, B is 2, C is 4…"""
        return 1 << (ord(self.value) - ord("A"))


class SectorBasis(enum.StrEnum):
    """How we know an event's sectors."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


ALL_SECTORS = frozenset(Sector)


def to_mask(sectors: Iterable[Sector]) -> int:
    """Fourteen bits, one a sector."""
    return sum(sector.bit for sector in set(sectors))


@lru_cache(maxsize=1_024)  # read with each alert and each event
def from_mask(mask: int) -> frozenset[Sector]:
    """The sectors whose bits are set."""
    return frozenset(sector for sector in Sector if mask & sector.bit)
