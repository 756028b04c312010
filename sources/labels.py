"""The vocabulary of « Mes événements emploi »: which list each label belongs to.

The open-data mirror pours all of them into one list of keywords.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sources import attendance, kinds, plain_text

OBJECTIVES = frozenset({
    "recrutement", "decouverte secteur / metier", "decouverte formation", "aides a l'emploi",
    "creation d'entreprise", "insertion", "international", "marche du travail", "recrutement sans cv",
    "se preparer", "s'informer", "sport et insertion",
})  # fmt: skip
AUDIENCES = frozenset({
    "ouvert aux jeunes", "debutant(e) accepte(e)", "pas de diplome exige", "sans experience professionnelle",
    "travailleur en situation de handicap", "ouvert aux seniors", "ouvert a tous", "cadres", "tout public",
    "jeunes", "licencies economique", "residents en quartier prioritaire de la ville", "seniors",
    "personnes en situation de handicap", "beneficiaires rsa",
})  # fmt: skip
BENEFITS = frozenset({
    "rencontre recruteur", "formation assuree", "formation financee", "se diplomer", "opportunite d'emploi",
    "cdi", "cdd", "candidater sans se deplacer", "contrat en alternance", "contrat saisonnier",
    "temps complet", "temps partiel",
})  # fmt: skip
MAX_LABELS = 20


@dataclass(frozen=True, slots=True)
class Sorted:
    """Labels by what they speak of; those of no known list are operations ("La semaine du handicap")."""

    audiences: tuple[str, ...]
    benefits: tuple[str, ...]
    objectives: tuple[str, ...]
    operations: tuple[str, ...]


def sort(labels: Iterable[str]) -> Sorted:
    """Sort a mixed list; what names the kind or the mode of the event is left out."""
    audiences, benefits, objectives, operations = [], [], [], []
    for label in labels:
        flat = plain_text.folded(label)
        if flat in OBJECTIVES:
            objectives.append(label)
        elif flat in AUDIENCES:
            audiences.append(label)
        elif flat in BENEFITS:
            benefits.append(label)
        elif not kinds.is_label(label) and not attendance.is_label(label):
            operations.append(label)
    return Sorted(bounded(audiences), bounded(benefits), bounded(objectives), bounded(operations))


def bounded(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels without doubles, in their order, at most twenty."""
    return tuple(dict.fromkeys(label for label in labels if label))[:MAX_LABELS]
