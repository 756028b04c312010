import csv
import math
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import places
from domain.place_search import PlaceSearch
from domain.places import Department, Gazetteer, Point

FIRST_LIST = Path(__file__).parents[1] / "blind" / "places_first.csv"


@pytest.fixture(scope="module")
def communes(known):
    return known.communes


@pytest.fixture(scope="module")
def gazetteer(known):
    return known.gazetteer


@pytest.fixture(scope="module")
def few(communes):
    """Enough for properties, quick to search."""
    return random.Random(7).sample(communes, 300)


@pytest.fixture(scope="module")
def small(few):
    return Gazetteer(few)


@given(data=st.data())
def test_no_name_is_left_out_that_a_longer_search_would_offer(few, small, data):
    name = data.draw(st.sampled_from(few)).name.lower()
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(["", *"aeinrst "]))
    lead = data.draw(st.sampled_from(["", "vers ", "gare de "]))
    typed = lead + data.draw(st.sampled_from([name, name[:place] + letter + name[place + 1 :]]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(PlaceSearch, "_least", lambda *_: -math.inf)
        longer = small.search(typed)
    assert small.search(typed) == longer


def codes(candidates):
    return [
        f"dep:{found.place.code}" if isinstance(found.place, Department) else found.place.code
        for found in candidates
    ]


def share_found(gazetteer, path):
    """The share of the list whose right place is among the five offered, and what was missed."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missed = [
        row["typed"]
        for row in rows
        if not set(codes(gazetteer.search(row["typed"]))) & set(row["expected"].split("|"))
    ]
    return 1 - len(missed) / len(rows), missed


@pytest.mark.skipif(not FIRST_LIST.exists(), reason="the list of hard inputs is not there: tests/blind")
def test_hard_inputs_by_a_stranger_find_the_right_place_in_95_of_100(gazetteer):
    share, missed = share_found(gazetteer, FIRST_LIST)
    assert share >= 0.95, missed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Toulouse", "31555"),
        ("TOULOUSE !!!", "31555"),
        ("31000", "31555"),
        ("31 000", "31555"),
        ("31000 toulouse", "31555"),
        ("31040 Toulouse Cedex 6", "31555"),
        ("je cherche du travail sur Toulouse et alentours, 30 km", "31555"),
        ("Bonjour, j’habite à Montpellier", "34172"),
        ("📍Rennes", "35238"),
        ("toulose", "31555"),
        ("st etienne du rouvray", "76575"),
        ("vitry s/seine", "94081"),
        ("vitry seine", "94081"),
        ("lhay les roses", "94038"),
        ("lehavre", "76351"),
        ("le havre", "76351"),
        ("havre", "76351"),
        ("aux mureaux", "78440"),
        ("paris 19eme", "75119"),
        ("lyon", "69123"),
        ("Lyon 3", "69383"),
        ("lyon IIIe", "69383"),
        ("marseille 13e", "13213"),
        ("75019", "75119"),
        ("75116", "75116"),
        ("saint denis 974", "97411"),
        ("Saint-Denis (La Réunion)", "97411"),
        ("saint-denis 93", "93066"),
        ("93200 saint denis", "93066"),
        ("Brest (Finistère)", "29019"),
        ("dunkirk", "59183"),
        ("tahiti", "98735"),
        ("Créteil Soleil", "94028"),
    ],
)
def test_a_clear_answer_needs_no_question(gazetteer, typed, code):
    first = gazetteer.search(typed)[0]
    assert (first.place.code, first.sure) == (code, True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("saint denis", {"93066", "97411"}),
        ("saint ouen", {"93070", "95572", "41226"}),
        ("boulogne", {"92012", "62160"}),
        ("valence", {"26362", "82186"}),
        ("Montreuil", {"93048"}),
        ("vienne", {"38544", "dep:86"}),
        ("lyon ou villeurbanne", {"69123", "69266"}),
        ("la défense", {"92062", "92026", "92050"}),
        ("marseille 13", {"13055", "13213"}),
        ("20", {"dep:2A", "dep:2B"}),
        ("bretagne", {"dep:22", "dep:29", "dep:35", "dep:56"}),
        ("3e arrondissement", {"75103", "69383", "13203"}),
        ("38080", {"38172", "38193", "38352", "38415"}),
        ("31040 cedex", {"31555"}),
        ("bologne", {"52058", "92012"}),
    ],
)
def test_a_shared_name_is_asked_about_and_never_hides_the_big_one(gazetteer, typed, offered):
    found = gazetteer.search(typed)
    assert offered <= set(codes(found))
    assert not any(candidate.sure for candidate in found)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("974", "974"),
        ("2a", "2A"),
        ("dans le 77", "77"),
        ("9-3", "93"),
        ("seine saint denis", "93"),
        ("Haute-Corse", "2B"),
        ("dans le nord", "59"),
        ("guadeloupe", "971"),
        ("polynésie", "987"),
        ("la reunion", "974"),
    ],
)
def test_a_departement_is_a_place_with_a_centre(gazetteer, typed, code):
    place = gazetteer.search(typed)[0].place
    assert isinstance(place, Department)
    assert place.code == code
    assert place.centre.department == code
    assert place.point == place.centre.point


@pytest.mark.parametrize(
    "typed", ["", "   ", "🏠", "الرباط", "bonjour", "partout en france", "je ne sais pas", "xxxxxx", "99999"]
)
def test_what_names_no_place_finds_none(gazetteer, typed):
    assert gazetteer.search(typed) == ()


@given(typed=st.text(max_size=200))
def test_any_text_is_answered_with_at_most_five_places_in_order(small, typed):
    found = small.search(typed)
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)
    assert len(found) <= 5
    assert not any(candidate.sure for candidate in found[1:])


def test_a_long_letter_is_answered_too(gazetteer):
    assert len(gazetteer.search("je cherche un poste de cariste vers Pau, " * 100)) <= 5


def test_the_limit_is_obeyed(gazetteer):
    assert len(gazetteer.search("saint pierre", limit=3)) == 3


@pytest.mark.long
def test_one_typo_in_a_town_still_offers_it(gazetteer, communes):
    """Swapped, dropped and doubled letters, towns drawn by population."""
    chance = random.Random(20)
    towns = [commune for commune in communes if not commune.code.startswith(("751", "6938", "132"))]
    drawn = chance.choices(towns, [town.population for town in towns], k=150)
    found = sum(town.code in codes(gazetteer.search(mistyped(town.name, chance))) for town in drawn)
    assert found >= 0.94 * len(drawn)


def mistyped(name, chance):
    at = chance.randrange(len(name) - 1)
    changed = chance.choice([name[at + 1] + name[at], name[at], name[at] * 2 + name[at + 1]])
    return name[:at] + changed + name[at + 2 :]


def test_a_code_leads_to_its_commune_and_an_unknown_one_to_an_error(gazetteer):
    assert gazetteer.get("31555").name == "Toulouse"
    assert gazetteer.get("2A004").name == "Ajaccio"
    assert gazetteer.get("99999") is None


def test_departements_have_names_and_their_biggest_commune_as_centre(gazetteer):
    assert gazetteer.department("51").centre.name == "Reims"
    assert gazetteer.department("75").centre.name == "Paris"
    assert 2_000_000 < gazetteer.department("75").population < 2_500_000
    assert gazetteer.department("00") is None


@pytest.mark.parametrize(
    ("point", "code"),
    [
        (Point(43.6045, 1.4440), "31555"),
        (Point(48.8826, 2.3824), "75119"),
        (Point(-20.8789, 55.4481), "97411"),
        (Point(-17.5350, -149.5696), "98735"),
        (Point(-13.2825, -176.1736), "98613"),
        (Point(46.7790, -56.1760), "97502"),
    ],
)
def test_a_position_leads_to_the_nearest_commune(gazetteer, point, code):
    assert gazetteer.nearest(point).code == code


@pytest.mark.parametrize("point", [Point(40.4168, -3.7038), Point(0.0, 0.0), Point(90.0, 0.0)])
def test_a_position_over_a_hundred_kilometres_away_has_no_commune(gazetteer, point):
    assert gazetteer.nearest(point) is None


@pytest.mark.long
@given(point=st.builds(Point, st.floats(41, 51.5), st.floats(-6, 10)))
def test_the_nearest_is_the_one_that_a_full_search_finds(few, small, point):
    far_m = {commune.code: places.distance_m(point, commune.point) for commune in few}
    nearest = small.nearest(point)
    if nearest is None:
        assert min(far_m.values()) > 100_000
    else:
        assert far_m[nearest.code] == min(far_m.values()) <= 100_000


def test_distances_are_those_of_the_map():
    paris, reunion = Point(48.8566, 2.3522), Point(-20.8789, 55.4481)
    assert math.isclose(places.distance_m(paris, Point(43.6045, 1.4440)), 588_000, rel_tol=0.01)
    assert math.isclose(places.distance_m(paris, reunion), 9_370_000, rel_tol=0.01)
    assert places.distance_m(Point(-13.0, 179.99), Point(-13.0, -179.99)) < 2200


def test_an_empty_gazetteer_answers_nothing():
    empty = Gazetteer([])
    assert empty.search("toulouse") == ()
    assert empty.search("31000") == ()
    assert empty.search("paris 3") == ()
    assert empty.nearest(Point(48.0, 2.0)) is None
