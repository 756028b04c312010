from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intents import Intent
from locales import words

ROOT = Path(__file__).parents[2]
WORDS = words.load()

TYPED = {
    "stop": Intent.STOP,
    "STOP !!!": Intent.STOP,
    "/stop": Intent.STOP,
    "stop stop stop": Intent.STOP,
    "stop svp": Intent.STOP,
    "Arrêter": Intent.STOP,
    "arreter": Intent.STOP,
    "je veux arrêter": Intent.STOP,
    "désabonner": Intent.STOP,
    "desaboner": Intent.STOP,
    "stopper": Intent.STOP,
    "j’arrête, je veux plus rien": Intent.STOP,
    "j’arrête": Intent.STOP,
    "ne m’écrivez plus": Intent.STOP,
    "bonjour, je ne veux plus recevoir de messages": Intent.STOP,
    "unsubscribe please": Intent.STOP,
    "unsuscribe": Intent.STOP,
    "pause": Intent.PAUSE,
    "reprendre": Intent.RESUME,
    "menu": Intent.MENU,
    "aide": Intent.HELP,
    "Help!": Intent.HELP,
    "mes données": Intent.MY_DATA,
    "effacer mes donnees": Intent.ERASE,
    "Tout effacer": Intent.ERASE,
    "exporter": Intent.EXPORT,
    "mes alertes": Intent.MY_ALERTS,
    "mes rapels": Intent.MY_REMINDERS,
    "événements": Intent.EVENTS,
    "évènement": Intent.EVENTS,
    "oui": Intent.YES,
    "ok": Intent.YES,
    "👍": Intent.YES,
    "non merci": Intent.NO,
    "retour": Intent.BACK,
    "back": Intent.BACK,
    "valider": Intent.CONFIRM,
    "suivnat": Intent.CONFIRM,
    "next": Intent.CONFIRM,
    "passer": Intent.SKIP,
    "annuler": Intent.CANCEL,
    "tout": Intent.EVERYTHING,
    "tous les domaines": Intent.EVERYTHING,
    "à distance": Intent.ONLINE,
    "online": Intent.ONLINE,
    "sur place": Intent.ON_SITE,
    "les deux": Intent.BOTH,
    "tout de suite": Intent.AT_ONCE,
    "un résumé par jour": Intent.DAILY,
    "hebdo": Intent.WEEKLY,
    "langue": Intent.LANGUAGE,
    "commencer": Intent.START,
    "bonjour": Intent.GREETING,
    "me le rappeler": Intent.ABOUT_AN_EVENT,
    "ça m'interesse": Intent.ABOUT_AN_EVENT,
    "allocation": Intent.CASE_FILE,
    "actualisation": Intent.CASE_FILE,
    "quand est mon rendez-vous avec ma conseillère ?": Intent.CASE_FILE,
    "J’ai été radiée": Intent.CASE_FILE,
    "je veux parler à un conseiller": Intent.CASE_FILE,
    "combien je vais toucher": Intent.CASE_FILE,
    "je veux mourir": Intent.DISTRESS,
    "stop, j’ai envie d’en finir": Intent.DISTRESS,
    "I want to die": Intent.DISTRESS,
}


@pytest.mark.parametrize(("text", "meaning"), TYPED.items())
def test_short_words_mean_what_their_buttons_do(text, meaning):
    assert WORDS.intent(text) is meaning


@pytest.mark.parametrize(
    "text",
    [
        *(
            "arrêt maladie",
            "je ne veux pas arrêter",
            "agent d’arrêt de bus",
            "cause",
            "radio",
            "aide-soignante",
        ),
        *("aide à domicile", "commerce", "accueil", "chanter", "agent de prévention suicide", "menuisier"),
        *(
            "Toul",
            "Toulouse",
            "Passy",
            "31000",
            "cariste",
            "dans la cuisine vers Pau",
            "le matin",
            "",
            "🙂",
            "?",
        ),
        *("rencontre et rendez-vous avec des employeurs", "en finir avec le chômage"),
    ],
)
def test_answers_trades_and_towns_are_no_commands(text):
    assert WORDS.intent(text) is None


def test_every_meaning_can_be_typed():
    known = {*WORDS.whole.values(), *WORDS.anywhere.values(), Intent.YES, Intent.NO}
    assert known == set(Intent)


def test_every_meaning_that_can_be_typed_is_answered():
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "handlers").glob("*.py"))
    assert [meaning for meaning in Intent if f"Intent.{meaning.name}" not in code] == []


def test_a_phrase_with_two_meanings_is_refused(tmp_path, monkeypatch):
    (tmp_path / "fr.txt").write_text("[stop]\nassez\n[pause]\nAssez !\n", encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="means pause and stop"):
        words.load()


def test_a_meaning_that_nobody_knows_is_refused(tmp_path, monkeypatch):
    (tmp_path / "fr.txt").write_text("[sotp]\nassez\n", encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="sotp"):
        words.load()


@given(st.text())
def test_whatever_is_typed_means_something_known_or_nothing(text):
    assert WORDS.intent(text) in (None, *Intent)
