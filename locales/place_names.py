"""Places inside a sentence: French joins "de" with what follows."""

from domain.subscribers import Language
from locales import formats

_ELIDED = "aàâeéèêëhiîïoôœuûüy"
_JOINED = (("Le ", "du "), ("Les ", "des "))


def distance_from(metres: float, place: str, language: Language) -> str:
    """Say "à 8 km de Toulouse", "à 8 km d’Auch", "à 8 km du Mans"; "8 km from Toulouse" in English."""
    if language is Language.FRENCH:
        return f"{formats.away(metres, language)} {_de(place)}"
    return f"{formats.distance(metres, language)} from {place}"


def _de(place: str) -> str:
    for article, joined in _JOINED:
        if place.startswith(article):
            return joined + place.removeprefix(article)
    return f"d’{place}" if place[:1].lower() in _ELIDED else f"de {place}"
