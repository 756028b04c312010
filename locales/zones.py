"""The names of France's time zones, said when an event's clock is not its reader's."""

import datetime as dt
from zoneinfo import ZoneInfo

from domain.subscribers import Language

# zone: (after "heure", before "time")
_NAMES = {
    "Europe/Paris": ("de Paris", "Paris"),
    "America/Cayenne": ("de Guyane", "French Guiana"),
    "America/Guadeloupe": ("de Guadeloupe", "Guadeloupe"),
    "America/Marigot": ("de Saint-Martin", "Saint-Martin"),
    "America/Martinique": ("de Martinique", "Martinique"),
    "America/Miquelon": ("de Saint-Pierre-et-Miquelon", "Saint-Pierre and Miquelon"),
    "America/St_Barthelemy": ("de Saint-Barthélemy", "Saint-Barthélemy"),
    "Indian/Mayotte": ("de Mayotte", "Mayotte"),
    "Indian/Reunion": ("de La Réunion", "Réunion"),
    "Pacific/Gambier": ("des Gambier", "Gambier Islands"),
    "Pacific/Marquesas": ("des Marquises", "Marquesas"),
    "Pacific/Noumea": ("de Nouvelle-Calédonie", "New Caledonia"),
    "Pacific/Tahiti": ("de Tahiti", "Tahiti"),
    "Pacific/Wallis": ("de Wallis-et-Futuna", "Wallis and Futuna"),
}


def clock_of(zone: str, language: Language) -> str:
    """Say "heure de La Réunion", "Réunion time"; a zone abroad goes by its city."""
    city = zone.rpartition("/")[2].replace("_", " ")
    french, english = _NAMES.get(zone, (f"de {city}", city))
    return f"heure {french}" if language is Language.FRENCH else f"{english} time"


def clock_if_other(instant: dt.datetime, zone: str, reader_zone: str, language: Language) -> str:
    """Name the event's clock when, at that aware instant, it differs from its reader's; else ""."""
    if _offset(instant, zone) == _offset(instant, reader_zone):
        return ""
    return clock_of(zone, language)


def _offset(instant: dt.datetime, zone: str) -> dt.timedelta | None:
    return instant.astimezone(ZoneInfo(zone)).utcoffset()
