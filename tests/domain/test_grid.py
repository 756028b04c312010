import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain import alerts, globe, grid
from domain.globe import Point

near_date_line = st.one_of(st.floats(179, 180), st.floats(-180, -179))
longitudes = st.one_of(st.floats(-180, 180), near_date_line)
inhabited = st.builds(Point, st.floats(-60, 60), longitudes)
anywhere = st.builds(Point, st.floats(-90, 90), longitudes)


def moved(start: Point, *, bearing: float, distance_m: float) -> Point:
    """The point at a distance along a great circle; the bearing in radians from north."""
    angle = distance_m / globe.EARTH_RADIUS_M
    lat, lon = math.radians(start.latitude), math.radians(start.longitude)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there),
    )
    return Point(math.degrees(there), (math.degrees(lon + turn) + 540) % 360 - 180)


@given(
    event=st.one_of(inhabited, anywhere),
    bearing=st.floats(0, math.tau),
    radius_km=st.sampled_from(grid.RADII_KM),
    share=st.one_of(st.floats(0, 1), st.floats(0.999, 1)),
)
@example(event=Point(-13.2825, 180.0), bearing=math.pi / 2, radius_km=200, share=1.0)
@example(event=Point(60.0, -180.0), bearing=math.pi, radius_km=5, share=1.0)
def test_an_alert_within_its_radius_is_filed_in_a_cell_around_the_event(event, bearing, radius_km, share):
    alert = moved(event, bearing=bearing, distance_m=share * radius_km * 1000)
    assert grid.cell(alert, grid.level_of(radius_km)) in grid.cells_around(event)


@given(one=anywhere, other=anywhere, radius_km=st.sampled_from(grid.RADII_KM))
def test_whoever_is_within_reach_by_the_chord_is_in_a_cell_around(one, other, radius_km):
    if grid.squared_chord(one, other) <= grid.squared_reach(radius_km):
        assert grid.cell(one, grid.level_of(radius_km)) in grid.cells_around(other)


@given(
    start=anywhere,
    bearing=st.floats(0, math.tau),
    radius_km=st.sampled_from(grid.RADII_KM),
    off_m=st.floats(5, 2000),
)
def test_the_chord_agrees_with_the_distance_within_a_few_metres(start, bearing, radius_km, off_m):
    reach = grid.squared_reach(radius_km)
    inside = moved(start, bearing=bearing, distance_m=radius_km * 1000 - off_m)
    outside = moved(start, bearing=bearing, distance_m=radius_km * 1000 + off_m)
    assert grid.squared_chord(start, inside) <= reach < grid.squared_chord(start, outside)


@given(point=inhabited)
def test_an_event_looks_up_fifty_four_cells(point):
    keys = grid.cells_around(point)
    assert len(keys) == len(set(keys)) == 54
    assert all(0 <= key < 1 << 31 for key in keys)


@given(point=anywhere, level=st.integers(0, 5))
def test_a_point_is_among_the_cells_around_itself_even_at_the_poles(point, level):
    assert grid.cell(point, level) in grid.cells_around(point)


@given(latitude=st.sampled_from([90, 89.999, -89.999, -90]), longitude=longitudes, level=st.integers(0, 5))
def test_a_pole_is_one_cell_with_three_around_it(latitude, longitude, level):
    assert grid.cell(Point(latitude, longitude), level) == grid.cell(Point(latitude, 0), level)
    assert len(grid.neighbours(Point(latitude, longitude), level)) == 4


@given(latitude=st.floats(-60, 60), level=st.integers(0, 5))
def test_both_names_of_the_date_line_are_one_cell(latitude, level):
    assert grid.cell(Point(latitude, 180.0), level) == grid.cell(Point(latitude, -180.0), level)


@given(one=anywhere, other=anywhere)
def test_the_chord_is_the_same_both_ways(one, other):
    assert grid.squared_chord(one, other) == grid.squared_chord(other, one)


@given(point=inhabited)
def test_cells_are_hardly_wider_than_they_must_be(point):
    """Wide cells would be right too, and slow."""
    for level, radius_km in enumerate(grid.RADII_KM):
        beyond = moved(point, bearing=math.pi / 2, distance_m=radius_km * 2500)
        assert grid.cell(beyond, level) not in grid.cells_around(point) or abs(point.latitude) > 55


@pytest.mark.parametrize(
    ("radius_km", "level"), [(1, 0), (5, 0), (10, 1), (11, 2), (30, 2), (50, 3), (100, 4), (200, 5)]
)
def test_a_radius_is_filed_at_the_finest_level_that_holds_it(radius_km, level):
    assert grid.level_of(radius_km) == level


def test_a_radius_beyond_the_widest_level_is_refused():
    with pytest.raises(ValueError, match="no level for a radius of 201 km"):
        grid.level_of(201)


def test_a_chord_of_a_hundred_kilometres_is_a_metre_shorter():
    assert grid.chord_m(100_000) == 99_999
    assert grid.chord_m(0) == 0


def test_every_radius_that_is_offered_fills_the_cells_of_its_level():
    assert alerts.RADII_KM == (10, 30, 50, 100)
    assert set(alerts.RADII_KM) <= set(grid.RADII_KM)
    assert alerts.DEFAULT_RADIUS_KM in alerts.RADII_KM
    assert max(grid.RADII_KM) == alerts.MAX_RADIUS_KM


@pytest.mark.parametrize(
    ("point", "keys"),
    [
        (Point(43.6045, 1.444), [48188235, 292636077, 544965092, 810156321, 1076166800, 1343389767]),
        (Point(-17.5, -149.5), [26149504, 281559361, 541261931, 807927872, 1075052576, 1342832656]),
    ],
)
def test_cells_are_where_the_alerts_already_stored_have_them(point, keys):
    assert [grid.cell(point, level) for level in range(6)] == keys
