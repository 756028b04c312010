"""An alert's wishes as one integer, so that the database holds millions against an event bit by bit.

bits 0–13   sectors (all of them when the alert names none)
bit  14     takes events whose sector nobody told
bits 15–35  half-days of the week
bit  36     names no sector
"""

from domain import sectors
from domain.alerts import Alert
from domain.job_events import JobEvent
from domain.sectors import ALL_SECTORS, SectorBasis

UNKNOWN_SECTOR = 1 << 14
HALF_DAYS_AT = 15
NO_SECTOR_NAMED = 1 << 36
ANY_SECTOR = sectors.to_mask(ALL_SECTORS)


def of_alert(alert: Alert) -> int:
    """Return the mask of an alert."""
    return (
        (sectors.to_mask(alert.sectors) or ANY_SECTOR | NO_SECTOR_NAMED)
        | (UNKNOWN_SECTOR if alert.takes_unknown_sector else 0)
        | alert.availability.half_days << HALF_DAYS_AT
    )


def sectors_of_event(event: JobEvent) -> int:
    """Return the bits of which an alert must have at least one for the sectors to agree."""
    if event.multisector:
        return ANY_SECTOR
    if event.sector_basis is SectorBasis.UNKNOWN:
        return UNKNOWN_SECTOR
    return sectors.to_mask(event.sectors)


def half_days_of_event(event: JobEvent) -> int:
    """Return the parts of the week that the event covers, in their place in the mask."""
    return event.half_days << HALF_DAYS_AT
