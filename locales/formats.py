"""Dates, hours, distances and counts in the reader's language.

Own patterns over Babel's names of days and months. What must not be torn apart at the
end of a line ("9 h 30", "8 km", "12 juin") holds together by no-break spaces. The clock is the
24-hour one in every language: that is what doors and tickets show in France.
"""

import datetime as dt
from functools import lru_cache

from babel import Locale, dates, numbers

from domain.subscribers import Language

NBSP = "\N{NO-BREAK SPACE}"
_BABEL = {Language.FRENCH: Locale("fr", "FR"), Language.ENGLISH: Locale("en", "GB")}
_DAY = dt.timedelta(days=1)


def capital(text: str) -> str:
    """Return the text with a capital, as at the beginning of a line: "Jeudi 12 juin"."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1_024)  # the same few in every message, and Babel takes 50 µs
def number(count: int, language: Language) -> str:
    """Say "1 234" in French, "1,234" in English."""
    return numbers.format_decimal(count, locale=_BABEL[language])


def seats(count: int, language: Language) -> str:
    """Say "14 places"."""
    if language is Language.FRENCH:
        return f"{number(count, language)}{NBSP}{'places' if count > 1 else 'place'}"
    return f"{number(count, language)}{NBSP}{'seat' if count == 1 else 'seats'}"


def distance(metres: float, language: Language) -> str:
    """Say "8 km", "moins de 1 km"; whole kilometres, as the crow flies."""
    kilometres = round(metres / 1000)
    if kilometres < 1 or metres < 1000:  # noqa: PLR2004 -- a kilometre has a thousand metres
        return f"moins de 1{NBSP}km" if language is Language.FRENCH else f"less than 1{NBSP}km"
    return f"{number(kilometres, language)}{NBSP}km"


def away(metres: float, language: Language) -> str:
    """Say "à 8 km", "8 km away"."""
    far = distance(metres, language)
    return f"à {far}" if language is Language.FRENCH else f"{far} away"


@lru_cache(maxsize=1_024)  # the same few days, and Babel looks each name up through layers of data
def date(day: dt.date, language: Language, *, today: dt.date) -> str:
    """Say "jeudi 12 juin", "jeudi 1er juillet 2027": the year only when it is not the present one."""
    return f"{_weekday(day, language)} {_day_and_month(day, language, today)}"


def near_date(day: dt.date, language: Language, *, today: dt.date) -> str:
    """Say "aujourd’hui", "demain", else the date."""
    french = language is Language.FRENCH
    if day == today:
        return "aujourd’hui" if french else "today"
    if day == today + _DAY:
        return "demain" if french else "tomorrow"
    return date(day, language, today=today)


def hour(time: dt.time, language: Language) -> str:
    """Say "9 h", "9 h 30"; "9:30" in English."""
    if language is Language.ENGLISH:
        return f"{time.hour}:{time.minute:02}"
    return f"{time.hour}{NBSP}h" + (f"{NBSP}{time.minute:02}" if time.minute else "")


def hours(starts: dt.time, ends: dt.time, language: Language) -> str:
    """Say "de 9 h à 12 h", "9:00 to 12:00"; "à 9 h" when both are the same. An end at 0 h: "minuit"."""
    begin, end = hour(starts, language), _closing_hour(ends, language)
    if starts == ends:
        return f"à {begin}" if language is Language.FRENCH else f"at {begin}"
    return f"de {begin} à {end}" if language is Language.FRENCH else f"{begin} to {end}"


def moment(starts: dt.datetime, ends: dt.datetime, language: Language, *, today: dt.date) -> str:
    """Say "jeudi 12 juin, de 9 h à 12 h" or "du lundi 9 juin, 9 h, au vendredi 13 juin, 17 h".

    Both instants bear the event's own zone: `today` is a date there.
    """
    last_day = _last_day(starts, ends)
    if last_day == starts.date():
        return f"{date(last_day, language, today=today)}, {hours(starts.time(), ends.time(), language)}"
    first, last = date(starts.date(), language, today=today), date(last_day, language, today=today)
    begin, end = hour(starts.time(), language), _closing_hour(ends.time(), language)
    if language is Language.FRENCH:
        return f"du {first}, {begin}, au {last}, {end}"
    return f"from {first}, {begin}, to {last}, {end}"


def period(
    not_before: dt.date | None, not_after: dt.date | None, language: Language, *, today: dt.date
) -> str:
    """Say "du 9 au 15 juin", "à partir du 3 juin", "jusqu’au 31 juillet", "le 9 juin"; "" without dates."""
    french = language is Language.FRENCH
    if not_before and not_after:
        return _between(not_before, not_after, language, today)
    if not_before:
        return f"{'à partir du' if french else 'from'} {_day_and_month(not_before, language, today)}"
    if not_after:
        return f"{'jusqu’au' if french else 'until'} {_day_and_month(not_after, language, today)}"
    return ""


def _between(first: dt.date, last: dt.date, language: Language, today: dt.date) -> str:
    begin, end = (_day_and_month(day, language, today) for day in (first, last))
    french = language is Language.FRENCH
    if first == last:
        return f"le {end}" if french else f"on {end}"
    if (first.year, first.month) == (last.year, last.month):
        begin = _ordinal(first, language)
    return f"du {begin} au {end}" if french else f"from {begin} to {end}"


def _closing_hour(time: dt.time, language: Language) -> str:
    if time == dt.time.min:
        return "minuit" if language is Language.FRENCH else "midnight"
    return hour(time, language)


def _last_day(starts: dt.datetime, ends: dt.datetime) -> dt.date:
    """An event that ends at midnight ends on the evening before."""
    return ends.date() - _DAY if ends.time() == dt.time.min and ends > starts else ends.date()


def _weekday(day: dt.date, language: Language) -> str:
    return str(dates.get_day_names("wide", locale=_BABEL[language])[day.weekday()])


def _day_and_month(day: dt.date, language: Language, today: dt.date) -> str:
    month = dates.get_month_names("wide", locale=_BABEL[language])[day.month]
    year = "" if day.year == today.year else f"{NBSP}{day.year}"
    return f"{_ordinal(day, language)}{NBSP}{month}{year}"


def _ordinal(day: dt.date, language: Language) -> str:
    return "1er" if language is Language.FRENCH and day.day == 1 else str(day.day)
