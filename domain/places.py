"""Where: communes of France, points on the globe, distances."""

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Point:
    """A point on the globe, degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, or an arrondissement of Paris, Lyon or Marseille."""

    code: str
    """INSEE code: "31555", "2A004", "75119"."""
    name: str
    postal_codes: tuple[str, ...]
    department: str
    """Code of the département: "31", "2A", "974"."""
    population: int
    point: Point
    zone: str
    """IANA zone: "Europe/Paris", "Indian/Reunion"."""
    aliases: tuple[str, ...] = ()
    """Names that lead here: communes merged into this one, usual short names."""


def distance_m(one: Point, other: Point) -> float:
    """Metres along the globe (haversine)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
