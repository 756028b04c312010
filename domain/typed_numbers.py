"""Numbers written out in French or English."""

from collections.abc import Sequence

_UNITS: dict[str, int] = {
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


def spelled_number(words: Sequence[str]) -> int | None:
    """Read a number under a thousand written out, in folded words: "soixante quinze", "cent vingt"."""
    total, current, read = 0, 0, False
    for word in words:
        if word in ("et", "and") and read:
            continue
        if word in _HUNDREDS:
            total, current = total + max(current, 1) * 100, 0
        elif word in ("vingt", "vingts") and current == _UNITS["quatre"]:
            current = 80
        elif word in _TENS:
            current += _TENS[word]
        elif word in _UNITS:
            current += _UNITS[word]
        else:
            return None
        read = True
    return total + current if read else None


def number(word: str) -> int | None:
    """Read one folded word, in digits or letters: "2", "deux"."""
    return int(word) if word.isascii() and word.isdigit() else spelled_number([word])
