"""Which sectors an event is of, and how surely: stated by its source, inferred from its words, or unknown."""

import re

from domain import trades
from domain.sectors import Sector, SectorBasis
from sources import plain_text

_ALL_WELCOME = re.compile(
    r"\b(?:tous|toutes?|tout) (?:les |autres? |types? de )?(?:secteurs?|domaines?|metiers|corps de metiers?)"
    r"(?: d'activites?| professionnels?| confondus)*\b(?! de | d'| du | des )"
    r"|\bmulti[ -]?(?:sectori\w+|secteurs?|metiers|domaines)\b"
    r"|\bquel(?:le)? que soi(?:t|ent) votre (?:domaine|secteur|metier)\b"
)


def of(
    stated: frozenset[Sector], title: str, text: str, lexicon: trades.Lexicon
) -> tuple[frozenset[Sector], SectorBasis]:
    """Return the sectors and where they come from."""
    if stated:
        return stated, SectorBasis.STATED
    inferred = trades.infer(title, text, lexicon)
    return inferred, SectorBasis.INFERRED if inferred else SectorBasis.UNKNOWN


def are_all_welcome(title: str, text: str) -> bool:
    """Say whether the words themselves open the event to every sector ("tous secteurs")."""
    return bool(_ALL_WELCOME.search(plain_text.folded(f"{title}\n{text}")))
