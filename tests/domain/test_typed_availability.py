import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import availability, typed_availability
from domain.availability import WHOLE_WEEK, DayPart

M, A, E = DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WEEK = range(7)
WEEKDAYS = range(5)
DAY = (M, A, E)


def some(days, parts=DAY):
    return availability.cells(days, parts)


TYPED = {
    # one part, every day
    "le matin": some(WEEK, [M]),
    "Le matin !": some(WEEK, [M]),
    "tous les matins": some(WEEK, [M]),
    "en matinée": some(WEEK, [M]),
    "apres midi": some(WEEK, [A]),
    "l’après-midi": some(WEEK, [A]),
    "les après-midis": some(WEEK, [A]),
    "apresmidi": some(WEEK, [A]),
    "aprem": some(WEEK, [A]),
    "le soir": some(WEEK, [E]),
    "en soirée": some(WEEK, [E]),
    "en journée": some(WEEK, [M, A]),
    "en fin de journée": some(WEEK, [E]),
    "matins et soirs": some(WEEK, [M, E]),
    "matin ou après-midi": some(WEEK, [M, A]),
    "matin/aprem": some(WEEK, [M, A]),
    "uniquement le matin": some(WEEK, [M]),
    "le matin, pourquoi pas": some(WEEK, [M]),
    "je suis libre le matin": some(WEEK, [M]),
    # days
    "lundi mardi jeudi": some([MON, TUE, THU]),
    "lundi, mardi et jeudi": some([MON, TUE, THU]),
    "le samedi": some([SAT]),
    "mercedi": some([WED]),
    "samdi": some([SAT]),
    "vendredy": some([FRI]),
    "week-end": some([SAT, SUN]),
    "le week end": some([SAT, SUN]),
    "le we": some([SAT, SUN]),
    "en semaine": some(WEEKDAYS),
    "jours ouvrés": some(WEEKDAYS),
    "tous les jours de la semaine": some(WEEKDAYS),
    "du lundi au vendredi": some(WEEKDAYS),
    "lundi-vendredi": some(WEEKDAYS),
    "en semaine au week-end": WHOLE_WEEK,
    "vendredi à lundi": some([FRI, SAT, SUN, MON]),
    "dispo le mardi et le jeudi": some([TUE, THU]),
    # both
    "mardi matin": some([TUE], [M]),
    "lundi matin mardi soir": some([MON], [M]) | some([TUE], [E]),
    "matin lundi et mardi aprem": some([MON], [M]) | some([TUE], [A]),
    "le matin lundi et mardi, le soir jeudi": some([MON, TUE], [M]) | some([THU], [E]),
    "lundi après-midi et jeudi": some([MON], [A]) | some([THU]),
    "lundi matin et soir": some([MON], [M, E]),
    "lundi, mardi et jeudi matin": some([MON, TUE, THU], [M]),
    "lundi mardi matin, jeudi vendredi après-midi": some([MON, TUE], [M]) | some([THU, FRI], [A]),
    "le matin du lundi au jeudi": some(range(4), [M]),
    "du lundi au jeudi le matin": some(range(4), [M]),
    "le matin du lundi au mercredi et le soir le jeudi": some(range(3), [M]) | some([THU], [E]),
    "le matin et le samedi": some(WEEK, [M]) | some([SAT]),
    "le soir et le week-end": some(WEEK, [E]) | some([SAT, SUN]),
    "en semaine et le soir": some(WEEKDAYS) | some(WEEK, [E]),
    "lundi toute la journée": some([MON], [M, A]),
    # all but
    "pas le soir": some(WEEK, [M, A]),
    "tous les jours sauf mercredi": WHOLE_WEEK & ~some([WED]),
    "tout sauf le soir et le week-end": some(WEEKDAYS, [M, A]),
    "du lundi au vendredi sauf mercredi après-midi": some(WEEKDAYS) & ~some([WED], [A]),
    "pas le mercredi ni le soir": WHOLE_WEEK & ~some([WED]) & ~some(WEEK, [E]),
    "le matin mais pas le lundi": some(WEEK, [M]) & ~some([MON]),
    "pas le matin, plutôt l’après-midi": some(WEEK, [A]),
    "je ne peux pas le matin": some(WEEK, [A, E]),
    "le matin je ne peux pas": some(WEEK, [A, E]),
    "je travaille le soir": some(WEEK, [M, A]),
    "je travaille lundi mardi, libre jeudi": some([THU]),
    # all
    "tout": WHOLE_WEEK,
    "n’importe quand": WHOLE_WEEK,
    "peu importe": WHOLE_WEEK,
    "ça m’est égal": WHOLE_WEEK,
    "7j/7": WHOLE_WEEK,
    "pas de préférence": WHOLE_WEEK,
    # by the clock
    "le soir après 18h": some(WEEK, [E]),
    "le matin à partir de 9h": some(WEEK, [M]),
    "après 17h": some(WEEK, [E]),
    "à partir de 14h": some(WEEK, [A, E]),
    "avant 16h": some(WEEK, [M, A]),
    "jusqu’à midi": some(WEEK, [M]),
    "pas avant 10h": WHOLE_WEEK,
    "entre 9h et 16h30": some(WEEK, [M, A]),
    "9h-12h": some(WEEK, [M]),
    "de 18:30 à 20:00": some(WEEK, [E]),
    "vers 10 h": some(WEEK, [M]),
    "après les cours, vers 17h30": some(WEEK, [E]),
    "lundi 9h-12h et mercredi 14h-18h": some([MON], [M]) | some([WED], [A]),
    # English
    "weekdays after 6pm": some(WEEKDAYS, [E]),
    "mon-fri": some(WEEKDAYS),
    "Monday morning and Thursday": some([MON], [M]) | some([THU]),
    "any time except Wednesday": WHOLE_WEEK & ~some([WED]),
    "mornings and evenings": some(WEEK, [M, E]),
    "not in the evening": some(WEEK, [M, A]),
    "we can come in the morning": some(WEEK, [M]),
    # a week of the calendar is no habit
    "la semaine prochaine le matin": some(WEEK, [M]),
    # nothing said
    "la semaine prochaine": None,
    "bonjour": None,
    "cariste": None,
    "je suis marin": None,
    "disponible": None,
    "31000": None,
    "": None,
    # nothing left
    "tout sauf tous les jours": None,
}


