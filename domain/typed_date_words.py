"""How dates are typed, in French and English: "fin juillet", "12/06", "la semaine pro", "next Monday".

Patterns run over text made regular: small letters, no accents, a space for every other sign. The
first that matches at a place, and means something, wins.
"""

import re

from domain import typed_date_readings as read
from domain.typed_date_readings import MONTH_OF, SHARES, WEEKDAY_OF

LONG_WORDS = frozenset(
    word for word in (*MONTH_OF, *WEEKDAY_OF, "semaine", "prochain", "prochaine") if len(word) > 4  # noqa: PLR2004 -- shorter ones bear no slip
)
"""Words in which a slip of the finger is mended."""

_MONTH = "(?P<month>" + "|".join(sorted(MONTH_OF, key=len, reverse=True)) + r")\b"
_BARE_MONTH = _MONTH.replace("|may", "")
"""Alone, "may" is a verb."""
_WEEKDAY = "(?P<weekday>" + "|".join(sorted(WEEKDAY_OF, key=len, reverse=True)) + r")\b"
_DAY_BEFORE_DATE = f"(?:{_WEEKDAY} (?:le |the )?)?"
_YEAR = r"(?: (?P<year>\d{4})\b)?"
_NUMBERED = r"(?:er|eme|e|st|nd|rd|th)?\b"
_COUNT = r"(?P<count>\d{1,3}|[a-z]+)"
_UNIT = r"(?P<unit>jour|semaine|moi|day|week|month)s?\b"
_NOT_A_DAY = r"(?! ?(?:h|heures?|am|pm|jours?|semaines?|mois|days?|weeks?|months?|km|ans?|places?)\b|[/:.]?\d)"
_NEXT = "(?:pro|prochaine?|suivante?|qui vient|qui arrive|d apres)"
_SHARE = "(?P<share>" + "|".join(SHARES) + r")(?: (?:de|du|d|le|mois|of|the))*"


_PATTERNS: tuple[tuple[str, read.Reading], ...] = (
    # A date in figures, a date with its month.
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b", read.numeric),
    (_ON + r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4}|\d{2})\b", read.numeric),
    (_ON + r"(?P<day>\d{1,2})(?:[/.](?P<month>\d{1,2})|-(?P<padded>0\d))\b(?![/.])", read.numeric),
    (rf"{_ON}(?P<day>\d{{1,2}}|premier|first) ?{_NUMBERED} ?(?:of |de |d )?{_MONTH}{_YEAR}", read.named),
    (rf"{_ON}{_MONTH} (?:the )?(?P<day>\d{{1,2}}){_NUMBERED}{_NOT_A_DAY}{_YEAR}", read.named),
    # A month, or a part of one.
    (rf"{_SHARE} {_MONTH}{_YEAR}", read.month),
    (rf"(?:{_SHARE} )?(?:mois {_NEXT}|next month|prochain mois)\b", read.share_of_month(1)),
    (rf"{_SHARE} (?:ce |this )?(?:mois|month)\b", read.share_of_month(0)),
    (r"(?:ce|this) (?:mois|month)\b", read.share_of_month(0)),
    (r"fin (?:de |d )?(?:l )?annee|end of (?:the )?year", read.end_of_year),
    (rf"annee {_NEXT}|l an prochain|next year", read.year_from(1)),
    (r"cette annee|this year", read.year_from(0)),
    (r"(?:l |cet |this )?(?:ete|summer)\b", read.summer),
    (r"rentree\b", read.september),
    # A week, or a part of one.
    (r"semaine du (?:lundi )?(?P<day>\d{1,2})(?:er)?\b(?: " + _MONTH + ")?", read.week_around),
    (rf"fin de (?:la )?semaine {_NEXT}\b|end of next week", read.part_of_week(3, 6, weeks_ahead=1)),
    (rf"debut de (?:la )?semaine {_NEXT}\b|early next week", read.part_of_week(0, 2, weeks_ahead=1)),
    (r"fin de (?:la |cette )?semaine|end of (?:the |this )?week", read.part_of_week(3, 6, weeks_ahead=0)),
    (rf"{_WEEKDAY} (?:de la semaine {_NEXT}|semaine {_NEXT}|en huit|next week)\b", read.weekday_of_next_week),
    (rf"(?:week ?end|we) {_NEXT}\b|(?:next|prochain) week ?end", read.part_of_week(5, 6, weeks_ahead=1)),
    (r"(?:ce|this) (?:week ?end|we)\b", read.part_of_week(5, 6, weeks_ahead=0)),
    (rf"(?:semaine|sem) {_NEXT}\b|next week|prochaine semaine", read.part_of_week(0, 6, weeks_ahead=1)),
    (r"(?:cette|this) (?:semaine|week)\b", read.part_of_week(0, 6, weeks_ahead=0)),
    (r"(?:semaine|week) (?P<count>\d{1,2})\b", read.numbered_week),
    # So far from today.
    (rf"(?:dans|d ici|sous|within|in) (?:une )?(?P<count>huitaine|quinzaine)(?: de jours)?", read.about_that_far),
    (rf"(?:dans|in) {_COUNT} {_UNIT}", read.that_far),
    (rf"(?:d ici|sous|within) {_COUNT} {_UNIT}", read.within),
    (rf"(?:pendant|durant|for) {_COUNT} {_UNIT}", read.lasting),
    (rf"(?:les |the )?{_COUNT} (?:prochains?|prochaines?|next) {_UNIT}", read.lasting),
    (rf"(?:prochains?|prochaines?|next) {_COUNT} {_UNIT}", read.lasting),
    (r"apres demain|day after tomorrow", read.in_days(2)),
    (r"demain\b|tomorrow\b", read.in_days(1)),
    (r"aujourd ?hui\b|today\b|tonight\b|ce (?:jour|soir|matin|midi)\b|cet(?:te)? apres midi|cet aprem", read.in_days(0)),
    (r"this (?:morning|afternoon|evening)\b", read.in_days(0)),
    (r"maintenant\b|tout de suite|immediatement\b|now\b|asap\b|immediately\b|as soon as possible", read.from_now),
    (r"(?:des|le plus (?:tot|vite)) (?:que )?possible", read.from_now),
    # A day of the week, a day of the month, a bare month.
    (rf"(?:ce|this) {_WEEKDAY}{_NOT_NUMBERED}", read.this_weekday),
    (rf"{_WEEKDAY} {_NEXT}\b|(?:prochain|next|coming) {_OTHER_WEEKDAY}", read.next_weekday),
    (rf"{_ON}(?P<day>\d{{1,2}}){_NUMBERED}{_NOT_A_DAY}", read.day_alone),
    (rf"(?:(?<=in )|(?<=by )|(?<=until )|(?<=from )){_MONTH}{_YEAR}", read.month),
    (rf"{_BARE_MONTH}{_YEAR}", read.month),
    (r"(?:en|in) (?P<year>20\d\d)\b", read.whole_year),
)
_HABITS: tuple[tuple[str, read.Reading], ...] = (
    (_WEEKDAY, read.weekly),
    (r"(?:week ?end|we)\b", read.part_of_week(5, 6, weeks_ahead=0)),
)
