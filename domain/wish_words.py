"""The words around a wish: those that lead to a place, that ask for something, and that say nothing at all.

All of them as `domain.typed_date_words.regular` writes text: small letters, no accents.
"""

import re

from domain import typed_text
from domain.job_events import Mode

LEADS_TO_A_PLACE = re.compile(
    r"\b(?:(?:vers|near|around|close to|next to|"
    r"(?:tout |plus )?(?:pres|proche|a cote|cote|autour|aux? alentours|alentours|aux? environs|environs|"
    r"a proximite|du cote|dans le coin|dans le secteur|dans la region|region|departement|dept|dpt|ville|"
    r"habite|j habite|vis|vit|live in|living in)"
    r"(?: (?:a|au|aux|sur|dans|en|de|du|des|d|l|le|la|les))*)) "
)
"""What comes next is a place, whatever it is."""
MAY_LEAD_TO_A_PLACE = re.compile(r"\b(?:a|au|aux|sur|en|dans|in|at|de|d|mairie de) ")
"""What comes next is a place, or anything else: "à mi-temps", "dans la vente", "sur internet"."""

DEPARTMENT = re.compile(
    r"\b(?:dans (?:le|la)|departements?|depts?|dpt|(?:sur|vers|du|au) le)(?: du)? (?P<code>\d{2,3}|2[ab])\b"
    r"(?! ?(?:h|heures?|km|kms|min|minutes?|jours?|semaines?|mois|ans?|euros?|"
    r"janv|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec))"
)
NAMES_OF_COMMON_WORDS = re.compile(
    r"\b(?:la reunion(?! (?:d|de|du|des|avec|pour)\b)|region parisienne|pays basque|salon de provence)\b"
)
"""Places, though "la réunion d'information", "région" and "salon" say none."""
POSTAL_CODE = re.compile(r"\b\d\d ?\d{3}\b")
RADIUS = re.compile(
    r"\b(?:a |dans un rayon de |jusqu a |within )?(?P<km>\d{1,3}) ?(?:kms?|kilom\w*|bornes)\b"
)

_ONLINE = re.compile(
    r"\b(?:a distance(?! d)|en ligne|en visio\w*|visio\w*|(?:en )?distanciel|teletravail|par internet|"
    r"(?:de|depuis) chez moi(?<!pres de chez moi)(?<!cote de chez moi)(?<!loin de chez moi)|"
    r"webinaires?|online|remote(?:ly)?|from home|virtual)\b"
)
_ON_SITE = re.compile(r"\b(?:sur place|sur site|(?:en )?presentiel|en vrai|on site|in person)\b")

_NO_MOMENT = re.compile(
    r"\b(?:(?:pas|sans) (?:d |de |du )?[a-z]+(?<!matin)(?<!soir)(?<!midi)(?<!week)"
    r"|travail\w*|boss(?:er|e)|occup\w+|tou(?:s|t|te|tes)|bord de (?:la )?mer|pris|prise)\b"
)
"""Words that `typed_availability` reads as a refusal, or as "always", when they stand beside a moment."""
_REFUSED_MOMENT = re.compile(
    r"\b(?:pas|sans) (?:(?:le|la|les|l|de|du|avant|apres|en) )*"
    r"(?:matins?|matinee|soirs?|soiree|aprem|apres midi|midi|week|weekend|semaine|journee|\d|"
    r"lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?)\b"
)

