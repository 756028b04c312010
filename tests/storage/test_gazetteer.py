import collections
import re
import zoneinfo

import pytest

from domain import departments
from storage import gazetteer


@pytest.fixture(scope="module")
def communes():
    return gazetteer.load()


def test_all_communes_and_arrondissements_are_there_once(communes):
    assert len(communes) == 35_014
    assert len({commune.code for commune in communes}) == 35_014
    names = {commune.code: commune.name for commune in communes}
    assert (names["75056"], names["75119"], names["69383"]) == ("Paris", "Paris 19e", "Lyon 3e")


def test_every_commune_has_what_the_program_needs(communes):
    for commune in communes:
        assert re.fullmatch(r"\d[\dAB]\d{3}", commune.code)
        assert commune.name
        assert commune.department in departments.NAMES
        assert commune.population >= 0
        assert all(re.fullmatch(r"\d{5}", code) for code in commune.postal_codes)
        assert -90 < commune.point.latitude < 90
        assert -180 < commune.point.longitude < 180


def test_only_uninhabited_lands_lack_a_postal_code(communes):
    assert {commune.department for commune in communes if not commune.postal_codes} == {"984"}
    assert {commune.department for commune in communes if not commune.population} <= {
        "55",  # villages destroyed in 1916 are communes still
        "984",
        "989",
    }


def test_the_zones_are_those_of_france(communes):
    by_zone = collections.defaultdict(set)
    for commune in communes:
        by_zone[commune.zone].add(commune.department)
    assert by_zone.pop("Europe/Paris") == {code for code in departments.NAMES if len(code) == 2}
    assert by_zone == {
        "America/Guadeloupe": {"971", "977", "978"},
        "America/Martinique": {"972"},
        "America/Cayenne": {"973"},
        "America/Miquelon": {"975"},
        "Indian/Reunion": {"974", "984"},
        "Indian/Mayotte": {"976"},
        "Pacific/Wallis": {"986"},
        "Pacific/Tahiti": {"987", "989"},
        "Pacific/Marquesas": {"987"},
        "Pacific/Gambier": {"987"},
        "Pacific/Noumea": {"988"},
    }


def test_every_zone_is_known(communes):
    assert {commune.zone for commune in communes} <= zoneinfo.available_timezones()


def test_the_marquesas_and_gambier_keep_their_own_time(communes):
    zones = {commune.name: commune.zone for commune in communes if commune.department == "987"}
    assert zones["Gambier"] == "Pacific/Gambier"
    assert sum(zone == "Pacific/Marquesas" for zone in zones.values()) == 6


def test_points_lie_in_the_part_of_the_world_they_should(communes):
    for commune in communes:
        if len(commune.department) == 2:
            assert 41.3 < commune.point.latitude < 51.2, commune
            assert -5.2 < commune.point.longitude < 9.6, commune


def test_communes_of_a_postal_code_lie_together(communes):
    """A town hall found in a homonym at the other end of France would break this."""
    by_code = collections.defaultdict(list)
    for commune in communes:
        if len(commune.department) == 2:
            by_code[commune.department, commune.postal_codes[0]].append(commune.point)
    for code, points in by_code.items():
        assert max(point.latitude for point in points) - min(point.latitude for point in points) < 0.6, code


def test_merged_communes_are_aliases_of_the_present_one(communes):
    aliases = {commune.code: commune.aliases for commune in communes}
    assert "Annecy-le-Vieux" in aliases["74010"]
    assert "Lomme" in aliases["59350"]
    assert "Évry" in aliases["91228"]
