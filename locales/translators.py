"""Texts in the reader's language, straight from the catalogues.

Every sentence is written once, in English, in `messages/` (or `web/`), where the
translator always bears the name `t`:

    # Translators: above the list of job events; {count} is at least 1
    t.ngettext("{count} event near you", "{count} events near you", count).format(count=count)

English needs no catalogue: a sentence is its own key. The others have `<language>.po`
beside this file. `python -m tools.catalogues` writes and checks them; nothing is compiled
into the tree, the catalogues are read once, at start.
"""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages import mofile, pofile

from domain.subscribers import Language

FOLDER = Path(__file__).parent
SOURCE_LANGUAGE = Language.ENGLISH
"""The language in which sentences are written in the code."""


@dataclass(frozen=True, slots=True)
class Translator:
    """The texts of one language. Named placeholders are filled by the caller, with `str.format`."""

    language: Language
    _catalogue: gettext.NullTranslations

    def gettext(self, message: str) -> str:
        """Return this sentence in the reader's language."""
        return self._catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form that goes with this count: French says "0 place", English "0 seats"."""
        return self._catalogue.ngettext(singular, plural, count)


@cache
def load() -> Mapping[Language, Translator]:
    """Read every language that the bot speaks; once, for it takes a tenth of a second."""
    return {language: Translator(language, _catalogue(language)) for language in Language}


def catalogue_path(language: Language) -> Path:
    """Return where the catalogue of a language lies."""
    return FOLDER / f"{language.value}.po"


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    return parsed(catalogue_path(language).read_bytes(), language)


def parsed(po: bytes, language: Language) -> gettext.GNUTranslations:
    """Make a catalogue's text ready to answer, plural rule included."""
    catalogue = pofile.read_po(io.BytesIO(po), locale=language.value, abort_invalid=True)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
