"""How one attends, read from the words: sources say "Sur place" of webinars too."""

import re

from domain.job_events import Mode
from sources import plain_text

# What is online in these is not the event: one applies, registers or sells there,
# or learns and works from afar later.
_BESIDE_THE_POINT = re.compile(
    r"\b(?:candidatures?|candidater|postuler|postulez|inscriptions?|inscri\w+|presence|visibilite|priorites|activite"
    r"|boutique|ventes?|vendre|outils?|services?|plateformes?|formulaires?|offres?|cv|profils?|quiz|jeux?|demarches?"
    r"|formations?|former|cours|modules?|postes?|travail|metiers?|suivi|accompagnement|recherches?|tests?|demande)"
    r"(?: \w+){0,3} (?:en ligne|a distance|en distanciel|en visio\w*)\b"
    r"|\ben ligne (?:en fonction|innovante?)\b"
)
_HYBRID = re.compile(
    r"\b(?:hybride\b|bimodale?\b"
    r"|(?:en presentiel|sur place|en agence|en physique)\s?(?:,|/|et|ou|et/ou)\s?"
    r"(?:\w+ ){0,3}(?:a distance|en ligne|distanciel|visio\w*|webinaire)"
    r"|(?:a distance|en ligne|distanciel|visio\w*|webinaire)\s?(?:,|/|et|ou|et/ou)\s?"
    r"(?:\w+ ){0,2}(?:presentiel|sur place|en agence|en physique))"
)
_IS_ONLINE = re.compile(
    r"\b(?:webinaires?\b|webinars?\b|webconf|visio(?:s|[ -]?conference|[ -]?conferences)?\b"
    r"|(?:e-?salon|(?:salon|forum)s? (?:en ligne|virtuels?|100 ?% (?:digital|en ligne)))\b"
    r"|(?:lien|code)s? (?:de connexion|de la reunion|teams|zoom|visio\w*)\b"
    r"|(?:via|sur|par|avec) (?:teams|zoom|skype)\b"
    r"|reunion (?:teams|zoom)\b|microsoft teams\b|depuis (?:chez vous|votre (?:domicile|ordinateur))\b)"
)
_SOUNDS_ONLINE = re.compile(r"\b(?:a distance|en ligne|(?:en )?distanciel)\b")
_ON_SITE = re.compile(r"\b(?:en presentiel|sur place|en physique)\b")

_MODES = {
    "en physique": Mode.ON_SITE,
    "en presentiel": Mode.ON_SITE,
    "a distance": Mode.ONLINE,
    "en ligne": Mode.ONLINE,
}


def of_labels(labels: list[str]) -> Mode | None:
    """Return the mode that the labels name ("en physique", "à distance"), or None."""
    found = None
    for label in labels:
        mode = _MODES.get(plain_text.folded(label))
        if mode:
            found = mode if found is None else found | mode
    return found


def guess(title: str, text: str) -> Mode:
    """Return how one attends by what the words say; on site when they say nothing."""
    title = _BESIDE_THE_POINT.sub(" ", plain_text.folded(title))
    text = _BESIDE_THE_POINT.sub(" ", plain_text.folded(text))
    if _HYBRID.search(title) or _HYBRID.search(text):
        return Mode.BOTH
    if _IS_ONLINE.search(title) or _SOUNDS_ONLINE.search(title) or _IS_ONLINE.search(text):
        return Mode.ONLINE
    if _SOUNDS_ONLINE.search(text) and not _ON_SITE.search(text):
        return Mode.ONLINE
    return Mode.ON_SITE


def is_label(label: str) -> bool:
    """Say whether this label names a way to attend."""
    return plain_text.folded(label) in _MODES
