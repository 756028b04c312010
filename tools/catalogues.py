"""Write and check the catalogues of texts.

    python -m tools.catalogues extract   after changing a sentence in messages/ or web/
    python -m tools.catalogues check     what `make check` runs; one line for each fault, exit code 1

`extract` writes locales/messages.pot (what the code says) and brings each locales/<language>.po up to
it: translations are kept, new sentences come empty, never guessed; what the code no longer says is
dropped, and printed so that a reworded sentence can be saved from there. Neither file bears dates
or line numbers: they change only when words do.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import catalog, pofile

from domain.subscribers import Language
from locales import translators
from tools import catalogue_rules, catalogue_sources

TEMPLATE = "messages.pot"
WIDTH = 100
_HEADER = """\
# {title}
msgid ""
msgstr ""
{language}"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogues", description="Catalogues of texts.")
    parser.add_argument("command", choices=("extract", "check"))
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    options = parser.parse_args(arguments)
    lines = list(extract(options.root) if options.command == "extract" else check(options.root))
    for line in lines:
        print(line)
    return 1 if options.command == "check" and lines else 0


def extract(root: Path) -> Iterator[str]:
    """Bring the template and the catalogues up to the code; say what was new and what was dropped."""
    template = catalogue_sources.template(root)
    folder = root / "locales"
    (folder / TEMPLATE).write_bytes(_template_text(template))
    for language in _translated():
        path = folder / f"{language.value}.po"
        old = _read(path, language) if path.exists() else catalog.Catalog(locale=language.value)
        new = _updated(old, template)
        for key, message in new.obsolete.items():
            yield f"{path.name}: dropped {catalogue_rules.quoted(key)}, which said {message.string!r}"
        for message in catalogue_rules.messages_of(new):
            if not catalogue_rules.is_translated(message):
                yield f"{path.name}: to translate {catalogue_rules.quoted(message.id)}"
        path.write_bytes(_catalogue_text(new, language))


def check(root: Path) -> Iterator[str]:
    """Tell each fault of the template and of the catalogues, in one line."""
    template = catalogue_sources.template(root)
    folder = root / "locales"
    yield from catalogue_sources.unreadable_calls(root)
    if not (folder / TEMPLATE).exists() or (folder / TEMPLATE).read_bytes() != _template_text(template):
        yield f"{TEMPLATE}: is not what the code says; run python -m tools.catalogues extract"
    for language in _translated():
        path = folder / f"{language.value}.po"
        if not path.exists():
            yield f"{path.name}: is missing; run python -m tools.catalogues extract"
            continue
        yield from (f"{path.name}: {fault}" for fault in _faults(path, language, template))


def _faults(path: Path, language: Language, template: catalog.Catalog) -> Iterator[str]:
    try:
        present = _read(path, language)
    except pofile.PoFileError as error:
        yield f"cannot be read: {error}"
        return
    yield from catalogue_rules.faults(present, template, path, language)
    # Order, comments and doubled entries: whatever else differs from what `extract` would leave.
    if _catalogue_text(_updated(_read(path, language), template), language) != path.read_bytes():
        yield "is not as extract leaves it; run python -m tools.catalogues extract"


def _translated() -> list[Language]:
    return [language for language in Language if language is not translators.SOURCE_LANGUAGE]


def _read(path: Path, language: Language) -> catalog.Catalog:
    return pofile.read_po(io.BytesIO(path.read_bytes()), locale=language.value, abort_invalid=True)


def _updated(old: catalog.Catalog, template: catalog.Catalog) -> catalog.Catalog:
    old.update(template, no_fuzzy_matching=True)
    for message in catalogue_rules.messages_of(old):
        # Babel guesses when a sentence gains or loses its plural; we ask again instead.
        if message.fuzzy:
            message.flags.discard("fuzzy")
            message.string = ("", "") if message.pluralizable else ""
    return old


def _template_text(template: catalog.Catalog) -> bytes:
    return _written(
        template, _HEADER.format(title="What the code says; written by tools/catalogues.py", language="")
    )


def _catalogue_text(texts: catalog.Catalog, language: Language) -> bytes:
    plural = f'"Language: {language.value}\\n"\n"Plural-Forms: {texts.plural_forms}\\n"\n'
    return _written(texts, _HEADER.format(title=f"Texts in {language.name.capitalize()}", language=plural))


def _written(texts: catalog.Catalog, header: str) -> bytes:
    body = io.BytesIO()
    pofile.write_po(body, texts, width=WIDTH, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return (header.encode() + body.getvalue()).rstrip() + b"\n"


if __name__ == "__main__":
    sys.exit(main())
