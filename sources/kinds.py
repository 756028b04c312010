"""Which sort of event: by the source's label, else by what the title and the text call it."""

import functools
import re
from collections.abc import Iterable

from domain.job_events import EventKind
from sources import plain_text

_LABELS = {
    "reunion d'information": EventKind.INFORMATION_MEETING,
    "seance d'information": EventKind.INFORMATION_MEETING,
    "information collective": EventKind.INFORMATION_MEETING,
    "forum": EventKind.FORUM,
    "salon": EventKind.FORUM,
    "conference": EventKind.CONFERENCE,
    "atelier": EventKind.WORKSHOP,
    "salon en ligne": EventKind.ONLINE_FAIR,
    "job dating": EventKind.JOB_DATING,
    "visite d'entreprise": EventKind.COMPANY_VISIT,
    "porte ouverte": EventKind.OPEN_DAY,
}

# What an event calls itself. The first that appears decides: "Atelier pitch et
# entretien de recrutement" is a workshop.
_NAMES = re.compile(
    r"\b(?:(?P<online_fair>e-?salon|(?:salon|forum)s? (?:de l'emploi )?(?:en ligne|virtuels?|digital))"
    r"|(?P<job_dating>(?:e-?)?job?[ -]?(?:dating|meeting)s?\b|speed[ -]?(?:recruit|dating|meeting|job)\w*"
    r"|cafes? de l'emploi|entretiens? d'embauche|(?:session|journee|matinee|evenement)s? de recrutements?)"
    r"|(?P<forum>(?:forum|salon)s?\b|bourse de l'emploi)"
    r"|(?P<workshop>ateliers?\b|escape ?games?\b|masterclass|detection de potentiel)"
    r"|(?P<conference>conferences?\b|table ronde\b|colloque\b)"
    r"|(?P<open_day>(?:journees? )?portes? ouvertes?\b)"
    r"|(?P<company_visit>visites?\b(?! medicale)|immersion metiers?\b|city tour\b)"
    # Recruiting by simulation begins with a meeting where it is explained.
    r"|(?P<information_meeting>(?:seance|session)s? d'info\w*|infos?(?:rmations?)?[ -]coll\w*|reunion\b"
    r"|webinaires?\b|visio(?:conference)?s? de presentation|recrutement par simulation))"
)
# What one finds there: in a text as good as a name, in a title only where no name stands.
_FINDINGS = re.compile(
    r"\b(?:(?P<open_day>ouvre \w*\s?(?:exceptionnellement )?ses portes)|(?P<forum>stands?\b))"
)
# "Présentation des métiers, puis visite des ateliers" is neither a visit nor a workshop.
_WHAT_FOLLOWS = re.compile(r"\b(?:puis |suivie?s? d[e'])[^.!?\n]*")

# Weaker signs, when nothing above is said: somebody explains, or an employer hires.
_PRESENTS = re.compile(r"\bpresentations?\b")
_HIRES = re.compile(r"\b(?:recrut(?:e|ent|ements?|eurs?)|entretiens? individuels?)\b")
_EXPLAINS = re.compile(r"\b(?:presentations?\b|decouvr\w+|decouvertes?\b|s'informer\b|devenez\b)")
_APPLIES = re.compile(r"\b(?:entretiens?\b|cv\b|candidat|rencontre)")
_SERIES_OF_WORKSHOPS = frozenset({
    "detection de potentiel", "les cles pour reussir", "strategie et techniques de recherches d'emploi",
})  # fmt: skip


def of_labels(labels: Iterable[str]) -> EventKind | None:
    """Return the kind that the first known label names; spelling, number and accents vary."""
    for label in labels:
        kind = _LABELS.get(_singular(label))
        if kind:
            return kind
    return None


def guess(title: str, text: str, operations: Iterable[str] = ()) -> EventKind:
    """Return what the title, else the text, else the operation calls the event; OTHER when none does."""
    title, text = plain_text.folded(title), plain_text.folded(text)
    found = _by_title(title, text) or _by_text(title, text)
    if found:
        return found
    if any(plain_text.folded(operation) in _SERIES_OF_WORKSHOPS for operation in operations):
        return EventKind.WORKSHOP
    explains = _EXPLAINS.search(title) or _EXPLAINS.search(text)
    return EventKind.INFORMATION_MEETING if explains else EventKind.OTHER


def _by_title(title: str, text: str) -> EventKind | None:
    named = _first(_NAMES.search(title)) or _first(_FINDINGS.search(title))
    if named:
        return named
    if _PRESENTS.search(title):
        return EventKind.INFORMATION_MEETING
    if not _HIRES.search(title):
        return None
    # "recrute : 16 domaines à découvrir" is a slogan, unless one is to apply there.
    is_slogan = _EXPLAINS.search(title) and not _APPLIES.search(text)
    return EventKind.INFORMATION_MEETING if is_slogan else EventKind.JOB_DATING


def _by_text(title: str, text: str) -> EventKind | None:
    opening = _WHAT_FOLLOWS.sub("", text)
    named = _first(_NAMES.search(opening), _FINDINGS.search(opening))
    hires = _HIRES.search(text) and not _EXPLAINS.search(title)
    return named or (EventKind.JOB_DATING if hires else None)


def _first(*found: re.Match[str] | None) -> EventKind | None:
    """Return the kind that is named first."""
    names = [name for name in found if name]
    return EventKind(min(names, key=re.Match.start).lastgroup or EventKind.OTHER) if names else None


def is_label(label: str) -> bool:
    """Say whether this label names a kind of event."""
    return _singular(label) in _LABELS


@functools.lru_cache(maxsize=1024)
def _singular(label: str) -> str:
    """Fold a label and take its plurals away: "Visite(s) d'entreprise", "Job Datings"."""
    flat = (
        plain_text.folded(label)
        .replace("(s)", "")
        .replace("-", " ")
        .replace("d'informations", "d'information")
    )
    return " ".join(word.removesuffix("s") for word in flat.split())
