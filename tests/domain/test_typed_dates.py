import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import availability, typed_dates
from domain.availability import DayPart

TODAY = dt.date(2026, 6, 3)
"""A Wednesday."""


def day(month, number, year=2026):
    return dt.date(year, month, number)


def only(month, number, year=2026):
    return day(month, number, year), day(month, number, year)


ALONE = {
    "demain": only(6, 4),
    "Demain à 9 h !": only(6, 4),
    "la semaine prochaine": (day(6, 8), day(6, 14)),
    "à partir de lundi, le matin": (day(6, 8), None),
    "du 9 au 15 juin": (day(6, 9), day(6, 15)),
    "Paris demain": None,
    "demain je cherche un poste": None,
    "Denain": None,
    "lundi": None,
    "75012": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), ALONE.items())
def test_dates_are_told_apart_from_what_says_more(text, expected):
    assert typed_dates.said_alone(text, TODAY) == expected


TYPED = {
    # relative to today
    "demain": only(6, 4),
    "après-demain": only(6, 5),
    "aujourd’hui": only(6, 3),
    "ce soir": only(6, 3),
    "dans trois jours": only(6, 6),
    "dans 15 jours": only(6, 18),
    "dans 2 semaines": (day(6, 15), day(6, 21)),
    "dans un mois": (day(6, 29), day(7, 5)),
    "d’ici 3 semaines": (day(6, 3), day(6, 24)),
    "les 3 prochains jours": (day(6, 3), day(6, 5)),
    "pendant 2 semaines": (day(6, 3), day(6, 16)),
    "dès maintenant": (day(6, 3), None),
    "tout de suite": (day(6, 3), None),
    "le plus tôt possible": (day(6, 3), None),
    # days of the week
    "mardi matin": only(6, 9),
    "mardi": only(6, 9),
    "mercredi": only(6, 10),
    "ce mercredi": only(6, 3),
    "lundi prochain": only(6, 8),
    "jeudi prochin": only(6, 4),
    "lundi en huit": only(6, 8),
    "le samedi": only(6, 6),
    "lundi ou mardi": (day(6, 8), day(6, 9)),
    "du lundi au jeudi": (day(6, 8), day(6, 11)),
    "à partir de lundi": (day(6, 8), None),
    "avant lundi": (None, day(6, 7)),
    # weeks
    "la semaine prochaine": (day(6, 8), day(6, 14)),
    "la semaine pro": (day(6, 8), day(6, 14)),
    "semaine prochiane": (day(6, 8), day(6, 14)),
    "cette semaine": (day(6, 3), day(6, 7)),
    "dans la semaine": (day(6, 3), day(6, 7)),
    "ce week-end": (day(6, 6), day(6, 7)),
    "le week-end prochain": (day(6, 13), day(6, 14)),
    "en fin de semaine": (day(6, 4), day(6, 7)),
    "début de semaine prochaine": (day(6, 8), day(6, 10)),
    "la semaine du 15 juin": (day(6, 15), day(6, 21)),
    "la semaine du 15": (day(6, 15), day(6, 21)),
    "la semaine du 45": None,
    "semaine 25": (day(6, 15), day(6, 21)),
    "semaine 2": (day(1, 11, 2027), day(1, 17, 2027)),
    "semaine 60": None,
    # months
    "en septembre": (day(9, 1), day(9, 30)),
    "septembr": (day(9, 1), day(9, 30)),
    "en mai": (day(5, 1, 2027), day(5, 31, 2027)),
    "mars 2027": (day(3, 1, 2027), day(3, 31, 2027)),
    "début juillet": (day(7, 1), day(7, 10)),
    "mi-juillet": (day(7, 11), day(7, 20)),
    "fin aout": (day(8, 21), day(8, 31)),
    "fin du mois": (day(6, 21), day(6, 30)),
    "le mois prochain": (day(7, 1), day(7, 31)),
    "ce mois-ci": (day(6, 3), day(6, 30)),
    "cet été": (day(7, 1), day(8, 31)),
    "à la rentrée": (day(9, 1), day(9, 30)),
    "l’an prochain": (day(1, 1, 2027), day(12, 31, 2027)),
    "en 2027": (day(1, 1, 2027), day(12, 31, 2027)),
    "fin de l’année": (day(12, 1), day(12, 31)),
    # calendar days
    "12/06": only(6, 12),
    "12/06/2027": only(6, 12, 2027),
    "12.06.27": only(6, 12, 2027),
    "12 06": only(6, 12),
    "12-06": only(6, 12),
    "06/25": only(6, 25),
    "2027-06-03": only(6, 3, 2027),
    "1er juillet": only(7, 1),
    "le premier juillet": only(7, 1),
    "vendredi 12 juin": only(6, 12),
    "vendredi, 12 juin": only(6, 12),
    "vendredi 12": only(6, 12),
    "le 15": only(6, 15),
    "le 2": only(7, 2),
    "le 31": only(7, 31),
    "29 février": only(2, 29, 2028),
    "5 juin 14h": only(6, 5),
    "12 juin 2026": only(6, 12),
    "12 juin 2300": None,
    # a day that does not exist: its month
    "29 février 2027": (day(2, 1, 2027), day(2, 28, 2027)),
    # from, until
    "à partir du 3 juin": (day(6, 3), None),
    "à partir du 28 mai": (day(5, 28), None),
    "dès le 20": (day(6, 20), None),
    "pas avant juillet": (day(7, 1), None),
    "après le 15": (day(6, 16), None),
    "à partir de la semaine prochaine": (day(6, 8), None),
    "jusqu’à fin juillet": (None, day(7, 31)),
    "jusqu’au 3 juillet inclus": (None, day(7, 3)),
    "avant le 15 juin": (None, day(6, 14)),
    "avant la fin du mois": (None, day(6, 30)),
    "d’ici la fin du mois": (None, day(6, 30)),
    "le 15 juin au plus tard": (None, day(6, 15)),
    # stretches
    "du 9 au 15 juin": (day(6, 9), day(6, 15)),
    "du 1 au 15 juin": (day(6, 1), day(6, 15)),
    "9-15 juin": (day(6, 9), day(6, 15)),
    "entre le 9 et le 15": (day(6, 9), day(6, 15)),
    "3 et 5 juin": (day(6, 3), day(6, 5)),
    "du 28 juin au 3 juillet": (day(6, 28), day(7, 3)),
    "du 28 au 3 juillet": (day(6, 28), day(7, 3)),
    "du 28 juin au 3": (day(6, 28), day(7, 3)),
    "du 20 décembre au 5 janvier": (day(12, 20), day(1, 5, 2027)),
    "du 15 juin au 9 juin": (day(6, 9), day(6, 15)),
    "5/6-8/6": (day(6, 5), day(6, 8)),
    "du 12/06/2027 au 9 juin 2027": (day(6, 9, 2027), day(6, 12, 2027)),
    "du lundi 8 au 15 juin 2026": (day(6, 8), day(6, 15)),
    "de demain à lundi": (day(6, 4), day(6, 8)),
    "le samedi 6 et mardi": (day(6, 6), day(6, 9)),
    "jusqu’à maintenant": (None, day(6, 3)),
    "à partir de demain jusqu’à fin juillet": (day(6, 4), day(7, 31)),
    "avant le 15 juin, à partir de lundi": (day(6, 8), day(6, 14)),
    # no matter
    "peu importe": (None, None),
    "n’importe quand": (None, None),
    "pas de date": (None, None),
    # English
    "next week": (day(6, 8), day(6, 14)),
    "next Monday": only(6, 8),
    "tomorrow": only(6, 4),
    "in two weeks": (day(6, 15), day(6, 21)),
    "from June 3rd to June 9th": (day(6, 3), day(6, 9)),
    "until the end of July": (None, day(7, 31)),
    "June 25th, 2027": only(6, 25, 2027),
    "I may come on Monday": only(6, 8),
    "in May": (day(5, 1, 2027), day(5, 31, 2027)),
    "as soon as possible": (day(6, 3), None),
    # no date
    "bonjour": None,
    "ça marche": None,
    "cariste": None,
    "75015": None,
    "31/02": None,
    "31/31": None,
    "le matin": None,
    "de 9h à 12h": None,
    "à partir de 18h": None,
    "pas en août": None,
    "jamais le lundi": None,
    "30 km": None,
    "dans zéro jour": None,
    "le 45": None,
    "": None,
}


