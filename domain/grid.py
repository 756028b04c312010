"""Who is near, in whole numbers only, so that Python and every database give the same answer.

Distance: points are placed in space, in whole metres, and the straight line between them (the chord, 1 m
shorter than the way along the globe at 100 km) is compared by its square.

Cells: an alert is filed under one cell, at the level of its radius, whose cells are at least that wide
everywhere; an event within the radius is then in the same cell or in one of its eight neighbours. Rows are
bands of latitude of equal height, each cut into as many equal columns as fit at its end nearer a pole.
"""

import math
from functools import cache

from domain.globe import EARTH_RADIUS_M, Point

RADII_KM = (5, 10, 30, 50, 100, 200)
"""The greatest radius of each level."""

Xyz = tuple[int, int, int]
"""Whole metres from the centre of the globe."""

_SLACK_M = 50
"""Cells are wider than the radius by this, since chords are rounded to whole metres."""


def xyz(point: Point) -> Xyz:
    """Place the point in space, in whole metres."""
    latitude, longitude = math.radians(point.latitude), math.radians(point.longitude)
    from_axis = EARTH_RADIUS_M * math.cos(latitude)
    return (
        round(from_axis * math.cos(longitude)),
        round(from_axis * math.sin(longitude)),
        round(EARTH_RADIUS_M * math.sin(latitude)),
    )


def chord_m(distance_m: float) -> int:
    """Straight line, in metres rounded up, between points that are so many metres apart on the globe."""
    return math.ceil(2 * EARTH_RADIUS_M * math.sin(distance_m / (2 * EARTH_RADIUS_M)))


def squared_reach(radius_km: float) -> int:
    """Return the greatest `squared_chord` that is still within the radius."""
    return chord_m(radius_km * 1000) ** 2


def squared_chord(one: Point, other: Point) -> int:
    """Square metres of the straight line between two points: the same sum as in SQL."""
    return sum((a - b) ** 2 for a, b in zip(xyz(one), xyz(other), strict=True))


def level_of(radius_km: float) -> int:
    """Return the finest level whose cells are at least this wide; ValueError beyond 200 km."""
    for level, widest in enumerate(RADII_KM):
        if radius_km <= widest:
            return level
    raise ValueError(f"no level for a radius of {radius_km} km")


def cell(point: Point, level: int) -> int:
    """Return the key, under 2 ** 31, of the cell that holds the point."""
    row = _row(point, level)
    return _key(level, row, _column(point, level, row))


def cells_around(point: Point) -> tuple[int, ...]:
    """Every cell where an alert that reaches this point may be filed: 54, fewer at the poles."""
    return tuple(key for level in range(len(RADII_KM)) for key in neighbours(point, level))


def neighbours(point: Point, level: int) -> tuple[int, ...]:
    """Return the cell of the point and those around it, at one level: nine, fewer at the poles."""
    middle = _row(point, level)
    rows = range(max(0, middle - 1), min(middle + 1, _rows(level) - 1) + 1)
    columns = {row: _column(point, level, row) for row in rows}
    keys = (
        _key(level, row, (column + step) % _columns(level, row))
        for row, column in columns.items()
        for step in (-1, 0, 1)
    )
    return tuple(dict.fromkeys(keys))


def _key(level: int, row: int, column: int) -> int:
    return level << 28 | row << 14 | column


def _row(point: Point, level: int) -> int:
    return min(int((point.latitude + 90) / _height(level)), _rows(level) - 1)


def _column(point: Point, level: int, row: int) -> int:
    turn = (point.longitude + 180) % 360 / 360
    return min(int(turn * _columns(level, row)), _columns(level, row) - 1)


@cache
def _rows(level: int) -> int:
    return int(math.pi / _angle(level))


@cache
def _height(level: int) -> float:
    """Degrees of latitude that a row covers."""
    return 180 / _rows(level)


@cache
def _columns(level: int, row: int) -> int:
    """Return how many columns of sufficient width go round the globe in this row."""
    south, north = row * _height(level) - 90, (row + 1) * _height(level) - 90
    narrowest = math.cos(math.radians(max(-south, north)))
    reach = math.sin(_angle(level))
    if narrowest <= reach:
        return 1  # a circle of that size around a point here may hold the pole
    return int(math.tau / math.asin(reach / narrowest))


def _angle(level: int) -> float:
    """Radians, at the centre of the globe, under the edge of a cell."""
    return (RADII_KM[level] * 1000 + _SLACK_M) / EARTH_RADIUS_M
