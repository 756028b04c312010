"""What a place is: a commune, or a whole département."""

from dataclasses import dataclass

from domain.globe import Point


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


@dataclass(frozen=True, slots=True)
class Department:
    """A département or an overseas territory."""

    code: str
    name: str
    population: int
    centre: Commune
    """Its most populous commune: an alert for the département is placed there, with a radius of 100 km."""

    @property
    def point(self) -> Point:
        """Where its centre is."""
        return self.centre.point


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that someone may have meant."""

    place: Commune | Department
    score: float
    """Higher is likelier; comparable within one search only."""
    sure: bool = False
    """It stands out so clearly that no question is needed; only ever said of the first."""
