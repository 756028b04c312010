"""From dates and the words around them ("du", "au", "dès", "avant") to a first and a last day."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from domain import typed_spans
from domain.typed_date_words import Marker, Said
from domain.typed_spans import Fixed, Monthly, Span, Weekly, Yearly

DateRange = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None: no bound."""

_DAY = dt.timedelta(days=1)
_LATELY = dt.timedelta(days=31)
"""A day as near as this in the past is the one meant in "à partir du 3 juin", not next year's."""

_LEADS_ON = re.compile(r"(?: \w+){0,2} ?")
"""Between a marker and its date: "à partir | de la | semaine prochaine"."""
_LINKS = re.compile(r" (?:a|au|et|to|and|-|jusqu au|jusqu a)(?: la| le| l| the)? |-")
"""Between the two ends of a stretch."""


@dataclass(slots=True)
class Bounds:
    """The dates that bound an answer, and the pieces of the text that said them."""

    begin: Said | None = None
    finish: Said | None = None
    begin_marker: Marker | None = None
    finish_marker: Marker | None = None
    used: list[tuple[int, int]] = field(default_factory=list)

    @property
    def are_set(self) -> bool:
        """Say whether any date was said."""
        return bool(self.begin or self.finish)

    def resolved(self, today: dt.date) -> DateRange:
        """Turn what was said into days, in order."""
        first, last = self._days(today)
        if first and last and last < first:
            return last, first
        return first, last

    def _days(self, today: dt.date) -> DateRange:
        begin, finish = _span(self.begin), _span(self.finish)
        begins = _coming(begin, today, lately=not finish) if begin else None
        ends = _coming(finish, today, lately=False) if finish else None
        if begin and finish and begin is not finish:
            begins, ends = _stretch(begin, finish, today)
        return begins and self._first_day(begins), ends and self._last_day(ends)

    def _first_day(self, dates: typed_spans.Dates) -> dt.date:
        return (dates[1] or dates[0]) + _DAY if self.begin_marker is Marker.AFTER else dates[0]

    def _last_day(self, dates: typed_spans.Dates) -> dt.date | None:
        if self.finish_marker is Marker.BEFORE:
            return dates[0] - _DAY
        return dates[0] if self.finish_marker and dates[1] is None else dates[1]

    def mark(self, said: Said, marker: Marker | None, *, linked: bool) -> None:
        """Take one more date, with the marker that rules it."""
        match marker:
            case Marker.FROM | Marker.AFTER:
                if self.finish is self.begin:
                    self.finish = None
                self.begin, self.begin_marker = said, marker
            case Marker.UNTIL | Marker.BEFORE:
                self.finish, self.finish_marker = said, marker
            case _:
                self._mark_plain(said, linked=linked)

    def _mark_plain(self, said: Said, *, linked: bool) -> None:
        alone = self.begin_marker is None and self.finish_marker is None
        if not self.are_set or (alone and self.begin and self.begin.habit and not said.habit and not linked):
            self.begin = self.finish = said
        elif linked or (alone and self.begin and self.begin.habit == said.habit):
            self.finish = said


def gathered(text: str, read: Iterable[Said], *, habits: bool) -> Bounds:
    """Put together the dates of a regular text; bare days of the week count as dates only with `habits`."""
    bounds = Bounds()
    marker: Said | None = None
    end_of_last = 0
    for said in read:
        if isinstance(said.what, Marker):
            marker = said
            continue
        ruling = marker if marker and _LEADS_ON.fullmatch(text, marker.end, said.begin) else None
        marker = None
        if said.habit and not habits and (ruling is None or ruling.what is Marker.NOT):
            continue
        bounds.used += [(piece.begin, piece.end) for piece in (ruling, said) if piece]
        if ruling is None or ruling.what is not Marker.NOT:
            linked = bool(_LINKS.fullmatch(text, end_of_last, said.begin))
            bounds.mark(said, _marker(ruling), linked=linked)
        end_of_last = said.end
    if marker and marker.what is Marker.UNTIL and bounds.begin and bounds.begin is bounds.finish:
        # "le 15 juin au plus tard"
        bounds.begin = None
    return bounds


def _marker(said: Said | None) -> Marker | None:
    return said.what if said and isinstance(said.what, Marker) else None


def _span(said: Said | None) -> Span | None:
    return None if said is None or isinstance(said.what, Marker) else said.what


def _stretch(begin: Span, finish: Span, today: dt.date) -> tuple[typed_spans.Dates, typed_spans.Dates]:
    """Resolve both ends together: "du 9 au 15 juin", "du 20 décembre au 5 janvier", "de lundi à jeudi"."""
    if isinstance(begin, Yearly) and isinstance(finish, Yearly) and _is_backward(begin, finish):
        begin, finish = finish, begin
    if isinstance(begin, Monthly | Yearly) and isinstance(finish, Fixed | Yearly):
        ends = typed_spans.on_or_after(finish, today)
        return typed_spans.on_or_before(begin, ends[0]), ends
    begins = _coming(begin, today, lately=True)
    return begins, typed_spans.on_or_after(finish, begins[0])


def _is_backward(begin: Yearly, finish: Yearly) -> bool:
    """Tell "du 15 juin au 9 juin": a slip, not a year less six days."""
    return begin.month == finish.month and begin.first_day > finish.first_day


def _coming(span: Span, today: dt.date, *, lately: bool) -> typed_spans.Dates:
    match span:
        case Weekly():
            return typed_spans.on_or_after(span, today + _DAY)
        case Yearly() if lately and span.first_day == span.last_day:
            return typed_spans.on_or_after(span, today - _LATELY)
    return typed_spans.on_or_after(span, today)
