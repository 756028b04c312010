"""Where an event is, from the scraps that a record gives: INSEE code, postal code, town, position."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from domain.places import Commune, Gazetteer, Point, distance_m
from sources import plain_text

_FURTHEST_M = 30_000
"""A position further than this from its commune is an error of the source."""
_LIKE_ENOUGH = 85
"""Of 100: the town's name is spelled otherwise, but this is the one."""
_SAME = 100
_WHOLE_CITIES = frozenset({"75056", "69123", "13055"})
"""Paris, Lyon and Marseille: the arrondissement of the postal code says more."""
_ADDRESS = re.compile(r"\b(\d{5})\b[ ,]*([^\d,(]*)")
_SHORTHAND = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur"}
_TAIL = re.compile(r"\b(?:cedex|\d+ ?(?:er|e|eme|ieme|nd)?(?: arrondissement)?)\b.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraps:
    """What a record says of its place; any of it may be missing or wrong."""

    insee: str = ""
    postal_code: str = ""
    city: str = ""
    point: Point | None = None


class Whereabouts:
    """Finds the commune that scraps speak of."""

    def __init__(self, gazetteer: Gazetteer, communes: Iterable[Commune]) -> None:
        self._gazetteer = gazetteer
        self._by_postal_code: dict[str, list[Commune]] = defaultdict(list)
        self._by_region: dict[str, list[Commune]] = defaultdict(list)
        for commune in sorted(communes, key=lambda commune: -commune.population):
            for region in {region_of(postal_code) for postal_code in commune.postal_codes}:
                self._by_region[region].append(commune)
            for postal_code in () if commune.code in _WHOLE_CITIES else commune.postal_codes:
                self._by_postal_code[postal_code].append(commune)

    def find(self, scraps: Scraps) -> Commune | None:
        """Return the commune, or None when no person could tell either."""
        city, region = spelled(scraps.city), region_of(scraps.postal_code)
        there = self._by_postal_code.get(scraps.postal_code, [])
        return (
            self._stated(scraps.insee, there, city)
            or _named(there, city)
            or _named(self._by_region.get(region, []), city, _SAME)
            or _nearest(there, scraps.point)
            or _nearest(self._anywhere(city), scraps.point)
            or self._around(scraps.point)
        )

    def zone_of(self, postal_code: str) -> str | None:
        """Return the zone of most people around this postal code, known or not; None when it is none."""
        there = self._by_region.get(region_of(postal_code))
        return there[0].zone if there else None

    def _stated(self, insee: str, there: Sequence[Commune], city: str) -> Commune | None:
        """Return the commune of the INSEE code, unless the rest of the record contradicts it."""
        commune = self._gazetteer.get(insee) if insee else None
        if commune is None or (there and commune not in there):
            return None
        return commune if there or not city or _named([commune], city) else None

    def _anywhere(self, city: str) -> list[Commune]:
        """Return the communes of this very name, the likeliest first."""
        found = (candidate.place for candidate in self._gazetteer.search(city)) if city else ()
        return [place for place in found if isinstance(place, Commune) and _named([place], city, _SAME)]

    def _around(self, point: Point | None) -> Commune | None:
        commune = self._gazetteer.nearest(point) if point else None
        return commune if commune and point and distance_m(commune.point, point) <= _FURTHEST_M else None


def as_point(latitude: float | None, longitude: float | None) -> Point | None:
    """Return the position, or None when it is missing or not on the globe; (0, 0) stands for "none"."""
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 -- degrees
        return None
    return Point(latitude, longitude)


def exact_point(commune: Commune | None, point: Point | None) -> Point | None:
    """Return the record's own position where it is credible, else that of the commune."""
    if commune is None:
        return None
    return point if point and distance_m(commune.point, point) <= _FURTHEST_M else commune.point


def from_address(address: str) -> tuple[str, str]:
    """Return postal code and town out of "12 rue X, 75019 Paris"; ("", "") when there is none."""
    found = _ADDRESS.findall(address)
    return (found[-1][0], found[-1][1].strip()) if found else ("", "")


@functools.lru_cache(maxsize=4096)
def spelled(name: str) -> str:
    """Return a town's name as it is compared: no accents, no hyphens, "saint" in full, no "cedex 3"."""
    words = re.sub(r"[^a-z0-9]+", " ", plain_text.folded(name)).split()
    return _TAIL.sub("", " ".join(_SHORTHAND.get(word, word) for word in words)).strip()


def region_of(postal_code: str) -> str:
    """Return the digits that a region's postal codes share: "31", overseas "974"; "" for what is none."""
    if not re.fullmatch(r"[0-9]{5}", postal_code):
        return ""
    return postal_code[:3] if postal_code.startswith(("97", "98")) else postal_code[:2]


def _named(communes: Iterable[Commune], city: str, likeness: float = _LIKE_ENOUGH) -> Commune | None:
    """Return the commune whose name is most like this one, if it is so like it at all."""
    best = None
    for commune in communes if city else ():
        for name in (commune.name, *commune.aliases):
            found = fuzz.ratio(spelled(name), city)
            if found > likeness or (best is None and found == likeness):
                best, likeness = commune, found
    return best


def _nearest(communes: Sequence[Commune], point: Point | None) -> Commune | None:
    """Return the nearest of them, or the largest when there is no position."""
    if not communes or point is None:
        return communes[0] if communes else None
    return min(communes, key=lambda commune: distance_m(commune.point, point))
