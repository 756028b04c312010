"""The sectors by name."""

from collections.abc import Callable, Iterable

from domain.sectors import Sector
from locales.translators import Translator

_NAMES: dict[Sector, Callable[[Translator], str]] = {
    Sector.AGRICULTURE: lambda t: t.gettext("Farming, nature, animals"),
    Sector.CRAFTS: lambda t: t.gettext("Arts and crafts"),
    Sector.FINANCE: lambda t: t.gettext("Banking, insurance, property"),
    Sector.RETAIL: lambda t: t.gettext("Shops and sales"),
    Sector.MEDIA: lambda t: t.gettext("Communication, media"),
    Sector.CONSTRUCTION: lambda t: t.gettext("Construction"),
    Sector.HOSPITALITY: lambda t: t.gettext("Hotels, restaurants, leisure"),
    Sector.INDUSTRY: lambda t: t.gettext("Industry"),
    Sector.MAINTENANCE: lambda t: t.gettext("Maintenance and repair"),
    Sector.HEALTH: lambda t: t.gettext("Health"),
    Sector.SERVICES: lambda t: t.gettext("Services to people"),
    Sector.PERFORMING_ARTS: lambda t: t.gettext("Performing arts"),
    Sector.BUSINESS_SUPPORT: lambda t: t.gettext("Office and IT"),
    Sector.TRANSPORT: lambda t: t.gettext("Transport and logistics"),
}


def name(t: Translator, sector: Sector) -> str:
    """Return a sector's name, short enough for a button."""
    return _NAMES[sector](t)


def names(t: Translator, sectors: Iterable[Sector]) -> str:
    """Return several names in the sectors' own order; "all sectors" for none."""
    chosen = sorted(set(sectors))
    if not chosen or len(chosen) == len(Sector):
        return t.gettext("All sectors")
    return ", ".join(name(t, sector) for sector in chosen)
