"""Parts of the week typed in words: "mardi matin et jeudi", "tous les jours sauf mercredi".

A message is read as groups, days with parts of the day in either order ("lundi matin", "le soir en
semaine"); what follows "sauf" or "pas" is taken away from the rest. Words we do not know are skipped.
"""

from dataclasses import dataclass, field

from domain import availability, typed_week
from domain.availability import WHOLE_WEEK, DayPart
from domain.typed_week import Days, Parts, Sign

_EVERY_DAY = frozenset(range(availability.DAYS))
_EVERY_PART = frozenset(DayPart)


def half_days(text: str) -> int | None:
    """Read a mask of `domain.availability` (21 bits); None when nothing in the text says when."""
    wanted, refused, everything = _read(text)
    if not (wanted or refused or everything):
        return None
    return (wanted or WHOLE_WEEK) & ~refused or None


def only_refuses(text: str) -> bool:
    """Say whether a text takes something away and wants nothing by name: "pas le mercredi"."""
    wanted, refused, everything = _read(text)
    return bool(refused) and not (wanted or everything)


def _read(text: str) -> tuple[int, int, bool]:
    """Return what is wanted, what is refused, and whether all is said to be free."""
    wanted, refused = _Groups(), _Groups()
    filling, everything = wanted, False
    refusing = False
    for token in typed_week.tokens(text):
        if token is Sign.NOT:
            filling, refusing = refused, True
        elif token is Sign.BUT and refused.mask:
            filling = wanted
        elif token is Sign.ALL:
            everything = True
        else:
            filling.take(token)
    if refusing and not refused.mask:
        # "le soir je ne peux pas": it is what came before that is refused.
        wanted, refused = refused, wanted
    return wanted.mask, refused.mask, everything


def said_alone(text: str) -> int | None:
    """Read such a mask in a text that says nothing else: "le samedi matin"; None for any other."""
    return half_days(text) if typed_week.says_only_when(text) else None


@dataclass(slots=True)
class _Group:
    """Days and parts that belong together; none of one kind means all of it."""

    days: frozenset[int] = frozenset()
    parts: frozenset[DayPart] = frozenset()
    parts_came_first: bool = False

    @property
    def mask(self) -> int:
        if not (self.days or self.parts):
            return 0
        return availability.cells(self.days or _EVERY_DAY, self.parts or _EVERY_PART)


@dataclass(slots=True)
class _Groups:
    """The groups read so far; the last one still grows."""

    closed: int = 0
    open: _Group = field(default_factory=_Group)
    last: Days | Parts | None = None
    link: Sign | None = None
    """What stood between the last word and the next."""

    @property
    def mask(self) -> int:
        return self.closed | self.open.mask

    def take(self, token: typed_week.Token) -> None:
        """Add one word."""
        if isinstance(token, Sign):
            if token is not Sign.COMMA or self.link is None:
                self.link = token
            return
        if isinstance(token, Days):
            self._take_days(token)
        else:
            self._take_parts(token)
        self.last, self.link = token, None

    def _take_days(self, token: Days) -> None:
        group = self.open
        listing = isinstance(self.last, Days)
        attaching = group.parts_came_first and not group.days and self.link is None
        if group.mask and not listing and not attaching:
            group = self._new_group(parts_first=False)
        if self.link is Sign.TO and isinstance(self.last, Days):
            group.days |= _days_from_to(self.last, token)
        group.days |= token.days

    def _take_parts(self, token: Parts) -> None:
        group = self.open
        complete = group.parts_came_first and bool(group.days)
        standing_apart = bool(group.days) and not group.parts and self.link is Sign.AND
        if complete and self.link is None and isinstance(self.last, Days) and group.days - self.last.days:
            # "matin lundi et mardi aprem": the day before it is this part's own
            group.days -= self.last.days
            group = self._new_group(parts_first=False)
            group.days = self.last.days
        elif complete or standing_apart:
            group = self._new_group(parts_first=True)
        if not group.mask:
            group.parts_came_first = True
        narrowed = group.parts & token.parts
        said_twice = isinstance(self.last, Parts) and self.link is None
        if said_twice and narrowed and (token.from_hours or self._last_from_hours()):
            group.parts = narrowed
        else:
            group.parts |= token.parts

    def _last_from_hours(self) -> bool:
        return isinstance(self.last, Parts) and self.last.from_hours

    def _new_group(self, *, parts_first: bool) -> _Group:
        self.closed |= self.open.mask
        self.open = _Group(parts_came_first=parts_first)
        return self.open


def _days_from_to(first: Days, last: Days) -> frozenset[int]:
    """Every day from one to the other, over the weekend if need be; nothing between whole groups."""
    if len(first.days) != 1 or len(last.days) != 1:
        return frozenset()
    begin, end = min(first.days), min(last.days)
    return frozenset(
        (begin + step) % availability.DAYS for step in range((end - begin) % availability.DAYS + 1)
    )
