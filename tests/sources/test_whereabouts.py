import pytest

from domain.places import Point
from sources import whereabouts
from sources.whereabouts import Scraps

TOULOUSE, NANTES, ALGERIA = Point(43.6, 1.44), Point(47.22, -1.55), Point(36.14, 2.16)


@pytest.mark.parametrize(
    ("scraps", "code"),
    [
        (Scraps(postal_code="31000", city="Toulouse"), "31555"),
        (Scraps(postal_code="31300", city="TOULOUSE"), "31555"),
        (Scraps(insee="31555"), "31555"),
        (Scraps(insee="01419", postal_code="75012", city="Paris"), "75112"),
        (Scraps(insee="75056", postal_code="75019", city="Paris"), "75119"),
        (Scraps(postal_code="75016", city="Paris 16e Arrondissement"), "75116"),
        (Scraps(postal_code="75116", city="Paris"), "75116"),
        (Scraps(postal_code="69003", city="Lyon"), "69383"),
        (Scraps(postal_code="13002", city="Marseille"), "13202"),
        (Scraps(city="Paris"), "75056"),
        (Scraps(postal_code="75000", city="Paris"), "75056"),
        (Scraps(postal_code="67003", city="Strasbourg"), "67482"),
        (Scraps(postal_code="29238", city="Brest Cedex 3"), "29019"),
        (Scraps(postal_code="97400", city="ST DENIS"), "97411"),
        (Scraps(postal_code="93200", city="Saint-Denis"), "93066"),
        (Scraps(postal_code="20000", city="Ajaccio"), "2A004"),
        (Scraps(postal_code="25150", city="Pont de Roide"), "25463"),
        (Scraps(postal_code="62000", city="Aras"), "62041"),
        (Scraps(postal_code="85340", city="Olonne-sur-Mer"), "85194"),
        (Scraps(city="Saint-Denis", point=Point(-20.88, 55.45)), "97411"),
        (Scraps(postal_code="31000"), "31555"),
        (Scraps(postal_code="99999", city="Toulouse"), "31555"),
        (Scraps(point=TOULOUSE), "31555"),
        (Scraps(point=ALGERIA), None),
        (Scraps(city="Trifouilly-les-Oies"), None),
        (Scraps(postal_code="99999"), None),
        (Scraps(insee="99999"), None),
        (Scraps(), None),
    ],
)
def test_scraps_of_a_place_lead_to_its_commune(surroundings, scraps, code):
    found = surroundings.whereabouts.find(scraps)
    assert (found and found.code) == code


def test_among_the_communes_of_a_postal_code_the_nearest_is_taken(surroundings):
    grenade = surroundings.gazetteer.get("31232")
    found = surroundings.whereabouts.find(Scraps(postal_code=grenade.postal_codes[0], point=grenade.point))
    assert found == grenade


def test_a_position_far_from_its_commune_is_not_believed(surroundings):
    toulouse = surroundings.gazetteer.get("31555")
    assert whereabouts.exact_point(toulouse, NANTES) == toulouse.point
    assert whereabouts.exact_point(toulouse, TOULOUSE) == TOULOUSE
    assert whereabouts.exact_point(toulouse, None) == toulouse.point
    assert whereabouts.exact_point(None, TOULOUSE) is None


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(None, 1.0), (1.0, None), (0.0, 0.0), (91.0, 0.0), (0.0, -181.0)]
)
def test_what_is_not_on_the_globe_is_no_position(latitude, longitude):
    assert whereabouts.as_point(latitude, longitude) is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("75019 Paris", ("75019", "Paris")),
        ("10000 rue Haute, 31000 Toulouse", ("31000", "Toulouse")),
        ("12 rue X 35220, Châteaubourg (France)", ("35220", "Châteaubourg")),
        ("Mairie", ("", "")),
    ],
)
def test_postal_code_and_town_are_read_out_of_an_address(address, found):
    assert whereabouts.from_address(address) == found
