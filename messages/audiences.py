"""For whom an event is: the labels of « Mes événements emploi » in plain words.

Never a judgement on who may come: only what the organiser says.
"""

from collections.abc import Callable, Iterable

from domain import typed_text
from locales.translators import Translator

_BY_LABELS: tuple[tuple[tuple[str, ...], Callable[[Translator], str]], ...] = (
    (
        ("debutant(e) accepte(e)", "sans experience professionnelle"),
        lambda t: t.gettext("Open to beginners."),
    ),
    (("pas de diplome exige",), lambda t: t.gettext("No diploma is asked for.")),
    (("ouvert aux jeunes", "jeunes"), lambda t: t.gettext("Open to young people.")),
    (("ouvert aux seniors", "seniors"), lambda t: t.gettext("Open to older workers.")),
    (
        ("travailleur en situation de handicap", "personnes en situation de handicap"),
        lambda t: t.gettext("Open to people with a disability."),
    ),
    (("ouvert a tous", "tout public"), lambda t: t.gettext("Open to all.")),
    (("cadres",), lambda t: t.gettext("For managers.")),
    (("licencies economique",), lambda t: t.gettext("For people who were made redundant.")),
    (
        ("residents en quartier prioritaire de la ville",),
        lambda t: t.gettext("For people who live in a priority district of the city."),
    ),
    (("beneficiaires rsa",), lambda t: t.gettext("For people on minimum income (RSA).")),
)
_SENTENCES = {typed_text.folded(label): sentence for labels, sentence in _BY_LABELS for label in labels}


def sentences(t: Translator, labels: Iterable[str]) -> list[str]:
    """Return what is known of these labels, each sentence once."""
    known = [_SENTENCES[folded] for label in labels if (folded := typed_text.folded(label)) in _SENTENCES]
    return [sentence(t) for sentence in dict.fromkeys(known)]


def others(labels: Iterable[str]) -> list[str]:
    """Return the labels that only their author understands, as they are."""
    return [label for label in labels if typed_text.folded(label) not in _SENTENCES]
