"""Whatever an agency writes, Telegram takes it; and people read who writes, why, and the ways out."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import announcements as rules
from domain.agencies import MAX_NAME, Agency
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import MAX_TEXT, MOST_COUNTED, Announcement, Audience, Figures, State
from domain.availability import Availability
from domain.sectors import Sector
from domain.subscribers import Language
from messages import announcement_questions, announcements, menus
from messages.buttons import OpenBelow
from playground import formatting, keyboards, words
from tests.messages import samples

MOST_WORDS = 0b101_010_101_010_101_010_101
"""A week that takes the most words to say."""
LONGEST = Audience(
    commune="31555",
    place_label="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson (51)",
    point=samples.event().point,
    radius_km=100,
    sectors=frozenset(Sector) - {Sector.HEALTH},
    availability=Availability(MOST_WORDS, dt.date(2027, 3, 1), dt.date(2027, 9, 30)),
)
AUDIENCES = [Audience(), Audience(is_online=True), LONGEST]
NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["<b>open", "</i>", "&amp;&lt;", "{agency} %s", "&" * MAX_TEXT, "😀" * (MAX_TEXT // 2)]),
)


def check(screen):
    read, _ = formatting.parse_html(screen.text)
    assert words.utf16_length(read) <= 4096
    keyboards.read(screen.keyboard.to_dict(), bot_username="a_bot")
    return read


@settings(deadline=None)
@given(text=NASTY, name=NASTY, audience=st.sampled_from(AUDIENCES), language=st.sampled_from(Language))
def test_every_text_is_taken_and_read_as_it_was_written(text, name, audience, language):
    text, name = rules.cleaned(text), " ".join(rules.cleaned(name).split())[:MAX_NAME]
    t = samples.TRANSLATORS[language]
    read = check(announcements.message(t, Agency(1, name), text, audience, today=samples.NOW.date()))
    assert text in read
    assert name in read
    draft = AnnouncementDraft(text=text, hint="touch")
    preview = announcement_questions.preview(
        t, draft, Agency(1, name), audience, 1234, moment="", waits_for_morning=True, today=samples.NOW.date()
    )
    assert text in check(preview)


def test_who_is_to_be_free_between_dates_and_whoever_checks_it_read_these_dates():
    t, today = samples.TRANSLATORS[Language.FRENCH], dt.date(2027, 3, 1)
    audience = Audience(availability=Availability(not_before=today, not_after=dt.date(2027, 3, 14)))
    read = announcements.message(t, Agency(1, "A"), "B", audience, today=today).text
    assert "du 1er au 14" in read
    assert "du 1er au 14" in announcements.audience_line(t, audience, today=today)


def test_the_reader_finds_the_ways_out():
    screen = announcements.message(
        samples.TRANSLATORS[Language.ENGLISH], Agency(1, "A"), "B", Audience(), today=samples.NOW.date()
    )
    data = [key.callback_data for line in screen.keyboard.inline_keyboard for key in line]
    assert OpenBelow(menus.PAUSE_OR_STOP).pack() in data


@pytest.mark.parametrize("state", sorted(set(State) - {State.SCHEDULED}))
@pytest.mark.parametrize("size", [0, 1, 9])
def test_of_a_small_audience_no_figure_is_told(state, size):
    reader = samples.reader(Language.ENGLISH)
    announcement = Announcement(
        id=1, agency=Agency(1, "A"), member_id=1, text="B", audience=Audience(), state=state,
        send_at=samples.NOW, size=size,
    )  # fmt: skip
    read = check(
        announcements.progress(reader, announcement, Figures(size, size, 0, 0), waits_for_morning=True)
    )
    assert "fewer than 10 people" in read
    assert "Delivered" not in read


def test_of_a_large_one_the_small_figures_are_not_told():
    reader = samples.reader(Language.ENGLISH)
    announcement = Announcement(
        id=1, agency=Agency(1, "A"), member_id=1, text="B", audience=Audience(), state=State.DONE,
        send_at=samples.NOW, size=1500,
    )  # fmt: skip
    read = check(
        announcements.progress(reader, announcement, Figures(1500, 1490, 7, 3), waits_for_morning=True)
    )
    assert "Delivered: 1,490\nCould not be reached: fewer than 10\nFailed: fewer than 10" in read
    crowd = check(
        announcements.progress(
            reader, announcement, Figures(MOST_COUNTED, 30_000, 12, 0), waits_for_morning=True
        )
    )
    assert "Delivered: 30,000" in crowd
    assert announcements.people(reader.t, MOST_COUNTED) == "at least 20,000 people"


def test_before_it_leaves_nobody_is_counted():
    reader = samples.reader(Language.ENGLISH)
    announcement = Announcement(
        id=1, agency=Agency(1, "A"), member_id=1, text="B", audience=Audience(), state=State.SCHEDULED,
        send_at=samples.NOW, size=0,
    )  # fmt: skip
    read = check(announcements.progress(reader, announcement, Figures(0), waits_for_morning=True))
    assert read.startswith("Being sent")
    assert "people" not in read.removesuffix("events")
    later = dataclasses.replace(announcement, send_at=samples.NOW + dt.timedelta(days=1))
    assert check(announcements.progress(reader, later, Figures(0), waits_for_morning=True)).startswith(
        "Goes "
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("moment", ["", "mardi 2 mars, 14 h 30"])
@pytest.mark.parametrize("count", [3, 12, 1234, MOST_COUNTED])
def test_what_stands_on_the_button_that_sends_can_be_typed(language, moment, count):
    t = samples.TRANSLATORS[language]
    label = announcement_questions._send_label(t, announcements.people(t, count), moment)
    assert announcement_questions.is_sending(t, label, moment)
    assert not announcement_questions.is_sending(t, f"{label} ?? non", moment)
    assert not announcement_questions.is_sending(t, t.gettext("Send me a test"), moment)
