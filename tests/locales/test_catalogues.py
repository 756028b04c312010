from pathlib import Path

import pytest

from tools import catalogues, french_typography

ROOT = Path(__file__).parents[2]

CODE = """
def found(t, count):
    # Translators: above the list of job events; {count} is at least 1
    return t.ngettext("{count} event", "{count} events", count).format(count=count)


def buttons(t):
    return [t.gettext("Stop"), t.gettext("Where is <b>{town}</b>?")]
"""
FRENCH = {
    'msgid "Stop"\nmsgstr ""': 'msgid "Stop"\nmsgstr "Arrêter"',
    'msgstr[0] ""\nmsgstr[1] ""': 'msgstr[0] "{count} événement"\nmsgstr[1] "{count} événements"',
    '</b>?"\nmsgstr ""': '</b>?"\nmsgstr "Où est <b>{town}</b>\u202f?"',
}


@pytest.fixture
def tree(tmp_path):
    """A project with three sentences, all translated."""
    (tmp_path / "locales").mkdir()
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "events.py").write_text(CODE, encoding="utf-8")
    list(catalogues.extract(tmp_path))
    for empty, full in FRENCH.items():
        rewrite(french(tmp_path), empty, full)
    return tmp_path


def french(tree):
    return tree / "locales" / "fr.po"


def code(tree):
    return tree / "messages" / "events.py"


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults(tree):
    return "\n".join(catalogues.check(tree))


def test_the_catalogues_of_this_project_are_finished():
    assert list(catalogues.check(ROOT)) == []


def test_a_finished_tree_has_no_fault(tree):
    assert faults(tree) == ""


def test_extracting_twice_changes_nothing(tree):
    before = {path: path.read_bytes() for path in (tree / "locales").iterdir()}
    assert list(catalogues.extract(tree)) == []
    assert {path: path.read_bytes() for path in (tree / "locales").iterdir()} == before


def test_the_translator_s_notes_are_kept_and_line_numbers_are_not(tree):
    template = (tree / "locales" / "messages.pot").read_text(encoding="utf-8")
    assert "#. above the list of job events; {count} is at least 1\n#: messages/events.py\n" in template


def test_moving_sentences_about_changes_nothing(tree):
    code(tree).write_text("\n\n\n" + CODE, encoding="utf-8")
    assert faults(tree) == ""


def test_a_new_sentence_comes_empty_and_the_others_stay(tree):
    code(tree).write_text(CODE + '\n\ndef more(t):\n    return t.gettext("Where is it?")\n', encoding="utf-8")
    assert "messages.pot: is not what the code says" in faults(tree)
    assert "fr.po: “Where is it?”: is missing" in faults(tree)
    assert list(catalogues.extract(tree)) == ["fr.po: to translate “Where is it?”"]
    assert faults(tree) == "fr.po: “Where is it?”: is not translated"
    assert '"Arrêter"' in french(tree).read_text(encoding="utf-8")


def test_a_sentence_that_the_code_no_longer_says_is_dropped_and_shown(tree):
    rewrite(code(tree), '[t.gettext("Stop"), ', "[")
    assert "fr.po: “Stop”: is no longer said by the code" in faults(tree)
    assert list(catalogues.extract(tree)) == ["fr.po: dropped “Stop”, which said 'Arrêter'"]
    assert faults(tree) == ""


