"""Whatever a source writes, Telegram takes the message: sound markup, allowed length and buttons."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.imports import Trouble
from domain.job_events import EventKind, EventStatus, JobEvent, Mode
from domain.matching import Match, SectorFit
from domain.reminders import Lead, Reminder
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Language
from messages import (
    browsing,
    cards,
    dismissals,
    event_changes,
    listings,
    my_reminders,
    operator_notices,
    reminders,
    reports,
    why,
)
from messages.screens import Screen
from playground import formatting, keyboards, words
from tests.messages import samples

BOT = "a_bot"
LONG_ID = 10**9

nasty = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60),
    st.sampled_from(
        [
            "<b>open",
            "</i></b>",
            "&amp;&lt;b&gt; &#60;script&#62;",
            '<a href="tg://user?id=1">x</a>',
            "{title} {0} %s",
            "😀" * 2200,
            "mot " * 1100,
            "x" * 4100,
            "\n" * 50,
            "",
        ]
    ),
)
labels = st.lists(nasty, max_size=4).map(tuple)


@st.composite
def hostile_events(draw) -> JobEvent:
    starts = samples.NOW + dt.timedelta(hours=draw(st.integers(-50, 5000)))
    return samples.event(
        source_id=draw(nasty),
        kind=draw(st.sampled_from(EventKind)),
        title=draw(nasty),
        description=draw(nasty),
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=draw(st.integers(1, 200))),
        zone=draw(st.sampled_from(["Europe/Paris", "Pacific/Tahiti"])),
        mode=draw(st.sampled_from([Mode.ON_SITE, Mode.ONLINE, Mode.BOTH])),
        place_name=draw(nasty),
        address=draw(nasty),
        commune_name=draw(nasty),
        point=draw(st.sampled_from([samples.BELLEFONTAINE, None])),
        sectors=draw(st.sampled_from([frozenset(), frozenset({Sector.HEALTH}), frozenset(Sector)])),
        sector_basis=draw(st.sampled_from(SectorBasis)),
        status=draw(st.sampled_from(EventStatus)),
        seats_left=draw(st.sampled_from([None, 0, 1, 10**9])),
        organiser=draw(nasty),
        url=draw(st.sampled_from(["", "https://example.org/a?b=<>&c", "https://example.org:99999"])),
        audiences=draw(labels),
        benefits=draw(labels),
        objectives=draw(labels),
        operations=draw(labels),
    )


@st.composite
def readers(draw):
    return samples.reader(
        draw(st.sampled_from(Language)),
        zone=draw(st.sampled_from(["Europe/Paris", "Indian/Reunion"])),
        alert=draw(st.sampled_from([None, samples.alert(), samples.any_alert(place_label="<b>&")])),
    )


def assert_telegram_takes(screen: Screen) -> None:
    text, entities = formatting.parse_html(screen.text)
    shown, _ = words.settled(text, entities, limit=words.TEXT_LIMIT, complaint="too long")
    assert shown.strip()
    assert len(entities) <= 100
    if screen.keyboard is not None:
        keyboards.read_inline(screen.keyboard.to_dict(), bot_username=BOT)


@settings(max_examples=60, deadline=None)
@given(readers(), hostile_events(), st.sampled_from(SectorFit), st.sampled_from(["", "d999999999.39", "b.0"]))
def test_every_screen_about_one_event(reader, job_event, fit, origin):
    stored = samples.stored(job_event, id=LONG_ID)
    due = {Lead.DAY_BEFORE: samples.NOW, Lead.TWO_HOURS: None}
    promised = [
        Reminder(subscriber_id=1, job_event_id=LONG_ID, lead=lead, due_at=samples.NOW) for lead in Lead
    ]
    for screen in (
        cards.card(reader, stored, Match(on_site=True, sector_fit=fit), origin=origin),
        cards.details(reader, stored, origin=origin, bot_username=BOT),
        why.screen(reader, job_event, job_event_id=LONG_ID, origin=origin),
        reminders.ask(reader, stored, due, frozenset({Lead.DAY_BEFORE}), origin=origin),
        reminders.ask(reader, stored, dict.fromkeys(Lead), frozenset(), origin=origin),
        reminders.message(reader, stored),
        reminders.cancelled(reader, stored, origin=origin),
        event_changes.screen(reader, stored, promised),
        dismissals.why(reader, stored, origin=origin),
        *(dismissals.settled(reader, stored, reason, origin=origin) for reason in dismissals.REASONS),
        reports.ask(reader, stored, origin=origin),
        reports.thanks(reader, stored, origin=origin, is_passed_on=True),
        reports.thanks(reader, stored, origin=origin, is_passed_on=False),
        *(operator_notices.reported(reader.t, stored, reason) for reason in reports.REASONS),
        *(operator_notices.source_trouble(reader.t, job_event.source, trouble) for trouble in Trouble),
    ):
        assert_telegram_takes(screen)


@settings(max_examples=30, deadline=None)
@given(readers(), st.lists(hostile_events(), min_size=1, max_size=listings.PAGE))
def test_every_list(reader, events):
    rows = [samples.stored(job_event, id=LONG_ID + at) for at, job_event in enumerate(events)]
    page = listings.Page(view="d999999999", number=39, events=rows, has_next=True)
    promised = [
        my_reminders.Promised(
            stored=stored,
            reminders=[
                Reminder(subscriber_id=1, job_event_id=stored.id, lead=lead, due_at=samples.NOW)
                for lead in Lead
            ],
        )
        for stored in rows
    ]
    for screen in (
        listings.screen(reader, page, listings.new_events(reader.t, 200)),
        my_reminders.screen(reader, promised, page=0, has_next=True),
        my_reminders.screen(reader, [], page=0, has_next=False),
        browsing.nothing_fits(
            reader, reader.alert or samples.alert(), browsing.NearMiss(nearest=rows[0], online=99)
        ),
    ):
        assert_telegram_takes(screen)
