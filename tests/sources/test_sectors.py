import pytest

from domain.sectors import Sector, SectorBasis
from sources import sectors
from sources.sectors import Sectors

INDUSTRY_WEEK = ["#TousMobilisés", "La semaine de l'industrie"]
NOTHING = Sectors(frozenset(), SectorBasis.UNKNOWN)
FOR_ALL = Sectors(frozenset(), SectorBasis.UNKNOWN, is_for_all=True)


@pytest.fixture
def of(surroundings):
    def of(title, text="", *, stated=frozenset(), objectives=("Recrutement",), operations=()):
        return sectors.of(
            stated, title, text, surroundings.lexicon, objectives=objectives, operations=operations
        )

    return of


def inferred(*found):
    return Sectors(frozenset(found), SectorBasis.INFERRED)


def test_what_the_source_states_is_all(of):
    assert of("Les boulangers recrutent", stated=frozenset({Sector.HEALTH}), operations=INDUSTRY_WEEK) == (
        Sectors(frozenset({Sector.HEALTH}), SectorBasis.STATED)
    )


def test_the_words_come_before_the_operation(of):
    assert of("La SNCF recrute des cheminots", operations=INDUSTRY_WEEK) == inferred(Sector.TRANSPORT)


def test_the_operation_tells_the_sector_where_the_words_do_not_and_somebody_hires(of):
    assert of("Adeline Intérim recrute", operations=INDUSTRY_WEEK) == inferred(Sector.INDUSTRY)
    assert of("Adeline recrute", operations=["Métiers du Prendre soin"]) == (
        inferred(Sector.HEALTH, Sector.SERVICES)
    )


def test_an_operation_tells_nothing_of_an_event_where_nobody_hires(of):
    assert of("Atelier CV", objectives=["Se préparer"], operations=INDUSTRY_WEEK) == NOTHING


def test_an_operation_for_everybody_tells_nothing(of):
    assert of("Adeline Intérim recrute", operations=["La semaine du handicap"]) == NOTHING


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Rencontres de l'emploi", "Ouvert à tous les secteurs d'activité."),
        ("Permanence de l'intérim", "Venez découvrir les secteurs qui recrutent."),
        ("Kiosque", "Toutes les offres d'emploi en cours sur le bassin."),
        ("Rencontre", "Nos offres d'emploi du territoire."),
    ],
)
def test_an_event_that_says_so_is_for_all_whatever_its_operation(of, title, text):
    assert of(title, text, operations=INDUSTRY_WEEK) == FOR_ALL


def test_many_employers_are_for_all_unless_something_names_a_sector(of):
    crowd = "Une cinquantaine d'entreprises vous attendent."
    assert of("Salon de l'emploi", crowd) == FOR_ALL
    assert of("Salon de l'emploi", "Plus de 40 recruteurs") == FOR_ALL
    assert of("Salon de l'emploi", "Deux entreprises") == NOTHING
    assert of("Salon de l'emploi", crowd, objectives=["S'informer"]) == NOTHING
    assert of("Salon de l'emploi", crowd, operations=INDUSTRY_WEEK) == inferred(Sector.INDUSTRY)
    assert of("Salon des boulangers", crowd) == inferred(Sector.RETAIL)


def test_the_sectors_of_one_trade_are_not_all(of):
    assert of("Découverte", "Les secteurs de l'industrie qui recrutent").is_for_all is False
    assert of("Boulangers", "Nos offres d'emploi du bassin").is_for_all is False
