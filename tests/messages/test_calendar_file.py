"""The calendar file that any telephone opens."""

import datetime as dt

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.job_events import EventStatus, StoredEvent
from domain.subscribers import Language
from messages import calendar_file
from tests.messages import samples
from tests.messages.samples import NOW, STARTS, event, stored

T = samples.TRANSLATORS[Language.ENGLISH]


def parsed(one: StoredEvent) -> icalendar.Event:
    content = calendar_file.build(T, one, bot_username="A_Bot", stamp=NOW)
    calendar = icalendar.Calendar.from_ical(content)
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    return calendar.events[0]


def test_the_file_says_what_when_and_where():
    entry = parsed(stored(version=3))
    assert entry["uid"] == "job-event-1@a_bot"
    assert entry["sequence"] == 3
    assert entry.start == STARTS
    assert entry.end == STARTS + dt.timedelta(hours=3)
    assert entry.stamp == NOW
    assert entry["summary"] == "Rencontre avec 6 employeurs de la logistique"
    assert entry["location"] == "Agence de Toulouse Bellefontaine, 2 rue Goya, 31100 Toulouse"
    assert entry["description"] == "Six employeurs.\nVenez avec votre CV."
    assert entry["url"] == "https://example.org/evenement/1"


def test_the_same_event_makes_the_same_file():
    assert len({calendar_file.build(T, stored(), bot_username="b", stamp=NOW) for _ in range(2)}) == 1


def test_a_cancelled_event_says_so():
    assert parsed(stored(event(status=EventStatus.CANCELLED)))["status"] == "CANCELLED"
    assert "status" not in parsed(stored())


def test_an_event_of_few_words_is_still_a_file():
    entry = parsed(
        stored(event(title="", description="", place_name="", address="", commune_name="", url=""))
    )
    assert entry["summary"] == "Meeting with employers"
    assert "location" not in entry
    assert "url" not in entry


def test_the_name_is_the_day():
    assert calendar_file.name(stored()) == "2027-06-10.ics"


def test_the_caption_is_no_markup():
    assert calendar_file.caption(T, stored(event(title="a <b> c"))) == (
        "Open this file to put “a <b> c” in your calendar."
    )


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_adds_a_line_to_the_file(title, description):
    entry = parsed(stored(event(title=f"x{title}", description=f"{description}\r\nBEGIN:VALARM\nATTENDEE:x")))
    assert set(entry) <= {
        "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "DESCRIPTION", "LOCATION", "URL",
    }  # fmt: skip