@pytest.mark.parametrize(("text", "dates"), TYPED.items())
def test_dates_are_read_as_they_are_typed(text, dates):
    assert typed_dates.date_range(text, TODAY) == dates


MORNINGS = availability.cells(range(7), [DayPart.MORNING])
TUESDAYS = availability.cells([1], DayPart)


@pytest.mark.parametrize(
    ("text", "half_days", "dates"),
    [
        ("mardi", TUESDAYS, None),
        ("mardi prochain", None, only(6, 9)),
        ("dès mardi, le matin", MORNINGS, (day(6, 9), None)),
        ("le matin jusqu’à fin juillet", MORNINGS, (None, day(7, 31))),
        ("le mardi en septembre", TUESDAYS, (day(9, 1), day(9, 30))),
        ("la semaine prochaine mardi", TUESDAYS, (day(6, 8), day(6, 14))),
        ("ce week-end", None, (day(6, 6), day(6, 7))),
        ("le week-end", availability.cells([5, 6], DayPart), None),
        ("le matin, pas avant le 15 juin", MORNINGS, (day(6, 15), None)),
        ("le matin sauf en août", MORNINGS, None),
        ("le matin sauf le mardi", MORNINGS & ~TUESDAYS, None),
        ("du lundi au jeudi", availability.cells(range(4), DayPart), None),
        ("du 9 au 15 juin le matin", MORNINGS, (day(6, 9), day(6, 15))),
        ("peu importe", availability.WHOLE_WEEK, None),
        ("bonjour", None, None),
    ],
)
def test_habits_and_dates_said_together_are_told_apart(text, half_days, dates):
    assert typed_dates.when(text, TODAY) == typed_dates.When(half_days, dates)


def test_a_stretch_that_has_begun_is_this_year_s():
    assert typed_dates.date_range("du 9 au 15 juin", day(6, 11)) == (day(6, 9), day(6, 15))
    assert typed_dates.date_range("du 20 décembre au 5 janvier", day(1, 3, 2027)) == (
        day(12, 20),
        day(1, 5, 2027),
    )


def test_a_weekend_that_has_begun_is_what_remains_of_it():
    assert typed_dates.date_range("ce week-end", day(6, 7)) == only(6, 7)


WORDS = st.sampled_from(
    sorted({word for text in TYPED for word in text.split()} | {"9999", "31/12/9999", "999"})
)


@given(
    st.text() | st.lists(WORDS, max_size=12).map(" ".join),
    st.dates(dt.date(2020, 1, 1), dt.date(2100, 1, 1)),
)
def test_whatever_is_typed_gives_ordered_dates_or_nothing(text, today):
    for dates in (typed_dates.date_range(text, today), typed_dates.when(text, today).dates):
        first, last = dates or (None, None)
        assert first is None or last is None or first <= last
