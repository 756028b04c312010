"""The places that a search chooses from, and finds: the places found so far with their scores."""

import math
from collections.abc import Mapping, Sequence

from domain.communes import Commune, Department

Place = Commune | Department

Finds = Mapping[int, float]
"""Place, by its position in the table → score.

A score is roughly the logarithm of how often people mean that place when they type this: the logarithm of
its population, less a toll for each way in which the typed words depart from its name.
"""

CITIES = {"paris": "75056", "lyon": "69123", "marseille": "13055"}
"""Communes cut into arrondissements."""

_DEPARTMENT_TOLL = 1.0
_HAMLET = 50


class PlaceTable:
    """Communes, then départements, each with the weight of its population."""

    def __init__(self, communes: Sequence[Commune], departments: Sequence[Department]) -> None:
        self.places: tuple[Place, ...] = (*communes, *departments)
        self.weights = tuple(map(_weight, self.places))
        self.department_codes = tuple(map(_department_code, self.places))
        self.communes = {commune.code: position for position, commune in enumerate(communes)}
        self.departments = {
            department.code: position for position, department in enumerate(departments, start=len(communes))
        }


def best(*ways: Finds) -> dict[int, float]:
    """Every place found in any way, with its best score."""
    finds: dict[int, float] = {}
    for way in ways:
        for position, score in way.items():
            if position not in finds or score > finds[position]:
                finds[position] = score
    return finds


def less(finds: Finds, toll: float) -> Finds:
    """Return the same places, each a toll lower."""
    return {position: score - toll for position, score in finds.items()} if toll else finds


def _weight(place: Place) -> float:
    toll = _DEPARTMENT_TOLL if isinstance(place, Department) else 0.0
    return math.log(place.population + _HAMLET) - toll


def _department_code(place: Place) -> str:
    return place.department if isinstance(place, Commune) else place.code
