"""What people write outside any question, and what is understood of it; the list came before the rules."""

import datetime as dt
import functools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import availability, wishes
from domain.communes import Department
from domain.job_events import Mode
from locales import trades as word_lists

WEDNESDAY = dt.date(2025, 6, 4)
NEXT_WEEK = "06-09/06-15"
P95_S = 0.025
"""What one reading may take, nineteen times in twenty."""

read_lists = functools.cache(word_lists.load)

BY_TYPICAL_USERS = [
    # what was typed, places, sectors, dates, parts of the week, mode
    ("je cherche un truc dans la cuisine vers pau la semaine pro", "64445", "G", NEXT_WEEK, "", ""),
    ("boulot caissiere a tarbes svp", "65440", "D", "", "", ""),
    ("bonjour je cherche du travail dans le batiment sur toulouse", "31555", "F", "", "", ""),
    ("cariste lyon", "69123", "N", "", "", ""),
    ("ya quoi comme evenement pres de bayonne", "64102", "", "", "", ""),
    ("jcherche un taf de serveur a biarritz ce weekend", "64122", "G", "06-07/06-08", "", ""),
    ("des trucs dans le 64", "dep-64", "", "", "", ""),
    ("menage le matin à coté de dax", "40088", "K", "", "matin", ""),
    ("je voudrais travailler dans la vente, j'habite mont de marsan", "40192", "D", "", "", ""),
    ("formation informatique a distance", "", "M", "", "", "online"),
    ("aide soignante dispo le soir autour de nantes", "44109", "J", "", "soir", ""),
    ("qqch en logistique vers st denis", "974", "N", "", "", ""),
    ("job dating restauration bordeaux demain", "33063", "G", "06-05/06-05", "", ""),
    ("jsuis maçon sur marseille et je cherche urgent", "13055", "F", "", "", ""),
    ("rencontres employeurs a 20 km de pau en juillet", "64445", "", "07-01/07-31", "", ""),
    ("chauffeur poids lourd dans le nord", "dep-59", "N", "", "", ""),
    ("trouver un emploi de secretaire à Orléans, plutot l'après midi", "45234", "M", "", "aprem", ""),
    ("y a t'il des forums près de chez moi la semaine prochaine ?", "", "", NEXT_WEEK, "", ""),
    ("Je recherche un poste d'agent d'entretien dans le 31", "dep-31", "K", "", "", ""),
    ("electricien 59000", "59350", "FI", "", "", ""),
]
OTHERS = [
    ("cook jobs near Pau next week", "64445", "G", NEXT_WEEK, "", ""),
    ("warehouse work around Lille in the morning", "59350", "N", "", "matin", ""),
    ("I am looking for a nurse job in Paris", "75056", "J", "", "", ""),
    ("remote office jobs", "", "M", "", "", "online"),
    ("pau", "64445", "", "", "", ""),
    ("toulouze", "31555", "", "", "", ""),
    ("31000", "31555", "", "", "", ""),
    ("plombier", "", "F", "", "", ""),
    ("cuizinier", "", "G", "", "", ""),
    ("infirmière à Boulogne-sur-Mer", "62160", "J", "", "", ""),
    ("vendeuse aulnay sous bois", "93005", "D", "", "", ""),
    ("restauration en Bretagne", "dep-35", "G", "", "", ""),
    ("tout ce qui est agriculture dans le gers en juin", "dep-32", "A", "06-01/06-30", "", ""),
    ("quoi de prévu la semaine du 16 juin à Strasbourg ?", "67482", "", "06-16/06-22", "", ""),
    ("des ateliers du 9 au 15 juin vers Clermont Ferrand", "63113", "", NEXT_WEEK, "", ""),
    ("travailler dans la santé mardi matin à Rennes", "35238", "J", "", "mardi matin", ""),
    ("un salon en ligne pour la banque", "", "C", "", "", "online"),
    ("sur place à Vannes ou en visio, dans la logistique", "56260", "N", "", "", "both"),
    ("recherche emploi mécanicien 30 kms autour de Limoges", "87085", "I", "", "", ""),
    ("je veux être coiffeuse à Ajaccio", "2A004", "DK", "", "", ""),
    ("CUISINE PAU", "64445", "G", "", "", ""),
    ("un job à Nice", "06088", "", "", "", ""),
    ("animalier, à proximité de Niort, jeudi prochain", "79191", "A", "06-05/06-05", "", ""),
    ("la Réunion, restauration", "dep-974", "G", "", "", ""),
]
WRITTEN_AFTER_THE_RULES = [
    # of these twenty, fifteen were understood whole before the rules were mended
    ("slt jcherche kekchose ds la maconnerie vers carcassonne", "11069", "F"),
    ("job d'ete hotellerie la rochelle", "17300", "G"),
    ("dispo lundi et mardi pour de la vente sur angers", "49007", "D"),
    ("auxiliaire de vie colomiers", "31149", "K"),
    ("je suis sans emploi depuis 6 mois je cherche comme magasinier à St Etienne", "42218", "N"),
    ("préparateur de commande 30 km autour de amiens", "80021", "N"),
    ("du boulot dans lagriculture a coté d agen le mois prochain", "47001", "A"),
    ("ya til un forum emploi a montpellier jeudi", "34172", ""),
    ("besoin d'un travail de nuit à l'hopital de dijon", "21231", "J"),
    ("soudeur dans le 44", "dep-44", "H"),
    ("recherche alternance compta lyon", "69123", "M"),
    ("i need a job as a waiter in Nice", "06088", "G"),
    ("forklift driver near Le Havre tomorrow", "76351", "N"),
    ("cleaning jobs online", "", "K"),
    ("assistante maternelle perpignan le matin", "66136", "K"),
    ("travail a la chaine usine belfort", "90010", "H"),
    ("job étudiant caissier brest week end", "29019", "D"),
    ("est ce quil y a des postes daide a domicile a arras ?", "62041", "K"),
    ("conseiller bancaire région parisienne", "dep-75", "C"),
    ("paysagiste, du coté de quimper, début juillet", "29232", "A"),
]
ALONE_AND_MISSPELT = [
    ("tolouse", "31555"),
    ("Toulose", "31555"),
    ("tolouse svp", "31555"),
    ("a tolouse", "31555"),
    ("nante", "44109"),
    ("renes", "35238"),
    ("monpelier", "34172"),
    ("limoge", "87085"),
    ("strasbour", "67482"),
    ("valancienne", "59606"),
]
SAY_NOTHING = [
    "",
    "   ",
    "?",
    "🙂🙂",
    "xqzwvk asdf",
    "comment tu vas",
    "il fait beau aujourd'hui",
    "merci à demain",
    "vous servez à rien",
    "je cherche un travail",
    "quel est ton nom",
    "ça marche pas votre truc",
    "what is this",
    "c'est nul",
    "arnaque",
    "gratuit",
    "robot",
    "merci beaucoup et bonne soirée",
]


