"""How people write places: one spelling for all of theirs, and the words around a name taken away."""

import re
import unicodedata

ARTICLES = frozenset({"le", "la", "les", "l"})
PARTICLES = ARTICLES | {"de", "du", "des", "d", "en", "sur", "sous", "a", "au", "aux", "et", "lez", "dans"}

_TO_ASCII = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "’": "'", "‘": "'", "ʼ": "'", "–": "-", "—": "-", "·": "-"}
)
_SUR = re.compile(r"\bs/")
_WORD = re.compile(r"[a-z]+|\d+[a-z]*")
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "s": "sur", "ss": "sous"}
_DISTANCE = re.compile(r"\b\d+ ?(?:km|kms|kilometres?|min|mn|minutes|h|heures?)\b")
_TAIL = 4
_CEDEX = re.compile(r"\bcedex(?: \d{1,2})?\b")

_LEADING_TEXT = """
    a actuellement agglo agglomeration ai aime aimerais aire alentour alentours am an and
    appartement arrondissement at au autour aux banlieue base basee bassin bjr bonjour bonsoir
    boulot c ca campagne canton ce centre cherche chercher chez city coin commune communes cote
    coucou d dans de depart departement dept depuis des direction distance domicilie domiciliee dpt
    du east el emploi en entour entre environ environs est et for from gare habitant habite habitons
    hello hi i ici il ile importe in is ive j je job l la le les live living localite loge logement
    looking ma mairie me metropole mobile moi mon my n ne near nord of on originaire ouest par
    partout pas peripherie peu plus plutot pole pour prefecture pres proche proches proximite
    quartier qui rayon recherche region reside resident sais salut secteur situe sud suis sur
    surtout svp the to toujours tout toute travail travailler trouve un une uniquement urbaine vers
    veux village ville vis vit vivant vivre voudrais work working zone
"""
_LEADING = frozenset(_LEADING_TEXT.split())
"""What people write before a name."""
_TRAILING_TEXT = """
    a agglo agglomeration ainsi alentour alentours area arr arrondissement au autour aux banlieue
    bourg cedex centre city commune communes couronne dans de departement dept dpt du en environ
    environs est et france gare ici intra les limitrophes max maximum merci metropole muros nord ou
    ouest par peripherie plait please pres proche proches proximite quartier rayon region s sa se
    ses stp sud svp te toute un village ville voisines vous
"""
_TRAILING = frozenset(_TRAILING_TEXT.split())
"""What people write after a name."""


def tokens(text: str) -> list[str]:
    """Lower-case words without accents or signs, usual short forms written out."""
    text = (
        unicodedata.normalize("NFKD", text.casefold().translate(_TO_ASCII)).encode("ascii", "ignore").decode()
    )
    if "/" in text:
        text = _SUR.sub("sur ", text)
    words = _WORD.findall(text)
    for index, word in enumerate(words[:-1]):
        if word in _SHORT_FORMS:
            words[index] = _SHORT_FORMS[word]
    return words


def without_measures(words: list[str]) -> list[str]:
    """Drop "30 km", "20 min" and "cedex 3"."""
    text = _DISTANCE.sub(" ", " ".join(words))
    return _CEDEX.sub(" ", text).split()


def stripped(words: list[str]) -> list[str]:
    """Drop what people write around a name ("je cherche sur … et alentours"), never the last word left."""
    start, end = 0, len(words)
    while end - start > 1 and words[end - 1] in _TRAILING:
        end -= 1
    while end - start > 1 and words[start] in _LEADING:
        start += 1
    return words[start:end]


def is_noise(word: str) -> bool:
    """Say whether the word is one of those around a name, or a small word inside one."""
    return word in _LEADING or word in _TRAILING or word in PARTICLES


def core_key(words: list[str]) -> str:
    """Letters of a name in one run, without its leading article: "havre", "saintouensurseine"."""
    return "".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def bare_key(words: list[str]) -> str:
    """Letters of a name without its small words: "vitryseine"."""
    return "".join(word for word in words if word not in PARTICLES)


def head_key(words: list[str]) -> str:
    """What a long name is called for short: "boulogne", "saintouen", "brive"; empty when there is none."""
    words = words[1:] if words and words[0] in ARTICLES else words
    length = 2 if words[:1] in (["saint"], ["sainte"]) else 1
    return "".join(words[:length]) if len(words) > length and not is_noise(words[0]) else ""


def tail_key(words: list[str]) -> str:
    """Last word of a long name, by which some call it: "billancourt", "ascq"; empty when there is none."""
    return words[-1] if len(words) > 1 and len(words[-1]) >= _TAIL and not is_noise(words[-1]) else ""


_SOUNDS = (
    ("ntp", "np"),
    ("enn", "2n"),
    ("emm", "2m"),
    ("aime", "eme"),
    ("aine", "ene"),
    ("eine", "ene"),
    ("eim", "in"),
    ("ph", "f"),
    ("eau", "o"),
    ("au", "o"),
    ("aint", "in"),
    ("ain", "in"),
    ("ein", "in"),
    ("aim", "in"),
    ("ym", "in"),
    ("yn", "in"),
    ("y", "i"),
    ("qu", "k"),
    ("ck", "k"),
    ("ch", "1"),
    ("ce", "se"),
    ("ci", "si"),
    ("c", "k"),
    ("q", "k"),
    ("ge", "je"),
    ("gi", "ji"),
    ("z", "s"),
    ("w", "v"),
    ("ai", "e"),
    ("ei", "e"),
    ("em", "an"),
    ("en", "an"),
    ("am", "an"),
    ("om", "on"),
    ("h", ""),
)
_DOUBLED = re.compile(r"(.)(?=\1)")
_SILENT_END = re.compile(r"(?<=...)(?:es?|[stxd])$")


def sound_key(key: str) -> str:
    """Write a key roughly as it sounds: "besancon" and "bezanson" alike, "poitiers" and "poitier"."""
    for spelling, sound in _SOUNDS:
        if spelling in key:
            key = key.replace(spelling, sound)
    return _SILENT_END.sub("", _DOUBLED.sub("", key))
