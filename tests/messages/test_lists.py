"""A card remembers where it came from, and short words say what a tap did."""

import datetime as dt

import pytest

from domain.reminders import Lead
from domain.subscribers import Language
from messages import browsing, listings, lists, reminders, shortening
from messages.buttons import Browse, Look, TurnPage
from tests.messages import samples

ENGLISH = samples.reader(Language.ENGLISH)


@pytest.mark.parametrize(
    ("view", "button"),
    [
        (lists.FITTING, Browse(3)),
        (lists.digest(12), TurnPage(12, 3)),
        (lists.ONLINE, Look("o", 3)),
        (lists.NEAREST, Look("n", 3)),
        (lists.REMINDERS, Look("r", 3)),
        (lists.like(34), Look("s34", 3)),
    ],
)
def test_every_list_is_found_again_from_a_card(view, button):
    assert lists.turned(view, 3) == button
    assert lists.back_to(lists.Place(view, 3).origin) == button


def test_which_event_a_list_is_like():
    assert lists.event_it_is_like(lists.like(34)) == 34
    assert lists.event_it_is_like("s") is None
    assert lists.event_it_is_like(lists.ONLINE) is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Lead.TWO_HOURS, "It is too late for the day before. Choose two hours before."),
        (Lead.DAY_BEFORE, "It is too late for two hours before. Choose the day before."),
        (None, "It is too late for a reminder. Put the event in your calendar."),
    ],
)
def test_too_late_says_what_is_left(other, said):
    assert reminders.too_late(ENGLISH.t, other) == said


def test_a_word_over_the_chat_is_short():
    due = dt.datetime(2027, 6, 9, 15, tzinfo=dt.UTC)
    set_for = reminders.set_for(ENGLISH, due)
    assert set_for.replace("\N{NO-BREAK SPACE}", " ") == "Noted: I remind you on Wednesday 9 June, 17:00."
    for language in Language:
        t = samples.TRANSLATORS[language]
        words = [
            reminders.taken_back(t),
            *(reminders.too_late(t, lead) for lead in Lead),
            browsing.widened(t, 50),
        ]
        assert max(len(word) for word in words) <= 200


def test_the_question_offers_only_what_still_can_come():
    possible = {Lead.DAY_BEFORE: None, Lead.TWO_HOURS: samples.STARTS - dt.timedelta(hours=2)}
    shown = reminders.ask(ENGLISH, samples.stored(), possible, frozenset({Lead.TWO_HOURS}), origin="")
    assert "The day before: too late." in shown.text
    assert [row[0].text for row in shown.keyboard.inline_keyboard] == [
        "✓ Two hours before",
        "Back to the event",
    ]
    nothing = reminders.ask(ENGLISH, samples.stored(), dict.fromkeys(Lead), frozenset(), origin="")
    assert nothing.keyboard.inline_keyboard[0][0].text == "Add to my calendar"


def test_headings_and_dead_ends_have_words_and_ways_on():
    t = ENGLISH.t
    headings = [listings.fitting(t), listings.online(t), listings.nearest(t), listings.alike(t)]
    assert len(set(headings)) == 4
    assert browsing.everywhere_heading(t) != browsing.everywhere_note(t)
    assert browsing.start_button(t).text == "Start"
    for screen in (browsing.nothing_yet(t), browsing.nothing_more(t)):
        assert sum(len(row) for row in screen.keyboard.inline_keyboard) >= 2


def test_nothing_fits_offers_the_distance_that_would_help():
    miss = browsing.NearMiss(nearest=samples.stored(), online=2)
    shown = browsing.nothing_fits(ENGLISH, samples.alert(radius_km=5), miss)
    text = shown.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "The nearest: Toulouse, 8 km from Toulouse, Thursday 10 June." in text
    assert "Online: 2 events." in text
    labels = [row[0].text.replace("\N{NO-BREAK SPACE}", " ") for row in shown.keyboard.inline_keyboard]
    assert labels[:4] == [
        "See the nearest",
        "Look within 10 km",
        "See online events",
        "Tell me as soon as there is one",
    ]
    alone = browsing.nothing_fits(ENGLISH, samples.any_alert(), browsing.NearMiss(nearest=None, online=0))
    assert len(alone.keyboard.inline_keyboard) == 2


def test_a_text_is_cut_between_words_and_measured_as_telegram_does():
    assert shortening.paragraphs("un deux trois", 10) == "un deux…"
    assert shortening.paragraphs("x" * 20, 10) == "x" * 9 + "…"
    assert shortening.line("a\n b", 10) == "a b"
    assert shortening.line("😀" * 10, 10) == "😀" * 4 + "…"