def test_a_sentence_that_gains_a_plural_is_asked_again_and_never_guessed(tree):
    rewrite(
        code(tree),
        't.gettext("Where is <b>{town}</b>?")',
        't.ngettext("Where is <b>{town}</b>?", "Where?", 2)',
    )
    assert list(catalogues.extract(tree)) == ["fr.po: to translate “Where is <b>{town}</b>?”"]
    assert "fuzzy" not in french(tree).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"{count} événements"', '"{nombre} événements"', "placeholders differ in '{nombre} événements'"),
        ('"{count} événements"', '"des événements"', "placeholders differ in 'des événements'"),
        ('"{count} événements"', '"{count événements"', "“{count} event”"),
        ("<b>{town}</b>\u202f", "{town}\u202f", "tags differ"),
        ("<b>{town}</b>\u202f", "<i>{town}</i>\u202f", "tags differ"),
        ('"Arrêter"', '" "', "solely whitespace"),
        ('msgid "Stop"', '#, fuzzy\nmsgid "Stop"', "“Stop”: is marked fuzzy"),
        ('"Arrêter"', '"Arrêter"\n\n#~ msgid "Gone"\n#~ msgstr "Parti"', "“Gone”: is obsolete"),
        ('msgid "Stop"', 'msgctxt "heading"\nmsgid "Stop"', "“Stop”: is missing"),
        ('msgid "Stop"', 'msgidd "Stop"', "cannot be read"),
        ("#: messages/events.py\n#, python", "#, python", "is not as extract leaves it"),
        ("Où est", "L'endroit où est", "write ’ for '"),
    ],
)
def test_a_fault_in_the_catalogue_is_told(tree, old, new, fault):
    rewrite(french(tree), old, new)
    assert fault in faults(tree)


def test_a_singular_may_leave_the_number_out_when_the_code_does(tree):
    rewrite(code(tree), '"{count} event",', '"One event",')
    list(catalogues.extract(tree))
    rewrite(
        french(tree),
        'msgstr[0] ""\nmsgstr[1] ""',
        'msgstr[0] "{count} événement"\nmsgstr[1] "{count} événements"',
    )
    assert faults(tree) == ""


@pytest.mark.parametrize("call", ["t.gettext(name)", 't.gettext(f"{name}")', 't.ngettext("a", name, 2)'])
def test_a_sentence_that_no_tool_could_find_is_refused(tree, call):
    code(tree).write_text(CODE + f"\n\ndef more(t, name):\n    return {call}\n", encoding="utf-8")
    assert "messages/events.py:12: t." in faults(tree)


def test_a_catalogue_that_is_not_there_is_told(tree):
    french(tree).unlink()
    assert faults(tree) == "fr.po: is missing; run python -m tools.catalogues extract"


def test_the_command_ends_in_failure_only_when_a_check_finds_a_fault(tree, capsys):
    assert catalogues.main(["check", "--root", str(tree)]) == 0
    code(tree).write_text(CODE + '\n\ndef more(t):\n    return t.gettext("New")\n', encoding="utf-8")
    assert catalogues.main(["check", "--root", str(tree)]) == 1
    assert "“New”: is missing" in capsys.readouterr().out
    assert catalogues.main(["extract", "--root", str(tree)]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Où cherchez-vous\u00a0?",
        "Où\u202f?!",
        "Voici\u00a0: <b>{title}</b>",
        "De 9:30 à 12:00, sur https://exemple.fr/a?b=c:d",
        "«\u00a0cariste\u00a0», «\u202faide-soignante\u202f»",
        "L’agence &amp; vous…",
        '<a href="{url}">Voir le site</a>',
        "{hour:%H}\u00a0: ouvert",
        "À 8\u00a0km\u202f; 30\u00a0%",
        "Les demandeuses et demandeurs d’emploi",
    ],
)
def test_good_french_typography_passes(text):
    assert list(french_typography.faults(text)) == []


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("les candidat·e·s", "both words"),
        ("les candidat(e)s", "both words"),
        ("l'agence", "’"),
        ('dit "oui"', "« »"),
        ("«oui»", "« »"),
        ("« oui »", "« »"),
        ("Et alors...", "…"),
        ("Où ?", "no-break space before ; ! ?"),
        ("Où?", "no-break space before ; ! ?"),
        ("{title}: ouvert", "no-break space before :"),
        ("Voici : rien", "no-break space before :"),
        ("à 8 km", "number and its unit"),
        ("à 9 h", "number and its unit"),
    ],
)
def test_bad_french_typography_is_told(text, advice):
    assert any(advice in fault for fault in french_typography.faults(text))
