"""What people type, made comparable: case, accents and signs away; words with a slip of the finger found."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

LONGEST_READ = 400
"""Characters; what comes after is not read: nobody types more than that to answer a question."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-"})
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_ONE_SLIP_FROM = 5
_TWO_SLIPS_FROM = 9

UNITS: dict[str, int] = {
    word: value
    for value, words in enumerate(
        (
            "zero", "un une one", "deux two", "trois three", "quatre four", "cinq five", "six", "sept seven",
            "huit eight", "neuf nine", "dix ten", "onze eleven", "douze twelve", "treize thirteen",
            "quatorze fourteen", "quinze fifteen", "seize sixteen", "seventeen", "eighteen", "nineteen",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    "vingt": 20, "vingts": 20, "twenty": 20, "trente": 30, "thirty": 30, "quarante": 40, "forty": 40,
    "cinquante": 50, "fifty": 50, "soixante": 60, "sixty": 60, "septante": 70, "seventy": 70,
    "huitante": 80, "octante": 80, "eighty": 80, "nonante": 90, "ninety": 90,
}  # fmt: skip
_HUNDREDS = frozenset({"cent", "cents", "hundred"})


def flattened(text: str) -> str:
    """Take case and accents away, keep signs: "À partir du 12/06" becomes "a partir du 12/06"."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_READ].casefold().translate(_LIGATURES))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def folded(text: str) -> str:
    """Keep words and digits only, one space between: "L’après-midi !" becomes "l apres midi"."""
    return _NOT_A_WORD.sub(" ", flattened(text)).strip()


def nearest(word: str, known: Collection[str]) -> str | None:
    """Return the known word that was meant: itself, or the only one a slip or two away, first letter right."""
    if word in known:
        return word
    slips = slips_allowed(word)
    if not slips:
        return None
    close = [other for other in known if other[0] == word[0] and is_within(word, other, slips)]
    return close[0] if len(close) == 1 else None


def slips_allowed(word: str) -> int:
    """Count the slips that a word may bear: none under five letters, two from nine on."""
    return (len(word) >= _ONE_SLIP_FROM) + (len(word) >= _TWO_SLIPS_FROM)


def is_within(one: str, other: str, slips: int) -> bool:
    """Say whether this many slips (a letter more, less, other, or two swapped) make one word the other."""
    return OSA.distance(one, other, score_cutoff=slips) <= slips


def spelled_number(words: Sequence[str]) -> int | None:
    """Read a number under a thousand written out, in folded words: "soixante quinze", "cent vingt"."""
    total, current, read = 0, 0, False
    for word in words:
        if word in ("et", "and") and read:
            continue
        if word in _HUNDREDS:
            total, current = total + max(current, 1) * 100, 0
        elif word in ("vingt", "vingts") and current == UNITS["quatre"]:
            current = 80
        elif word in _TENS:
            current += _TENS[word]
        elif word in UNITS:
            current += UNITS[word]
        else:
            return None
        read = True
    return total + current if read else None
