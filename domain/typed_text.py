"""What people type, made comparable: case, accents and signs away; words with a slip of the finger found."""

import re
import unicodedata
from collections.abc import Collection

from rapidfuzz.distance import OSA

LONGEST_READ = 400
"""Characters; what comes after is not read: nobody types more than that to answer a question."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-"})
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ONE_SLIP_FROM = 5
_TWO_SLIPS_FROM = 9


def flattened(text: str) -> str:
    """Take case and accents away, keep signs: "À partir du 12/06" becomes "a partir du 12/06"."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_READ].casefold().translate(_LIGATURES))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def spaced(text: str) -> str:
    """Flatten, and part elided words: "jusqu’à l’été" becomes "jusqu a l ete"."""
    return flattened(text).replace("'", " ")


def folded(text: str) -> str:
    """Keep words and digits only, one space between: "L’après-midi !" becomes "l apres midi"."""
    return _NOT_A_WORD.sub(" ", flattened(text)).strip()


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word meant: itself, or the closest with the same first letter, a slip or two away."""
    if word in known:
        return word
    slips = slips_allowed(word)
    close = [
        (distance, other)
        for other in known
        if slips and other[0] == word[0] and (distance := OSA.distance(word, other)) <= slips
    ]
    return min(close)[1] if close else None


def slips_allowed(word: str) -> int:
    """Count the slips that a word may bear: none under five letters, two from nine on."""
    return (len(word) >= _ONE_SLIP_FROM) + (len(word) >= _TWO_SLIPS_FROM)


def is_within(one: str, other: str, slips: int) -> bool:
    """Say whether this many slips (a letter more, less, other, or two swapped) make one word the other."""
    return OSA.distance(one, other, score_cutoff=slips) <= slips


def phrases(listed: str) -> frozenset[str]:
    """Read a list of folded phrases, parted by commas."""
    return frozenset(phrase.strip() for phrase in listed.split(","))
