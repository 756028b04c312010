import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import lexicon, trades
from domain.sectors import Sector
from locales import trades as word_lists

read_lists = functools.cache(word_lists.load)


def letters(sectors):
    return "".join(sorted(sectors))


def offered(typed):
    return letters(item.sector for item in trades.suggest(typed, read_lists()))


def small(*terms):
    return lexicon.build(
        lexicon.Term(text.removeprefix("~"), sector, text.startswith("~")) for text, sector in terms
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("cariste", "N"),
        ("je cherche dans le batiment", "F"),
        ("plombié", "F"),
        ("cuistot", "G"),
        ("Infirmière H/F", "J"),
        ("vendeur/vendeuse", "D"),
        ("aidesoignante", "J"),
        ("kuizinier", "G"),
        ("mekanicien voiture", "I"),
        ("نجار", "F"),
        ("السائق", "N"),
        ("кухар", "G"),
        ("прибиральниця", "K"),
        ("şoför", "N"),
        ("femeie de serviciu", "K"),
        ("camarera", "G"),
    ],
)
def test_a_typed_trade_offers_its_sector(typed, expected):
    assert expected in offered(typed)


@pytest.mark.parametrize(
    "typed", ["", "   ", "75011", "bonjour", "je cherche un travail", "xqzwvk", "🙂", "?"]
)
def test_what_is_unclear_offers_nothing(typed):
    assert offered(typed) == ""


def test_a_whole_term_beats_its_words():
    words = small(("agent", None), ("agent de piste", Sector.TRANSPORT), ("piste", Sector.HOSPITALITY))

    [best] = trades.suggest("agent de piste", words)

    assert (best.sector, best.term) == (Sector.TRANSPORT, "agent de piste")


def test_words_of_no_term_vote_by_the_terms_that_hold_them():
    words = small(("conducteur de grue", Sector.CONSTRUCTION), ("grue mobile", Sector.CONSTRUCTION))

    assert [item.sector for item in trades.suggest("travail sur grue", words)] == [Sector.CONSTRUCTION]


def test_a_word_that_tells_nothing_is_taken_only_when_alone():
    words = small(("chef", None), ("~chef", Sector.HOSPITALITY), ("vente", Sector.RETAIL))

    assert [item.sector for item in trades.suggest("chef", words)] == [Sector.HOSPITALITY]
    assert [item.sector for item in trades.suggest("chef vente", words)] == [Sector.RETAIL]


def test_no_more_than_the_limit_is_offered_best_first():
    words = small(*(("bois", sector) for sector in Sector))

    found = trades.suggest("bois", words, limit=2)

    assert len(found) == 2
    assert found[0].score >= found[1].score


def test_an_empty_lexicon_offers_and_infers_nothing():
    assert trades.suggest("cariste", small()) == ()
    assert trades.infer("Cariste", "", small()) == frozenset()


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Recrutement d'agents d'entretien", "temps partiel", "K"),
        ("Devenez boucher", "", "D"),
        ("Crédit Agricole recrute", "conseillers en agence bancaire", "C"),
        ("La Poste recrute des facteurs", "facteur h/f : livraison de colis, facteur la poste", "N"),
        ("Job dating", "Nous recherchons des maçons, des plaquistes et des couvreurs.", "F"),
        ("Matinale de l'intérim", "Postes : soudeur, chaudronnier ; cariste, préparateur de commandes", "HN"),
        ("Métiers de la communication", "", "E"),
        ("Intermittents : vos droits", "spectacle vivant", "L"),
        ("Les métiers du sport", "", "G"),
    ],
)
def test_an_event_shows_its_sectors(title, text, expected):
    assert letters(trades.infer(title, text, read_lists())) == expected


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Atelier CV", "Accueil par un conseiller en emploi, puis les outils numériques."),
        ("Réussir son entretien d'embauche", "Communication non verbale, tenue, posture"),
        ("Les services de France Travail", "Présentation de l'agence, de la formation et du recrutement"),
        ("La Banque Postale : ouvrir un compte", "Services bancaires en agence"),
        ("Réunion d'information", "Rendez-vous au 8 rue du Commerce, ou 12 place des Boulangers"),
        ("Job dating à l'hôtel Mercure", "Venez rencontrer dix entreprises"),
        ("Café de l'emploi", "Échangez avec des recruteurs au restaurant Le Port"),
        ("Forum tous secteurs", "Industrie, BTP, commerce, transport et logistique"),
        ("Job dating de l'intérim", "Dans l'industrie, le BTP, l'hôtellerie ou tout autre secteur"),
        ("Atelier théâtre", "Prendre confiance grâce à l'improvisation"),
        ("Créer sa micro-entreprise", "Statuts, étude de marché, business plan"),
        ("Aides à la mobilité", "Aide au transport, permis, aide à la garde d'enfants"),
        ("", ""),
    ],
)
def test_an_event_that_tells_nothing_has_no_sector(title, text):
    assert trades.infer(title, text, read_lists()) == frozenset()


