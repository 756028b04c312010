"""Which sectors an event is of, and how surely: stated by its source, inferred, or unknown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain import trades
from domain.sectors import Sector, SectorBasis
from sources import plain_text

_ALL_WELCOME = re.compile(
    r"\b(?:(?:tous|toutes?|tout) (?:les |autres? |types? de )?"
    r"(?:secteurs?|domaines?|metiers|corps de metiers?)(?: d'activites?| professionnels?| confondus)*\b"
    r"(?! de | d'| du | des )"
    r"|multi[ -]?(?:sectori\w+|secteurs?|metiers|domaines)\b"
    r"|quel(?:le)? que soi(?:t|ent) votre (?:domaine|secteur|metier)\b)"
)
# Said of an event that names no trade, these open it to all.
_OPEN_OFFER = re.compile(
    r"\b(?:(?:les|des|divers|differents) secteurs (?:d'activites? )?qui (?:recrutent|embauchent)\b"
    r"|(?:toutes? |les |nos )+offres (?:d'emploi )?(?:\w+ ){0,3}(?:du|sur le|de (?:notre|votre))"
    r" (?:bassin|territoire)"
    r"|toutes (?:les |nos |leurs )?offres d'emploi\b)"
)
_MANY_EMPLOYERS = re.compile(
    r"\b(?:\d{2,3} |(?:vingt|(?:trent|quarant|cinquant|soixant|cent)e?)(?:aine)? d?'?)"
    r"(?:entreprises|employeurs|recruteurs|exposants|enseignes)\b"
)

_HIRING = frozenset({"recrutement", "recrutement sans cv"})
_BY_OPERATION = {
    "la semaine de l'agriculture": {Sector.AGRICULTURE},
    "la semaine de l'industrie": {Sector.INDUSTRY},
    "la semaine de l'industrie agroalimentaire": {Sector.INDUSTRY},
    "la semaine du commerce": {Sector.RETAIL},
    "la semaine du maritime": {Sector.TRANSPORT},
    "la semaine du numerique": {Sector.BUSINESS_SUPPORT},
    "la semaine du tourisme": {Sector.HOSPITALITY},
    "gigafactory": {Sector.INDUSTRY},
    "les metiers de l'humain": {Sector.SERVICES},
    "metiers de l aeronautique et de l aerospatial": {Sector.INDUSTRY},
    "metiers de l hotellerie restauration": {Sector.HOSPITALITY},
    "metiers de la culture et du spectacle": {Sector.PERFORMING_ARTS},
    "metiers du prendre soin": {Sector.HEALTH, Sector.SERVICES},
    "metiers du sport": {Sector.HOSPITALITY},
    "numeric emploi avec opco atlas": {Sector.BUSINESS_SUPPORT},
}


@dataclass(frozen=True, slots=True)
class Sectors:
    """What is known of an event's sectors."""

    sectors: frozenset[Sector]
    basis: SectorBasis
    is_for_all: bool = False
    """Its own words open it to every sector."""


def of(
    stated: frozenset[Sector],
    title: str,
    text: str,
    lexicon: trades.Lexicon,
    *,
    objectives: Iterable[str] = (),
    operations: Iterable[str] = (),
) -> Sectors:
    """Return what the source states, else what the words show, else, of those who hire, the operation."""
    said = f"{plain_text.folded(title)}\n{plain_text.folded(text)}"
    is_for_all = bool(_ALL_WELCOME.search(said))
    if stated:
        return Sectors(stated, SectorBasis.STATED, is_for_all)
    inferred = trades.infer(title, text, lexicon)
    if not inferred and not is_for_all:
        is_for_all = bool(_OPEN_OFFER.search(said))
        if not is_for_all and _is_hiring(objectives):
            inferred = _of_operations(operations)
            is_for_all = not inferred and bool(_MANY_EMPLOYERS.search(said))
    return Sectors(inferred, SectorBasis.INFERRED if inferred else SectorBasis.UNKNOWN, is_for_all)


def _is_hiring(objectives: Iterable[str]) -> bool:
    return any(plain_text.folded(objective) in _HIRING for objective in objectives)


def _of_operations(operations: Iterable[str]) -> frozenset[Sector]:
    names = map(plain_text.folded, operations)
    return frozenset(sector for name in names for sector in _BY_OPERATION.get(name, ()))
