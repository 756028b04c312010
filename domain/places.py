"""Where: the communes of France, found by code, by position and by what people type."""

import functools
import math
from collections import defaultdict
from collections.abc import Iterable

from domain import departments, grid
from domain.communes import Candidate as Candidate
from domain.communes import Commune as Commune
from domain.communes import Department as Department
from domain.globe import EARTH_RADIUS_M as EARTH_RADIUS_M
from domain.globe import Point as Point
from domain.globe import distance_m as distance_m
from domain.place_search import PlaceSearch
from domain.place_table import CITIES, PlaceTable

_LOOKS_KM = (30, 100)
"""How far around a position to look for a commune, in turn."""


class Gazetteer:
    """The communes given, for every kind of question; each index is built when first asked for, then read."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        self._communes = {commune.code: commune for commune in communes}

    def prepare(self) -> None:
        """Build the indexes now. Takes about a second: not on an event loop."""
        _ = self._search, self._filed

    @functools.cached_property
    def _departments(self) -> dict[str, Department]:
        return _departments_of(self._communes.values())

    @functools.cached_property
    def _search(self) -> PlaceSearch:
        return PlaceSearch(PlaceTable(tuple(self._communes.values()), tuple(self._departments.values())))

    @functools.cached_property
    def _filed(self) -> dict[int, list[Commune]]:
        return _filed(self._communes.values())

    def get(self, code: str) -> Commune | None:
        """Return the commune or arrondissement of this INSEE code."""
        return self._communes.get(code)

    def department(self, code: str) -> Department | None:
        """Return the département of this code."""
        return self._departments.get(code)

    def search(self, typed: str, limit: int = 5) -> tuple[Candidate, ...]:
        """Places that someone may have meant, best first; none when nothing comes near."""
        return self._search.search(typed, limit)

    def nearest(self, point: Point) -> Commune | None:
        """Return the commune, or the arrondissement, whose town hall is nearest; None beyond 100 km."""
        for radius_km in _LOOKS_KM:
            cells = grid.neighbours(point, grid.level_of(radius_km))
            near = (commune for cell in cells for commune in self._filed.get(cell, ()))
            far_m, commune = min(
                ((distance_m(point, commune.point), commune) for commune in near),
                key=lambda pair: pair[0],
                default=(math.inf, None),
            )
            if far_m <= radius_km * 1000:
                return commune
        return None


def _departments_of(communes: Iterable[Commune]) -> dict[str, Department]:
    """Return the départements that these communes make, by code, in that order."""
    members: defaultdict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        members[commune.department].append(commune)
    return {
        code: Department(
            code,
            departments.NAMES.get(code, code),
            sum(commune.population for commune in members[code] if not _is_arrondissement(commune)),
            max(members[code], key=lambda commune: commune.population),
        )
        for code in sorted(members)
    }


def _is_arrondissement(commune: Commune) -> bool:
    return commune.code.startswith(("751", "6938", "132"))


def _filed(communes: Iterable[Commune]) -> dict[int, list[Commune]]:
    """File communes under their cells at each level that `nearest` looks at; not cities cut into others."""
    cells: defaultdict[int, list[Commune]] = defaultdict(list)
    for commune in communes:
        if commune.code not in CITIES.values():
            for radius_km in _LOOKS_KM:
                cells[grid.cell(commune.point, grid.level_of(radius_km))].append(commune)
    return dict(cells)
