"""How any text becomes words that can be compared: no accents, no endings, no small words."""

import functools
import re
import unicodedata

_LETTERS = (
    ("œ", "oe"), ("æ", "ae"), ("ß", "ss"), ("ı", "i"), ("ł", "l"), ("ى", "ي"), ("ی", "ي"), ("ک", "ك"),
)  # fmt: skip
_ACCENTS = re.compile("[\u0300-\u034e]+")  # all that French needs, at once
_MAY_COMBINE = re.compile("[\u0300-\u1fff\u20d0-\U0010ffff]+")
_APOSTROPHE_INSIDE = re.compile(r"['’ʼ](?<=[Ѐ-ӿ].)(?=[Ѐ-ӿ])")
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset("de du des la le les en au aux et ou avec pour sur par dans un une".split())  # noqa: SIM905 -- one line reads better than seventeen

# Longest first; the feminine falls on its masculine: "vendeuse" and "vendeur" are one word.
_LATIN_ENDINGS = (
    ("trice", "teur"),
    ("ienne", "ien"),
    ("euse", "eur"),
    ("iere", "ier"),
    ("onne", "on"),
    ("enne", "en"),
    ("iste", "ist"),
    ("ere", "er"),
    ("ive", "if"),
)
_CYRILLIC_ENDING = re.compile(r"(?:ого|ому|ами|ями|ою|ею|ом|ем|ам|ям|ах|ях|ов|ів|[аяуюоеєыиіїйь])$")
_ARABIC_ENDING = re.compile(r"(?:ات|ين|ون|ة|ه)$")
_SHORTEST_STEM = 4

_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"qu|ck|q|c(?![eiyh])"), "k"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"eau|au"), "o"),
    (re.compile(r"ai|ei"), "e"),
    (re.compile(r"y"), "i"),
    (re.compile(r"m(?=[pb])"), "n"),
    (re.compile(r"(?<![cs])h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def normalise(text: str) -> str:
    """Lower case without accents, ligatures or vowel marks; letters of one script kept as they are."""
    if text.isascii():
        return text.lower()
    text = text.lower()
    for letter, plain in _LETTERS:
        text = text.replace(letter, plain)
    spread = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _APOSTROPHE_INSIDE.sub("", _MAY_COMBINE.sub(_without_marks, spread))


def split(text: str) -> list[str]:
    """The words that carry sense: no figures, no single letters, no small French words."""
    return split_normalised(normalise(text))


def split_normalised(text: str) -> list[str]:
    """The same of a text that is normalised already."""
    return [
        word for word in _WORD.findall(text) if len(word) > 1 and not word.isdecimal() and word not in _SMALL
    ]


@functools.lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """A normalised word without plural and feminine endings."""
    if len(word) <= _SHORTEST_STEM:
        return word
    if "а" <= word[0] <= "ӿ":
        return _keep_enough(_CYRILLIC_ENDING.sub("", word), word)
    if "؀" <= word[0] <= "ۿ":
        return _keep_enough(_ARABIC_ENDING.sub("", word.removeprefix("ال")), word)
    return _latin_stem(word)


def sound(word: str) -> str:
    """Roughly how a normalised word sounds in French: "kuisinié" comes near "cuisinier"."""
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def _without_marks(run: re.Match[str]) -> str:
    return "".join(mark for mark in run[0] if not unicodedata.combining(mark) and mark != "ـ")


def _latin_stem(word: str) -> str:
    if word.endswith("aux"):
        return word[:-3] + "al" if len(word) > _SHORTEST_STEM + 1 else word
    singular = word[:-1] if word[-1] in "sx" else word
    for feminine, masculine in _LATIN_ENDINGS:
        if singular.endswith(feminine) and len(singular) > len(feminine) + 1:
            return singular.removesuffix(feminine) + masculine
    return singular.rstrip("eao") if len(singular) > _SHORTEST_STEM + 1 else singular


def _keep_enough(shorter: str, word: str) -> str:
    return shorter if len(shorter) >= _SHORTEST_STEM - 1 else word
