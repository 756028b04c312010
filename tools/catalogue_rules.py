"""What a finished catalogue is: complete, with the same placeholders and tags, in good typography."""

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from babel.messages import catalog
from dennis import linter  # type: ignore[import-untyped]  # dennis ships no types

from domain.subscribers import Language
from tools import french_typography

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_DENNIS_RULES = ("E102", "E103", "W301", "W304")
"""Braces that do not close, blank text, unreadable markup: our own comparison needs them sound."""


def faults(
    present: catalog.Catalog, template: catalog.Catalog, path: Path, language: Language
) -> Iterator[str]:
    """Tell what is wrong with a catalogue, given the template it must answer."""
    yield from _coverage_faults(present, template)
    yield from _dennis_faults(path)
    for message in messages_of(present):
        if not is_translated(message) or message.fuzzy:
            continue
        for fault in _message_faults(message, language):
            yield f"{quoted(message.id)}: {fault}"


def messages_of(texts: catalog.Catalog) -> Iterator[catalog.Message]:
    """Each message, without the header."""
    return (message for message in texts if message.id)


def is_translated(message: catalog.Message) -> bool:
    """Say whether every form has words."""
    return all(_forms(message.string))


def quoted(identity: object) -> str:
    """Show a message by its first words."""
    first = identity[0] if isinstance(identity, tuple | list) else identity
    text = " ".join(str(first).split())
    return f"“{text[:57]}…”" if len(text) > 60 else f"“{text}”"  # noqa: PLR2004 -- one terminal line


def _coverage_faults(present: catalog.Catalog, template: catalog.Catalog) -> Iterator[str]:
    wanted, held = _identities(template), _identities(present)
    yield from (f"{quoted(text)}: is missing" for text, context in wanted if (text, context) not in held)
    yield from (
        f"{quoted(text)}: is no longer said by the code"
        for text, context in held
        if (text, context) not in wanted
    )
    for key in present.obsolete:
        yield f"{quoted(key)}: is obsolete"
    for message in messages_of(present):
        if message.fuzzy:
            yield f"{quoted(message.id)}: is marked fuzzy"
        elif not is_translated(message):
            yield f"{quoted(message.id)}: is not translated"


def _identities(texts: catalog.Catalog) -> list[tuple[tuple[str, ...], str | None]]:
    return [(tuple(_forms(message.id)), message.context) for message in messages_of(texts)]


def _dennis_faults(path: Path) -> Iterator[str]:
    for fault in linter.Linter(["python-brace-format"], _DENNIS_RULES).verify_file(
        path.read_text(encoding="utf-8")
    ):
        yield f"{quoted(fault.poentry.msgid)}: {fault.msg}"


def _message_faults(message: catalog.Message, language: Language) -> Iterator[str]:
    sources, translations = _forms(message.id), _forms(message.string)
    for place, translation in enumerate(translations):
        # A singular may leave out the number ("one event"); every other form must show what the plural shows.
        allowed = sources if place == 0 else sources[-1:]
        if not _same_as_any(_placeholders, translation, allowed):
            yield f"placeholders differ in {translation!r}"
        if not _same_as_any(_tags, translation, allowed):
            yield f"tags differ in {translation!r}"
        if language is Language.FRENCH:
            yield from french_typography.faults(translation)


def _same_as_any(parts: Callable[[str], Counter[str]], translation: str, sources: Iterable[str]) -> bool:
    return any(parts(translation) == parts(source) for source in sources)


def _placeholders(text: str) -> Counter[str]:
    try:
        return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        # Braces that do not close are no placeholder of any sentence.
        return Counter([text])


def _tags(text: str) -> Counter[str]:
    return Counter(_TAG.findall(text))


def _forms(texts: object) -> list[str]:
    return [str(text) for text in texts] if isinstance(texts, tuple | list) else [str(texts or "")]