_SEEKING_TEXT = """
    cherche jcherche cherchons chercher recherche recherchons rechercher voudrais veux souhaite aimerais
    trouver interesse interessee truc trucs chose quelque qqch quoi evenement evenements event events atelier
    ateliers forum forums salon salons rencontre rencontres reunion reunions dating datings recrutement
    recrutements emploi emplois job jobs boulot boulots taf tafs travail travailler bosser poste postes
    mission missions interim embauche embauches employeur employeurs entreprise entreprises formation
    formations stage stages alternance looking look want work working find anything something fair fairs
    workshop workshops prevu dispo disponible
"""
_SEEKING = frozenset(_SEEKING_TEXT.split())
"""Who writes one of these looks for something."""
_SMALL_TEXT = """
    a actuellement afin ai aie aime alors apres as assez au aucun aucune aussi autour autre autres aux
    avant avec avez avoir ayant b bac beaucoup bien bjr bon bonjour bonsoir bonne c ca ce cela celle celui
    cet cette ceux chez ci cdd cdi coin comme comment contrat cote coucou cv d dans de debut debutant
    debutante depuis des devenir deux disponibilite dit du e elle en enfin est et ete etre eu euh faire
    fais fait fin font france h hello hi ici il ils imm importe is j jai je jsuis juste km l la le les
    leur lui m ma mais me mes merci mi moi moins mon n ne ni nos notre nous nuit on ont ou oui par parce
    partout pas pendant permis personne petit petite peu peut peux plait plein plus plutot pour pourquoi
    pouvez pouvoir pres pro proche prochain prochaine proches puis qu quand que quel quelle quelles quels
    qui recemment region rien s sa salut sans sauf se secteur ses si slt soir soit sont stp suis suite sur
    surtout svp t ta te temps tes toi ton toujours tous tout toute toutes tres trop trouve tu un une
    urgent urgence urgemment uniquement va vais vas vers veut ville vite voir vos votre vous vraiment vu y
    ya able about am an and any anyone are around at available be because been but by can could day do
    does during english for from full get give good have help here how i if in inside into it just like
    live living more most much my near need new next no not of off one only or out over part please show
    so some someone speak start sure than thank thanks that the their them there they this time to too
    under up us very was we well what when where which who why will with without would year years you your
    habite habiter habitant habitons vis vit vivant situe base basee domicilie domiciliee matin matinee
    midi aprem weekend semaine jour jours mois demain aujourd hui morning afternoon evening week days
    month tomorrow today journee moment moments heure heures beau marche idiot nul nuls sert servez robot
    nom name aider aidez car close don marre parler libre quelqu recrute recrutent refaire repond repondre
    reponse son soiree soirees venir viens vient alentours enfant message messages probleme sais savoir
    gens monde equipe metier metiers domaine domaines profession experience diplome niveau internet
"""
SMALL = _SEEKING | frozenset(_SMALL_TEXT.split())
"""Words that name neither a place nor a trade."""
LINKS = frozenset("sur sous en de du des d la le les l lez a au aux et".split())  # noqa: SIM905 -- one line reads better than fifteen
"""Words inside the names of places."""
_END_TEXT = """
    pour avec dans vers ou mais si qui que et je j c dispo disponible plutot svp stp merci en pendant car
    ya y ce cette cet with and or for as but on lundi mardi mercredi jeudi vendredi samedi dimanche
"""
END = frozenset(_END_TEXT.split())
"""Words after which a name is over, though some stand in a name or two ("Châlons-en-Champagne")."""


def mode(text: str) -> Mode | None:
    """Tell how one wants to attend, if it is said."""
    is_online, is_on_site = bool(_ONLINE.search(text)), bool(_ON_SITE.search(text))
    if is_online and is_on_site:
        return Mode.BOTH
    return Mode.ONLINE if is_online else Mode.ON_SITE if is_on_site else None


def without_modes(text: str) -> str:
    """Take away what `mode` has read."""
    return _ON_SITE.sub(" , ", _ONLINE.sub(" , ", text))


def moments(text: str) -> str:
    """Take away what would be read as a refusal of moments, and is none: "pas de permis", "travailler"."""
    kept = _REFUSED_MOMENT.findall(text)
    bare = _NO_MOMENT.sub(" ", text) if not kept else _keep_refusals(text)
    return " ".join(bare.split())


def _keep_refusals(text: str) -> str:
    """Cut around the refusals of moments, which stay."""
    pieces, end = [], 0
    for refusal in _REFUSED_MOMENT.finditer(text):
        pieces += [_NO_MOMENT.sub(" ", text[end : refusal.start()]), refusal[0]]
        end = refusal.end()
    return "".join([*pieces, _NO_MOMENT.sub(" ", text[end:])])


def is_seeking(text: str) -> bool:
    """Say whether the text looks for something."""
    return not _SEEKING.isdisjoint(typed_text.folded(text).split())