def test_one_passing_word_in_the_text_is_not_enough():
    words = small(("cuisinier", Sector.HOSPITALITY), ("serveur", Sector.HOSPITALITY))

    assert trades.infer("Rencontre", "Il y aura un cuisinier.", words) == frozenset()
    assert trades.infer("Rencontre", "Un cuisinier et un serveur.", words) == {Sector.HOSPITALITY}


def test_a_text_that_names_too_many_sectors_leaves_the_word_to_the_title():
    words = small(("cariste", Sector.TRANSPORT), *((f"métier {n}{n}x", s) for n, s in enumerate(Sector)))
    text = " ".join(f"métier {n}{n}x" for n in range(14))

    assert trades.infer("Caristes", text * 2, words) <= {Sector.TRANSPORT}
    assert trades.infer("Rencontre", text, words) == frozenset()


def test_a_word_marked_typed_only_tells_nothing_in_an_event():
    words = small(("~communication", Sector.MEDIA))

    assert trades.infer("Communication", "communication", words) == frozenset()
    assert [item.sector for item in trades.suggest("communication", words)] == [Sector.MEDIA]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Hôtellerie-Restauration", "Tourisme", "Loisirs et Animation"], "G"),
        (["Hôtellerie-Restauration, Tourisme, Loisirs et Animation"], "G"),
        (["transport et logistique", "Sante"], "JN"),
        (["TRANSPORT & LOGISTIQUE"], "N"),
        (["Agriculture et Pêche", "Banque"], "AC"),
        (["Services a la personne et a la collectivite"], "K"),
        (["Support à l’entreprise"], "M"),
        (["M1805", " J "], "JM"),
        (["Recrutement", "Tout public", "La semaine du Tourisme", "a", "Z9999", "M18", ""], ""),
        ([], ""),
    ],
)
def test_a_sources_labels_state_sectors(labels, expected):
    assert letters(trades.stated(labels)) == expected


@given(st.text(max_size=200))
def test_any_text_can_be_typed(text):
    found = trades.suggest(text, read_lists())

    assert len(found) <= 3
    assert len({item.sector for item in found}) == len(found)
    assert all(0 < item.score <= 100 for item in found)


@given(st.text(max_size=80), st.text(max_size=300), st.lists(st.text(max_size=40), max_size=5))
def test_any_event_can_be_read(title, text, labels):
    assert trades.infer(title, text, read_lists()) <= frozenset(Sector)
    assert trades.stated(labels) <= frozenset(Sector)


@pytest.mark.parametrize(
    ("typed", "is_named"),
    [("cariste", True), ("je suis cariste", True), ("aide-soignante", True), ("nurse", True), ("santé", True),
     ("Maseille", False), ("Poitier", False), ("cariste à Pau", False), ("", False), ("Nancy", False)],
)  # fmt: skip
def test_a_trade_named_just_so_is_told_from_a_misspelt_town(typed, is_named):
    assert bool(trades.named(typed, read_lists())) == is_named