@pytest.fixture(scope="module")
def gazetteer(known):
    known.gazetteer.prepare()
    return known.gazetteer


def read(text, gazetteer):
    return wishes.read(text, WEDNESDAY, wishes.Known(gazetteer, read_lists()))


PARTS = {
    "matin": availability.cells(range(7), [availability.DayPart.MORNING]),
    "aprem": availability.cells(range(7), [availability.DayPart.AFTERNOON]),
    "soir": availability.cells(range(7), [availability.DayPart.EVENING]),
    "mardi matin": availability.bit(1, availability.DayPart.MORNING),
}
MODES = {"online": Mode.ONLINE, "on site": Mode.ON_SITE, "both": Mode.BOTH}


def code(place):
    return f"dep-{place.code}" if isinstance(place, Department) else place.code


def days(dates):
    first, last = dates or (None, None)
    return f"{first:%m-%d}/{last:%m-%d}" if first and last else ""


@pytest.mark.parametrize("row", [*BY_TYPICAL_USERS, *OTHERS], ids=lambda row: row[0])
def test_a_sentence_is_understood(gazetteer, row):
    typed, place, sectors, dates, parts, mode = row
    wish = read(typed, gazetteer)
    found = code(wish.places[0]) if wish.places else ""
    assert found.startswith(place) if place else not found
    assert set(wish.sectors) <= set(sectors)
    assert bool(wish.sectors) == bool(sectors)
    assert days(wish.dates) == dates
    assert wish.half_days == PARTS.get(parts)
    assert wish.mode == MODES.get(mode)


@pytest.mark.parametrize(("typed", "place", "sectors"), WRITTEN_AFTER_THE_RULES)
def test_another_sentence_is_understood(gazetteer, typed, place, sectors):
    wish = read(typed, gazetteer)
    assert (code(wish.places[0]) if wish.places else "") == place
    assert "".join(wish.sectors) == sectors


@pytest.mark.parametrize(("typed", "place"), ALONE_AND_MISSPELT)
def test_a_misspelt_town_that_is_all_one_writes_is_found(gazetteer, typed, place):
    assert code(read(typed, gazetteer).places[0]) == place


def test_among_other_words_a_word_is_no_misspelt_town(gazetteer):
    assert not read("tolouse bidule chouette", gazetteer).places


@pytest.mark.parametrize("typed", SAY_NOTHING)
def test_what_wishes_for_nothing_is_not_understood(gazetteer, typed):
    assert read(typed, gazetteer).is_empty


def test_a_name_of_several_places_gives_them_all(gazetteer):
    places = [code(place) for place in read("restauration vers saint denis", gazetteer).places]
    assert {"93066", "97411"} <= set(places)


def test_a_place_that_nobody_knows_is_not_passed_over(gazetteer):
    wish = read("cuisine près de Xqzwville", gazetteer)
    assert (wish.places, wish.is_place_unclear) == ((), True)


def test_a_distance_is_heard(gazetteer):
    assert read("cuisine à moins de 45 km de Pau", gazetteer).radius_km == 45


@given(
    st.text(max_size=600)
    | st.lists(st.sampled_from(" ".join(row[0] for row in OTHERS).split())).map(" ".join)
)
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_much(gazetteer, text):
    read(text, gazetteer)


def test_reading_takes_little_time(gazetteer):
    """In time of the processor: a busy machine takes longer by the clock."""
    sentences = [row[0] for row in (*BY_TYPICAL_USERS, *OTHERS)] + SAY_NOTHING
    read(sentences[0], gazetteer)
    times = sorted(min(_seconds(sentence, gazetteer) for _ in range(3)) for sentence in sentences)
    assert times[int(len(times) * 0.95)] < P95_S


def _seconds(text, gazetteer):
    begin = time.thread_time()
    read(text, gazetteer)
    return time.thread_time() - begin
