"""Short typed answers: how far, yes or no."""

import enum
import itertools
import re

from domain import typed_numbers, typed_text

MOST_KM = 999
"""A longer number is a postal code or a slip, not a distance."""

_KILOMETRES = typed_text.phrases(
    "km, kms, klm, k, kilometre, kilometres, kilometer, kilometers, kilo, kilos, borne, bornes"
)
_AROUND_A_DISTANCE = typed_text.phrases(
    "a, au, autour, alentours, chez, d, dans, de, des, disons, du, en, entre, environ, et, il, j, je, jusqu, "
    "jusque, l, la, le, les, loin, max, maxi, maximum, me, merci, moi, moins, n, ne, ok, ou, oui, pas, peu, "
    "peux, plait, plus, pres, qu, que, rayon, ronde, s, soit, svp, vous, "
    "about, and, around, away, between, can, from, go, home, i, less, more, no, not, of, on, or, please, "
    "radius, than, the, to, travel, up, within, yes"
)
_DECIMAL = re.compile(r"(?<=\d)[.,]\d+")
_STUCK = re.compile(r"(\d+)([a-z]+)")
_UN_AS_ARTICLE = re.compile(r"\bun (?=rayon\b|maximum\b)|\bet (?=une?\b|onze\b)")
"""In "un rayon", "un" is no number; in "vingt et un", "et" parts nothing."""


class _Kind(enum.Enum):
    DIGITS = enum.auto()
    SPELLED = enum.auto()
    FILLER = enum.auto()
    STRANGER = enum.auto()


_YES = typed_text.phrases(
    "oui, ouais, ouai, oui oui, o, ok, okay, okey, d accord, daccord, bien sur, volontiers, avec plaisir, "
    "pourquoi pas, carrement, exact, exactement, c est ca, oui c est ca, c est bon, tout a fait, "
    "absolument, parfait, entendu, ca marche, ca me va, ca me convient, je veux bien, oui je veux bien, "
    "evidemment, correct, vrai, je confirme, si, "
    "yes, yep, yeah, yup, y, of course, sure, right, that s right, true"
)
_NO = typed_text.phrases(
    "non, nan, n, non non, pas du tout, non pas du tout, pas vraiment, surtout pas, jamais, pas encore, "
    "pas pour l instant, pas maintenant, c est pas ca, ce n est pas ca, ca ne me va pas, je ne veux pas, "
    "je veux pas, faux, "
    "no, nope, nop, not really, not at all, never, not yet, not now, wrong, false"
)
_POLITENESS = re.compile(
    r"\b(?:merci(?: beaucoup| bien)?|s il (?:vous|te) plait|svp|stp|please|thanks|thank you)\b"
)
_YES_SIGNS = frozenset("👍✅✔☑👌🆗💯")
_NO_SIGNS = frozenset("👎❌✖🚫⛔🙅")


def yes_no(text: str) -> bool | None:
    """Read "ouais", "d’accord", "non merci", "👍"; None when it is neither, or both."""
    signs = {character for character in text if character in _YES_SIGNS | _NO_SIGNS}
    words = " ".join(_POLITENESS.sub(" ", typed_text.folded(text)).split())
    if not words and signs:
        return None if signs & _YES_SIGNS and signs & _NO_SIGNS else bool(signs & _YES_SIGNS)
    if words in _YES:
        return True
    return False if words in _NO else None


def radius_km(text: str) -> int | None:
    """Read a distance in kilometres: "30", "30kms", "trente kilomètres", "moins de 50 km".

    The wider of two ("10 à 20 km"). None for no distance, another unit, zero, or over 999: a
    postal code. What the bot offers at most is for the caller to say.
    """
    words = _UN_AS_ARTICLE.sub(" ", typed_text.folded(_DECIMAL.sub("", typed_text.flattened(text))))
    read = _distances([piece for word in words.split() for piece in _pieces(word)])
    return max(read) if read and all(0 < distance <= MOST_KM for distance in read) else None


def _pieces(word: str) -> list[str]:
    """Part a number from the unit that sticks to it: "30kms"."""
    stuck = _STUCK.fullmatch(word)
    return [piece for piece in stuck.groups() if piece] if stuck else [word]


def _distances(words: list[str]) -> list[int]:
    """Every number; none when a word belongs to no distance."""
    read: list[int] = []
    for kind, group in itertools.groupby(words, _kind):
        if kind is _Kind.STRANGER:
            return []
        run = list(group)
        if kind is _Kind.DIGITS:
            read += [int(digits) for digits in run]
        elif kind is _Kind.SPELLED and (value := typed_numbers.spelled_number(run)) is not None:
            read.append(value)
    return read


def _kind(word: str) -> _Kind:
    if word.isdigit():
        return _Kind.DIGITS
    if typed_numbers.spelled_number([word]) is not None:
        return _Kind.SPELLED
    known = word in _AROUND_A_DISTANCE or typed_text.nearest(word, _KILOMETRES)
    return _Kind.FILLER if known else _Kind.STRANGER
