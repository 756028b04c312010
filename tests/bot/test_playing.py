"""The playground's controls say in plain words what they did."""

import datetime as dt

from bot import playing


def test_a_moved_clock_is_told_as_people_say_it():
    now = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    assert playing.told(now, "fr").replace("\u00a0", " ") == "Lundi 23 novembre, 17 h"
    assert playing.told(now, "en").replace("\u00a0", " ") == "Monday 23 November, 17:00"
    assert playing.told(now, "uk") == playing.told(now, "en")
