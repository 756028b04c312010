import pytest

from domain.job_events import EventKind
from sources import kinds


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("La menuiserie ouvre ses portes", "", EventKind.OPEN_DAY),
        ("La menuiserie ouvre ses portes : visite et postes à saisir", "", EventKind.COMPANY_VISIT),
        ("Recrutement de vendeurs", "Entretiens sur place", EventKind.JOB_DATING),
        ("La marine recrute : à découvrir", "Nos métiers, nos écoles.", EventKind.INFORMATION_MEETING),
        ("La marine recrute : à découvrir", "Venez avec un CV.", EventKind.JOB_DATING),
        ("Recrutement par simulation de caissiers", "", EventKind.INFORMATION_MEETING),
        ("Brunch", "Chaque employeur a son stand.", EventKind.FORUM),
        ("Matinée", "Présentation d'un métier, puis visite des ateliers.", EventKind.INFORMATION_MEETING),
        ("Matinée", "Atelier suivi d'une visite.", EventKind.WORKSHOP),
        ("Matinée", "Visite suivie d'un atelier.", EventKind.COMPANY_VISIT),
        ("Matinée", "Une équipe recrute.", EventKind.JOB_DATING),
        ("Matinée", "", EventKind.OTHER),
    ],
)  # fmt: skip
def test_what_an_event_calls_itself_first_is_its_kind(title, text, kind):
    assert kinds.guess(title, text) is kind


def test_a_series_of_workshops_decides_where_the_words_do_not():
    series = ["Stratégie et techniques de recherches d'emploi"]
    assert kinds.guess("Découvrez nos outils", "", series) is EventKind.WORKSHOP
    assert kinds.guess("Réunion : nos outils", "", series) is EventKind.INFORMATION_MEETING
    assert kinds.guess("Découvrez nos outils", "", ["#TousMobilisés"]) is EventKind.INFORMATION_MEETING
