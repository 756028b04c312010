"""The words that people type instead of tapping, and what they mean: "stop", "mes rappels", "à distance".

The lists are in `locales/words/<language>.txt`, whose first lines say how to read them. All languages
are understood at once, whatever the reader's own.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain import typed_answers, typed_text
from domain.intents import Intent

FOLDER = Path(__file__).parent / "words"
_ANYWHERE = "~"
_MENDED_FROM = 6
"""Letters: shorter words are too near to others for a slip to be forgiven ("pause", "cause")."""
_FIRST_OF_ALL = (Intent.DISTRESS, Intent.STOP)
"""Found anywhere in a message, these are heard before anything else it says."""
_POLITENESS = re.compile(
    r"\b(?:bonjour|bonsoir|hello|hi|merci|thanks|s il (?:vous|te) plait|svp|stp|please|"
    r"je (?:veux|voudrais|souhaite)|j aimerais|pouvez vous|peux tu|i (?:want|would like|d like) to|"
    r"(?:can|could) you)\b"
)
_STUTTER = re.compile(r"\b(\w+)(?: \1\b)+")


@dataclass(frozen=True)
class Words:
    """Every phrase that is known, folded (see `domain.typed_text`)."""

    whole: Mapping[str, Intent]
    """Phrases that mean something when they are the whole message."""
    anywhere: Mapping[str, Intent]
    """Phrases that mean it wherever they stand, the gravest first."""

    def intent(self, text: str) -> Intent | None:
        """Return what a typed message asks for; None when it is something else, as an answer is.

        "oui" and "non" are told by `domain.typed_answers`, so that "ok" is YES; a step that waits for
        "valider" takes YES as well as CONFIRM.
        """
        message = typed_text.folded(text)
        for phrase, meaning in self.anywhere.items():
            if f" {phrase} " in f" {message} ":
                return meaning
        bare = _STUTTER.sub(r"\1", " ".join(_POLITENESS.sub(" ", message).split()))
        return self.whole.get(message) or self.whole.get(bare) or _yes_or_no(text) or self._mended(bare)

    def _mended(self, message: str) -> Intent | None:
        """Forgive a slip in each long word, if only one meaning is left."""
        typed = message.split()
        known = self._by_initials.get(_initials(typed), ())
        meant = {meaning for phrase, meaning in known if all(map(_is_same_word, typed, phrase))}
        return meant.pop() if len(meant) == 1 else None

    @functools.cached_property
    def _by_initials(self) -> Mapping[str, Sequence[tuple[Sequence[str], Intent]]]:
        """Every whole phrase by the first letters of its words, which no slip changes."""
        found = defaultdict(list)
        for phrase, meaning in self.whole.items():
            words = phrase.split()
            found[_initials(words)].append((words, meaning))
        return found


def load() -> Words:
    """Read the lists of every language; a phrase with two meanings is an error (ValueError)."""
    whole: dict[str, Intent] = {}
    anywhere: dict[str, Intent] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        for line, meaning in _listed(path.read_text(encoding="utf-8")):
            phrases = anywhere if line.startswith(_ANYWHERE) else whole
            phrase = typed_text.folded(line)
            if phrases.setdefault(phrase, meaning) is not meaning:
                raise ValueError(f"{path.name}: “{line}” means {meaning} and {phrases[phrase]}")
    return Words(whole, dict(sorted(anywhere.items(), key=lambda item: _rank(item[1]))))


def _listed(text: str) -> Iterator[tuple[str, Intent]]:
    meaning: Intent | None = None
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("["):
            meaning = Intent(line.strip("[]"))
        elif line and not line.startswith("#") and meaning:
            yield line, meaning


def _rank(meaning: Intent) -> int:
    return _FIRST_OF_ALL.index(meaning) if meaning in _FIRST_OF_ALL else len(_FIRST_OF_ALL)


def _yes_or_no(text: str) -> Intent | None:
    answer = typed_answers.yes_no(text)
    if answer is None:
        return None
    return Intent.YES if answer else Intent.NO


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words)


def _is_same_word(typed: str, known: str) -> bool:
    if typed == known:
        return True
    return len(known) >= _MENDED_FROM and typed_text.is_within(typed, known, 1)
