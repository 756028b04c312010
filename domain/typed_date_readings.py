"""What each way to type a date means today; the ways themselves are in `typed_date_words`."""

import calendar
import datetime as dt
import re
from collections.abc import Callable

from domain import typed_numbers, typed_spans, typed_text, typed_week
from domain.typed_spans import Fixed, Monthly, Span, Weekly, Yearly

Reading = Callable[[re.Match[str], dt.date], Span | None]
"""What a match means today; None when it means no date after all ("31/31")."""

_DAY = dt.timedelta(days=1)
_YEARS = range(2000, 2100)
_WEEKS = 53

_MONTHS = tuple(
    typed_text.phrases(names)
    for names in (
        "janvier, janv, january, jan",
        "fevrier, fevr, fev, february, feb",
        "mars, march",
        "avril, avr, april, apr",
        "mai, may",
        "juin, june, jun",
        "juillet, juil, july, jul",
        "aout, august, aug",
        "septembre, sept, september, sep",
        "octobre, oct, october",
        "novembre, nov, november",
        "decembre, dec, december",
    )
)
MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
WEEKDAY_OF = {name: day for day, names in enumerate(typed_week.DAY_WORDS) for name in names if len(name) > 4}  # noqa: PLR2004 -- "mar", "mer" mean too much else
SHARES = {
    "debut": (1, 10), "beginning": (1, 10), "start": (1, 10), "early": (1, 10),
    "mi": (11, 20), "milieu": (11, 20), "mid": (11, 20), "middle": (11, 20),
    "fin": (21, 31), "late": (21, 31), "end": (21, 31), "courant": (1, 31),
}  # fmt: skip
_BEFORE_A_DAY = typed_text.phrases(
    "le, du, de, au, a, et, ou, entre, the, to, and, from, between, until, till, on"
)
_DAY_OF_SAME_MONTH = re.compile(
    r"(?: (?:a|au|et|ou|to|and|le|the))* ?-? ?\d{1,2}(?:er|st|nd|rd|th)? (?:of )?(?:"
    + "|".join(MONTH_OF)
    + r")\b"
)
"""After "3" in "3 et 5 juin"."""


def numeric(match: re.Match[str], _today: dt.date) -> Span | None:
    """Day and month in figures, the other way round when only that makes a date: "12/06", "06/25"."""
    day, month = int(match["day"]), int(match["month"] or match["padded"])
    if not typed_spans.is_possible(day, month):
        day, month = month, day
    return _calendar_day(day, month, match.groupdict().get("year"))


def named(match: re.Match[str], _today: dt.date) -> Span | None:
    """A day with its month: "1er juin"."""
    day = 1 if match["day"] in ("premier", "first") else int(match["day"])
    return _calendar_day(day, MONTH_OF[match["month"]], match["year"])


def _calendar_day(day: int, month: int, year: str | None) -> Span | None:
    if not typed_spans.is_possible(day, month):
        return None
    return _of_year(Yearly(month, day, day), year)


def _of_year(span: Yearly, year: str | None) -> Span | None:
    if not year:
        return span
    number = int(year) + (2000 if int(year) < 100 else 0)  # noqa: PLR2004 -- "27" is 2027
    if number not in _YEARS:
        return None
    first, last = typed_spans.on_or_after(span, dt.date(number, 1, 1))
    return Fixed(first, last) if first.year == number else None


def month(match: re.Match[str], _today: dt.date) -> Span | None:
    """A month, or its beginning, middle or end."""
    first, last = SHARES[match.groupdict().get("share") or "courant"]
    return _of_year(Yearly(MONTH_OF[match["month"]], first, last), match["year"])


def share_of_month(months_ahead: int) -> Reading:
    """This month (what remains of it) or a later one, or a part of it."""

    def reading(match: re.Match[str], today: dt.date) -> Span:
        first, last = SHARES[match.groupdict().get("share") or "courant"]
        month = _months_after(today.replace(day=1), months_ahead)
        begin = month.replace(day=first)
        if months_ahead == 0 and match.groupdict().get("share") is None:
            begin = today
        return Fixed(begin, month.replace(day=min(last, _length(month))))

    return reading


def day_alone(match: re.Match[str], _today: dt.date) -> Span | None:
    """A day of the month without its month, when a word near it says that it is one: "le 15"."""
    before = match.string[: match.start()].split()[-1:]
    announced = bool(before) and before[0] in _BEFORE_A_DAY
    day = int(match["day"])
    if not typed_spans.is_possible(day, 1):
        return None
    if announced or match["weekday"] or _DAY_OF_SAME_MONTH.match(match.string, match.end()):
        return Monthly(day)
    return None


