"""Which sort of event: by the source's label, else by what the title and the text call it."""

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
    r"(?P<online_fair>\b(?:e-?salon|(?:salon|forum)s? (?:de l'emploi )?(?:en ligne|virtuels?|digital)))"
    r"|(?P<job_dating>\b(?:e-?)?job?[ -]?(?:dating|meeting)s?\b|\bspeed[ -]?(?:recruit|dating|meeting|job)\w*"
    r"|\bcafes? de l'emploi|\bentretiens? d'embauche"
    r"|\b(?:session|journee|matinee|evenement)s? de recrutements?)"
    r"|(?P<forum>\b(?:forum|salon)s?\b|\bbourse de l'emploi)"
    r"|(?P<workshop>\bateliers?\b|\bescape ?games?\b|\bmasterclass|\bdetection de potentiel)"
    r"|(?P<conference>\b(?:conferences?|table ronde|colloque)\b)"
    r"|(?P<open_day>\b(?:journees? )?portes? ouvertes?\b|\bouvre \w*\s?(?:exceptionnellement )?ses portes)"
    r"|(?P<company_visit>\bvisites?\b(?! medicale)|\bimmersion metiers?\b|\bcity tour\b)"
    r"|(?P<information_meeting>\b(?:seance|session)s? d'info\w*|\binfos?(?:rmations?)?[ -]coll\w*"
    r"|\breunion\b|\bwebinaires?\b|\bvisio(?:conference)?s? de presentation)"
)

# Weaker signs, when nothing above is said: somebody explains, or an employer hires.
_HIRES = re.compile(r"\brecrut(?:e|ent|ement|ements|eurs?)\b|\bentretiens? individuels?\b")
_PRESENTS = re.compile(r"\bpresentations?\b")
_EXPLAINS = re.compile(r"\bpresentations?\b|\bdecouvr\w+|\bdecouvertes?\b|\bs'informer\b|\bdevenez\b")


def of_labels(labels: Iterable[str]) -> EventKind | None:
    """Return the kind that the first known label names; spelling, number and accents vary."""
    for label in labels:
        kind = _LABELS.get(_singular(label))
        if kind:
            return kind
    return None


def guess(title: str, text: str) -> EventKind:
    """Return what the title, or else the text, calls the event; OTHER when neither says."""
    title, text = plain_text.folded(title), plain_text.folded(text)
    if name := _NAMES.search(title):
        return EventKind(name.lastgroup or EventKind.OTHER)
    if _PRESENTS.search(title):
        return EventKind.INFORMATION_MEETING
    if _HIRES.search(title):
        return EventKind.JOB_DATING
    if name := _NAMES.search(text):
        return EventKind(name.lastgroup or EventKind.OTHER)
    if _HIRES.search(text) and not _EXPLAINS.search(title):
        return EventKind.JOB_DATING
    return EventKind.INFORMATION_MEETING if _EXPLAINS.search(f"{title} {text}") else EventKind.OTHER


def is_label(label: str) -> bool:
    """Say whether this label names a kind of event."""
    return _singular(label) in _LABELS


def _singular(label: str) -> str:
    """Fold a label and take its plurals away: "Visite(s) d'entreprise", "Job Datings"."""
    flat = (
        plain_text.folded(label)
        .replace("(s)", "")
        .replace("-", " ")
        .replace("d'informations", "d'information")
    )
    return " ".join(word.removesuffix("s") for word in flat.split())
