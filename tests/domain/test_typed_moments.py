"""A day and an hour in words."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from domain.typed_moments import moment

MONDAY = dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("demain 9h", "2027-03-02 09:00"),
        ("demain", "2027-03-02 09:00"),
        ("après-demain à 8 h", "2027-03-03 08:00"),
        ("lundi à 10 h 30", "2027-03-08 10:30"),
        ("le 12 juin, 14:00", "2027-06-12 14:00"),
        ("12/06 à 14h", "2027-06-12 14:00"),
        ("aujourd’hui 18h", "2027-03-01 18:00"),
        ("18h30", "2027-03-01 18:30"),
        ("ce soir", "2027-03-01 18:00"),
        ("ce soir 19h", "2027-03-01 19:00"),
        ("demain après-midi", "2027-03-02 14:00"),
        ("cette nuit 23h", "2027-03-01 23:00"),
        ("jeudi midi", "2027-03-04 12:00"),
        ("dans 3 jours à 10h", "2027-03-04 10:00"),
        ("tomorrow at 3pm", "2027-03-02 15:00"),
        ("thursday 10:30am", "2027-03-04 10:30"),
        ("12am", "2027-03-01 00:00"),
        ("le 28 mars à 9h", "2027-03-28 09:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Wallis"])
def test_it_is_read_on_the_clock_of_the_place(text, shown, zone):
    read = moment(text, MONDAY, zone)
    assert f"{read.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zorglub",
        "25h",
        "demain 9h75",
        "peu importe",
        "?",
        "jusqu’à",
        "32 décembre 9h",
        "30 février 10h",
        "le 31/04 à 9h",
        "fin décembre 9h",
        "la semaine prochaine 9h",
        "jusqu'à vendredi",
    ],
)
def test_what_says_no_moment_is_none(text):
    assert moment(text, MONDAY, "Europe/Paris") is None
