import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import typed_answers, typed_numbers

DISTANCES = {
    "30": 30,
    "30 km": 30,
    "30kms": 30,
    "50Km max svp": 50,
    "30 klm": 30,
    "30 kilometre": 30,
    "30,5 km": 30,
    "trente kilomètres": 30,
    "dix": 10,
    "un kilomètre": 1,
    "vingt-cinq": 25,
    "vingt et un": 21,
    "quatre-vingts": 80,
    "cent cinquante bornes": 150,
    "dans un rayon de 30 km": 30,
    "moins de 50": 50,
    "pas plus de 20 km": 20,
    "30 km autour de chez moi": 30,
    "10 à 20 km": 20,
    "10-20": 20,
    "entre dix et vingt": 20,
    "within 40 km": 40,
    "300 km": 300,
    "30 miles": None,
    "30 minutes": None,
    "31000": None,
    "75 paris": None,
    "0": None,
    "kilomètres": None,
    "loin": None,
    "": None,
}


@pytest.mark.parametrize(("text", "kilometres"), DISTANCES.items())
def test_distances_are_read_as_they_are_typed(text, kilometres):
    assert typed_answers.radius_km(text) == kilometres


@pytest.mark.parametrize(
    "text", ["oui", "Ouais !", "ok merci", "D’accord", "bien sûr", "👍", "✅ 👍", "yes please"]
)
def test_a_yes_is_understood(text):
    assert typed_answers.yes_no(text) is True


@pytest.mark.parametrize(
    "text", ["non", "Non merci", "nan", "pas du tout", "no", "not yet", "👎", "pas encore"]
)
def test_a_no_is_understood(text):
    assert typed_answers.yes_no(text) is False


@pytest.mark.parametrize(
    "text", ["oui mais non", "peut-être", "👍👎", "nonante", "Oui-Oui à Paris", "merci", ""]
)
def test_anything_else_is_neither_yes_nor_no(text):
    assert typed_answers.yes_no(text) is None


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("soixante quinze", 75),
        ("quatre vingt dix sept", 97),
        ("deux cent trente", 230),
        ("cent", 100),
        ("one hundred and twenty", 120),
        ("septante deux", 72),
        ("des", None),
        ("", None),
    ],
)
def test_numbers_written_out_are_read(words, number):
    assert typed_numbers.spelled_number(words.split()) == number


@given(st.text())
def test_whatever_is_typed_is_a_distance_an_answer_or_nothing(text):
    distance = typed_answers.radius_km(text)
    assert distance is None or 0 < distance <= typed_answers.MOST_KM
    assert typed_answers.yes_no(text) in (True, False, None)