def weekday_of_next_week(match: re.Match[str], today: dt.date) -> Span:
    """A day of next week."""
    day = typed_spans.week_of(today + 7 * _DAY).first + WEEKDAY_OF[match["weekday"]] * _DAY
    return Fixed(day, day)


def next_weekday(match: re.Match[str], today: dt.date) -> Span:
    """The next such day after today."""
    return Fixed(*typed_spans.on_or_after(Weekly(WEEKDAY_OF[match["weekday"]]), today + _DAY))


def this_weekday(match: re.Match[str], today: dt.date) -> Span:
    """The next such day, today included."""
    return Fixed(*typed_spans.on_or_after(Weekly(WEEKDAY_OF[match["weekday"]]), today))


def weekly(match: re.Match[str], _today: dt.date) -> Span:
    """A day of the week, whichever."""
    return Weekly(WEEKDAY_OF[match["weekday"]])


def part_of_week(first_day: int, last_day: int, *, weeks_ahead: int) -> Reading:
    """Days of this week (those that remain) or of a later one; Monday is 0."""

    def reading(_match: re.Match[str], today: dt.date) -> Span:
        monday = typed_spans.week_of(today + 7 * weeks_ahead * _DAY).first
        last = monday + last_day * _DAY
        return Fixed(min(max(today, monday + first_day * _DAY), last), last)

    return reading


def week_around(match: re.Match[str], today: dt.date) -> Span | None:
    """The week of a date: "la semaine du 9 juin"."""
    day = int(match["day"])
    if not typed_spans.is_possible(day, 1):
        return None
    span: Span | None = Monthly(day)
    if match["month"]:
        span = _calendar_day(day, MONTH_OF[match["month"]], None)
    return typed_spans.week_of(typed_spans.on_or_after(span, today)[0]) if span else None


def numbered_week(match: re.Match[str], today: dt.date) -> Span | None:
    """A week by its number: "semaine 25"."""
    number = int(match["count"])
    for january_4 in (dt.date(today.year + years, 1, 4) for years in (0, 1)):
        # Which is always in the first week.
        week = typed_spans.week_of(january_4 + 7 * (number - 1) * _DAY)
        if 0 < number <= _WEEKS and week.last and week.last >= today:
            return week
    return None


def _ahead(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Return the day after so many days, weeks or months."""
    count = typed_numbers.number(match["count"])
    if count is None or not 0 < count < 1000:  # noqa: PLR2004 -- no one plans a thousand weeks ahead
        return None
    unit = match["unit"]
    if unit.startswith("mo"):
        return _months_after(today, min(count, 120))
    return today + count * (7 if unit in ("semaine", "week") else 1) * _DAY


def that_far(match: re.Match[str], today: dt.date) -> Span | None:
    """So many days ahead, or the week in which so many weeks or months end."""
    day = _ahead(match, today)
    if day is None:
        return None
    return Fixed(day, day) if match["unit"] in ("jour", "day") else typed_spans.week_of(day)


def within(match: re.Match[str], today: dt.date) -> Span | None:
    """From today until so far ahead."""
    day = _ahead(match, today)
    return Fixed(today, day) if day else None


def lasting(match: re.Match[str], today: dt.date) -> Span | None:
    """So many days, weeks or months, today included."""
    day = _ahead(match, today)
    return Fixed(today, day - _DAY) if day else None


def _months_after(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    first = dt.date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, _length(first)))


def _length(month: dt.date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def in_days(days: int) -> Reading:
    """So many days from today."""
    return lambda _match, today: Fixed(today + days * _DAY, today + days * _DAY)


def from_now(_match: re.Match[str], today: dt.date) -> Span:
    """From today on."""
    return Fixed(today, None)


def year_from(years_ahead: int) -> Reading:
    """All that remains of this year, or a later one."""

    def reading(_match: re.Match[str], today: dt.date) -> Span:
        year = today.year + years_ahead
        return Fixed(max(today, dt.date(year, 1, 1)), dt.date(year, 12, 31))

    return reading


def whole_year(match: re.Match[str], _today: dt.date) -> Span:
    """A year: "en 2027"."""
    year = int(match["year"])
    return Fixed(dt.date(year, 1, 1), dt.date(year, 12, 31))


def always(span: Span) -> Reading:
    """The same span whatever the day."""
    return lambda _match, _today: span


def summer(_match: re.Match[str], today: dt.date) -> Span:
    """July and August."""
    july = typed_spans.on_or_after(Yearly(8, 1, 31), today)[0].replace(month=7)
    return Fixed(july, july.replace(month=8, day=31))