@pytest.mark.parametrize(("text", "mask"), TYPED.items())
def test_parts_of_the_week_are_read_as_they_are_typed(text, mask):
    assert typed_availability.half_days(text) == mask


WORDS = st.sampled_from(sorted({word for text in TYPED for word in text.split()}))


@pytest.mark.long
@given(st.text() | st.lists(WORDS, max_size=12).map(" ".join))
def test_whatever_is_typed_gives_a_usable_grid_or_nothing(text):
    mask = typed_availability.half_days(text)
    assert mask is None or 0 < mask <= WHOLE_WEEK


@pytest.mark.parametrize(
    ("text", "is_moment"),
    [
        ("le matin", True), ("samedi", True), ("lundi matin et jeudi aprem", True), ("mornings", True),
        ("La Seyne-sur-Mer", False), ("Castres le matin", False), ("", False), ("le", False),
    ],
)  # fmt: skip
def test_a_moment_said_alone_is_told_from_one_beside_something_else(text, is_moment):
    assert (typed_availability.said_alone(text) is not None) == is_moment


@pytest.mark.parametrize(
    ("text", "refuses"),
    [("pas le mercredi", True), ("sauf le soir", True), ("le matin", False), ("tout sauf lundi", False),
     ("le matin sauf lundi", False), ("le soir je ne peux pas", True), ("bonjour", False)],
)  # fmt: skip
def test_only_what_is_refused_is_told_from_what_is_wanted(text, refuses):
    assert typed_availability.only_refuses(text) is refuses
