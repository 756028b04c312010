import datetime as dt

import pytest

from domain.subscribers import Language
from locales import formats, zones

FR, EN = Language.FRENCH, Language.ENGLISH
TODAY = dt.date(2026, 6, 10)
JUNE_12 = dt.date(2026, 6, 12)


def at(month, day, hour, minute=0, year=2026):
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


def read(text):
    """No-break spaces as "~", so that each shows."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (JUNE_12, "vendredi 12~juin", "Friday 12~June"),
        (dt.date(2026, 7, 1), "mercredi 1er~juillet", "Wednesday 1~July"),
        (dt.date(2027, 8, 1), "dimanche 1er~août~2027", "Sunday 1~August~2027"),
    ],
)
def test_a_date_bears_its_day_and_only_a_foreign_year(day, french, english):
    assert read(formats.date(day, FR, today=TODAY)) == french
    assert read(formats.date(day, EN, today=TODAY)) == english


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (TODAY, "aujourd’hui", "today"),
        (dt.date(2026, 6, 11), "demain", "tomorrow"),
        (JUNE_12, "vendredi 12~juin", "Friday 12~June"),
        (dt.date(2026, 6, 9), "mardi 9~juin", "Tuesday 9~June"),
    ],
)
def test_today_and_tomorrow_go_by_their_name(day, french, english):
    assert read(formats.near_date(day, FR, today=TODAY)) == french
    assert read(formats.near_date(day, EN, today=TODAY)) == english


@pytest.mark.parametrize(
    ("time", "french", "english"),
    [(dt.time(9), "9~h", "9:00"), (dt.time(9, 5), "9~h~05", "9:05"), (dt.time(18, 30), "18~h~30", "18:30")],
)
def test_hours_are_written_as_each_language_writes_them(time, french, english):
    assert read(formats.hour(time, FR)) == french
    assert read(formats.hour(time, EN)) == english


@pytest.mark.parametrize(
    ("starts", "ends", "french", "english"),
    [
        (
            at(6, 12, 9),
            at(6, 12, 12),
            "vendredi 12~juin, de 9~h à 12~h",
            "Friday 12~June, 9:00 to 12:00",
        ),
        (at(6, 12, 9), at(6, 12, 9), "vendredi 12~juin, à 9~h", "Friday 12~June, at 9:00"),
        (
            at(6, 12, 18),
            at(6, 13, 0),
            "vendredi 12~juin, de 18~h à minuit",
            "Friday 12~June, 18:00 to midnight",
        ),
        (
            at(6, 12, 9, 30),
            at(6, 14, 17),
            "du vendredi 12~juin, 9~h~30, au dimanche 14~juin, 17~h",
            "from Friday 12~June, 9:30, to Sunday 14~June, 17:00",
        ),
        (
            at(12, 31, 9),
            at(1, 2, 0, year=2027),
            "du jeudi 31~décembre, 9~h, au vendredi 1er~janvier~2027, minuit",
            "from Thursday 31~December, 9:00, to Friday 1~January~2027, midnight",
        ),
    ],
)
def test_an_event_says_its_day_and_hours_at_once(starts, ends, french, english):
    assert read(formats.moment(starts, ends, FR, today=TODAY)) == french
    assert read(formats.moment(starts, ends, EN, today=TODAY)) == english


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        (dt.date(2026, 6, 9), dt.date(2026, 6, 15), "du 9 au 15~juin", "from 9 to 15~June"),
        (
            dt.date(2026, 6, 28),
            dt.date(2026, 7, 1),
            "du 28~juin au 1er~juillet",
            "from 28~June to 1~July",
        ),
        (JUNE_12, JUNE_12, "le 12~juin", "on 12~June"),
        (dt.date(2026, 6, 3), None, "à partir du 3~juin", "from 3~June"),
        (None, dt.date(2027, 7, 31), "jusqu’au 31~juillet~2027", "until 31~July~2027"),
        (None, None, "", ""),
    ],
)
def test_a_period_reads_as_one_says_it(first, last, french, english):
    assert read(formats.period(first, last, FR, today=TODAY)) == french
    assert read(formats.period(first, last, EN, today=TODAY)) == english


@pytest.mark.parametrize(
    ("metres", "french", "english"),
    [
        (0, "à moins de 1~km", "less than 1~km away"),
        (999, "à moins de 1~km", "less than 1~km away"),
        (1000, "à 1~km", "1~km away"),
        (8_400, "à 8~km", "8~km away"),
        (9_386_000, "à 9_386~km", "9,386~km away"),
    ],
)
def test_distances_are_whole_kilometres(metres, french, english):
    assert read(formats.away(metres, FR)) == french
    assert read(formats.away(metres, EN)) == english


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0~place", "0~seats"),
        (1, "1~place", "1~seat"),
        (14, "14~places", "14~seats"),
        (1200, "1_200~places", "1,200~seats"),
    ],
)
def test_seats_take_the_plural_of_their_language(count, french, english):
    assert read(formats.seats(count, FR)) == french
    assert read(formats.seats(count, EN)) == english


def test_a_line_begins_with_a_capital():
    assert formats.capital("à 8 km") == "À 8 km"
    assert formats.capital("") == ""


def test_a_clock_is_named_only_when_it_differs_from_the_reader_s():
    noon = at(6, 12, 12)
    assert zones.clock_if_other(noon, "Indian/Reunion", "Europe/Paris", FR) == "heure de La Réunion"
    assert zones.clock_if_other(noon, "Indian/Reunion", "Europe/Paris", EN) == "Réunion time"
    assert zones.clock_if_other(noon, "America/Martinique", "America/Guadeloupe", FR) == ""
    assert zones.clock_if_other(noon, "Europe/Paris", "Europe/Paris", FR) == ""


def test_a_clock_abroad_goes_by_its_city():
    assert zones.clock_of("America/New_York", FR) == "heure de New York"
