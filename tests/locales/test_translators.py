from domain.subscribers import Language
from locales import translators

FRENCH_TEXTS = b"""\
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Back"
msgstr "Retour"

msgid "{count} seat"
msgid_plural "{count} seats"
msgstr[0] "{count} place"
msgstr[1] "{count} places"
"""


def french():
    catalogue = translators.parsed(FRENCH_TEXTS, Language.FRENCH)
    return translators.Translator(Language.FRENCH, catalogue)


def test_every_language_the_bot_speaks_has_a_translator():
    loaded = translators.load()
    assert {language: translator.language for language, translator in loaded.items()} == {
        language: language for language in Language
    }


def test_english_is_what_the_code_says_with_its_own_plural():
    t = translators.load()[Language.ENGLISH]
    assert t.gettext("Back") == "Back"
    assert [t.ngettext("seat", "seats", count) for count in (0, 1, 2)] == ["seats", "seat", "seats"]


def test_french_comes_from_its_catalogue_with_its_own_plural():
    t = french()
    assert t.gettext("Back") == "Retour"
    forms = [t.ngettext("{count} seat", "{count} seats", count).format(count=count) for count in (0, 1, 2)]
    assert forms == ["0 place", "1 place", "2 places"]
