"""The words of a week, as they are typed: days, parts of the day, "sauf", "et"."""

import enum
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain import typed_hours, typed_text
from domain.availability import DAYS, DayPart

WEEKEND = frozenset({5, 6})
WEEKDAYS = frozenset(range(DAYS)) - WEEKEND


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week; Monday is 0."""

    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of the day."""

    parts: frozenset[DayPart]
    from_hours: bool = False
    """Said by the clock: beside a part of the day ("le soir après 18h") they narrow it, not add to it."""


class Sign(enum.Enum):
    """A word that joins or parts the others."""

    AND = enum.auto()
    COMMA = enum.auto()
    TO = enum.auto()
    NOT = enum.auto()
    BUT = enum.auto()
    ALL = enum.auto()


Token = Days | Parts | Sign

DAY_WORDS: tuple[frozenset[str], ...] = tuple(
    typed_text.phrases(words)
    for words in (
        "lundi, lundis, lun, monday, mondays",
        "mardi, mardis, mar, tuesday, tuesdays, tue, tues",
        "mercredi, mercredis, mer, wednesday, wednesdays, wed",
        "jeudi, jeudis, jeu, thursday, thursdays, thu, thur, thurs",
        "vendredi, vendredis, ven, vend, friday, fridays, fri",
        "samedi, samedis, sam, saturday, saturdays, sat",
        "dimanche, dimanches, dim, sunday, sundays, sun",
    )
)
_LISTED: dict[str, Token] = {
    "matin, matins, matinee, matinees, morning, mornings": Parts(frozenset({DayPart.MORNING})),
    "aprem, aprems, apremidi, apresmidi, midi, afternoon, afternoons": Parts(frozenset({DayPart.AFTERNOON})),
    "soir, soirs, soiree, soirees, evening, evenings": Parts(frozenset({DayPart.EVENING})),
    "journee, journees, daytime": Parts(frozenset({DayPart.MORNING, DayPart.AFTERNOON})),
    "wholeweek, everyday, daily": Days(WEEKDAYS | WEEKEND),
    "weekdays, weekday": Days(WEEKDAYS),
    "weekend, weekends": Days(WEEKEND),
    "et, and, puis, ou, or, ni, nor": Sign.AND,
    "a, au, to, through, thru, -": Sign.TO,
    "sauf, pas, jamais, excepte, hormis, hors, sans, not, no, never, except, without, travaille, bosse, "
    "occupe, occupee, indisponible, pris, prise, busy, unavailable, working": Sign.NOT,
    "mais, but, plutot, seulement, uniquement, only, libre, dispo, disponible, free, available": Sign.BUT,
    "tout, tous, toute, toutes, toujours, all, everything, always, anytime, whenever, indifferent, "
    "flexible": Sign.ALL,
}
_NEVER_MISTYPED = typed_text.phrases("apres, marin, marins, soin, soins, jours, merci, marche")
"""Words of their own, too near to one of ours to be taken for a slip."""

_PHRASES = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), meant)
    for pattern, meant in (
        # What tells dates, not habits.
        (r"semaines? (?:pro|prochaines?|suivante|d apres|qui vient|du|de|\d+)", " "),
        (r"(?:cette|this|next|dans la) (?:semaine|week)", " "),
        (r"(?:dans|pendant|sous|d ici|in|for) \w+ (?:semaines?|jours?|weeks?|days?)", " "),
        # What refuses nothing.
        (r"pas de (?:probleme|souci|preference|contrainte)s?|sans (?:probleme|souci|preference)", " tout "),
        (r"no (?:preference|problem)", " tout "),
        (r"pourquoi pas|derange pas|why not|pas grave", " "),
        (
            r"n importe (?:quand|quel jour|quel moment|lequel)|peu importe|any ?time|any day|whatever",
            " tout ",
        ),
        (r"quand vous voulez|tout le temps|all the time|m est egal", " tout "),
        (r"(?:a|hors) part(?: le)?|a l exception", " sauf "),
        (r"tous les jours de (?:la )?semaine|jours? (?:de (?:la )?semaine|ouvres?|ouvrables?)", " weekdays "),
        (
            r"tous les jours|chaque jour|every day|toute la semaine|all week|7 ?j(?:ours)? ?(?:/|sur) ?7",
            " wholeweek ",
        ),
        (r"week ?-?ends?|(?<=le )we|(?<=les )we|^we$|wk", " weekend "),
        (r"week ?-?days?|en semaine|la semaine|de semaine|during the week", " weekdays "),
        (r"fin de (?:la )?journee", " soir "),
        (r"apres? ?-? ?midis?|aprm", " aprem "),
        (r"after ?-?noons?", " afternoon "),
        (r"all day(?: long)?|day ?time", " daytime "),
        (r"mon(?=\s?(?:-|to|and|,|through|tue|wed|thu|fri|sat|sun|morning|afternoon|evening))", " monday "),
    )
)
_SEPARATORS = re.compile(r"[;/+&\n]|\s\.|\.\s")
_ARTICLES = frozenset({"le", "la", "les", "l", "the", "in", "on"})
_WORD = re.compile(r"[a-z0-9]+|[,-]")


def _vocabulary() -> Mapping[str, Token]:
    words: dict[str, Token] = {",": Sign.COMMA}
    for day, names in enumerate(DAY_WORDS):
        words |= dict.fromkeys(names, Days(frozenset({day})))
    for listed, token in _LISTED.items():
        words |= dict.fromkeys(typed_text.phrases(listed), token)
    for size in range(1, len(DayPart) + 1):
        for parts in itertools.combinations(DayPart, size):
            words[_name_of(frozenset(parts))] = Parts(frozenset(parts), from_hours=True)
    return words


def _name_of(parts: frozenset[DayPart]) -> str:
    """Return the word that stands for hours once they are read: "hours01"."""
    return "hours" + "".join(str(int(part)) for part in sorted(parts))


_WORDS = _vocabulary()
_MISTYPED = [word for word in _WORDS if word.isalpha()]


def tokens(text: str) -> Iterator[Token]:
    """Read the words of a week, in their order; others are skipped."""
    for word in _WORD.findall(_regular(text)):
        token = _WORDS.get(word)
        if token is None and word not in _NEVER_MISTYPED and (meant := typed_text.nearest(word, _MISTYPED)):
            token = _WORDS[meant]
        if token is not None:
            yield token


def says_only_when(text: str) -> bool:
    """Say whether a text names parts of the week, and nothing else."""
    said = [word for word in _WORD.findall(_regular(text)) if word.isalnum() and word not in _ARTICLES]
    return bool(said) and all(word in _WORDS for word in said)


def _regular(text: str) -> str:
    """Put one word for each phrase and for each stretch of hours."""
    text = typed_text.spaced(text)
    for pattern, meant in _PHRASES:
        text = pattern.sub(meant, text)
    return typed_hours.replaced(_SEPARATORS.sub(" , ", text), _name_of)
