"""What a person reads of an event: the card, its details, why it came."""

import dataclasses
import datetime as dt

import pytest

from domain.availability import WHOLE_WEEK, Availability, DayPart, cells
from domain.globe import Point
from domain.job_events import EventStatus, Mode
from domain.matching import Match, SectorFit
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Language
from messages import cards, event_lines, why
from messages.screens import Screen
from tests.messages import samples
from tests.messages.samples import NOW, STARTS, event, stored

ENGLISH = Language.ENGLISH
NEAR = Match(on_site=True, sector_fit=SectorFit.STATED)


def labels(screen: Screen) -> list[list[str]]:
    return [[button.text for button in row] for row in screen.keyboard.inline_keyboard]


def all_labels(screen: Screen) -> list[str]:
    return [label for row in labels(screen) for label in row]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def card(job_event=None, match=NEAR, origin="", **reader):
    return cards.card(samples.reader(ENGLISH, **reader), stored(job_event), match, origin=origin)


def test_a_card_in_french_reads_as_the_product_wants():
    shown = cards.card(samples.reader(), stored(), NEAR, origin="")
    assert plain(shown.text) == (
        "<b>Rencontre avec 6 employeurs de la logistique</b>\n"
        "Jeudi 10 juin, de 9 h à 12 h\n"
        "Agence de Toulouse Bellefontaine, à 8 km de Toulouse\n"
        "Rencontre avec des employeurs. 14 places à 10 h ce matin. Ouvert aux personnes qui débutent.\n"
        "<i>Pourquoi ce message : transport, logistique, le matin, moins de 30 km.</i>"
    )
    assert labels(shown) == [
        ["M’inscrire sur le site"],
        ["Me le rappeler", "Pas pour moi"],
        ["Plus…"],
    ]


def test_a_card_in_english():
    shown = card()
    assert plain(shown.text) == (
        "<b>Rencontre avec 6 employeurs de la logistique</b>\n"
        "Thursday 10 June, 9:00 to 12:00\n"
        "Agence de Toulouse Bellefontaine, 8 km from Toulouse\n"
        "Meeting with employers. 14 seats this morning at 10:00. Open to beginners.\n"
        "<i>Why this message: transport and logistics, in the morning, within 30 km.</i>"
    )
    assert labels(shown) == [["Register on the site"], ["Remind me", "Not for me"], ["More…"]]


def test_a_card_from_a_list_leads_back_to_it():
    back = card(origin="d7.2").keyboard.inline_keyboard[-1][0]
    assert (back.text, back.callback_data) == ("Back to the list", "page1:7:2")


@pytest.mark.parametrize("origin", ["", "b", "x.1", "d.9999", "b.-1", "😀.1", "s12"])
def test_a_forged_origin_leads_nowhere(origin):
    assert "Back to the list" not in all_labels(card(origin=origin))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": EventStatus.CANCELLED}, "<b>Cancelled.</b>"),
        ({"status": EventStatus.FULL}, "<b>Full: no seat left.</b>"),
        ({"status": EventStatus.UNLISTED}, "<b>No longer on the site. Ask the organiser before you go.</b>"),
        ({"starts_at": NOW - dt.timedelta(hours=1)}, "<b>This event has begun.</b>"),
        ({"starts_at": NOW - dt.timedelta(days=2), "ends_at": NOW}, "<b>This event is over.</b>"),
    ],
)
def test_what_became_of_an_event_stands_first_and_ways_on_follow(changes, said):
    shown = card(event(**changes))
    assert shown.text.splitlines()[0] == said
    assert "Register on the site" not in all_labels(shown)
    assert ["Same sector, near there"] in labels(shown)
    assert ["My next events", "Online events"] in labels(shown)


def test_one_vanished_is_never_called_cancelled():
    assert "ancel" not in card(event(status=EventStatus.UNLISTED)).text


def test_a_full_event_can_still_be_remembered_by_who_has_a_place():
    assert ["Remind me", "More…"] in labels(card(event(status=EventStatus.FULL)))


def test_seats_bear_the_hour_of_their_check():
    def seats(checked_at):
        return plain(event_lines.seats(samples.reader(ENGLISH), stored(checked_at=checked_at)))

    assert seats(NOW - dt.timedelta(minutes=5)) == "14 seats this morning at 11:25."
    assert seats(NOW - dt.timedelta(hours=14)) == "14 seats yesterday at 21:30."
    assert seats(NOW - dt.timedelta(hours=25)) == ""


def test_old_data_are_said_to_be_old():
    old = stored(checked_at=NOW - dt.timedelta(days=2))
    shown = cards.card(samples.reader(ENGLISH), old, NEAR, origin="")
    assert "Data of Monday 7 June: check on the site." in plain(shown.text)
    assert "seats" not in shown.text


def test_an_event_in_another_zone_names_its_clock():
    reunion = event(
        zone="Indian/Reunion", starts_at=STARTS, ends_at=STARTS + dt.timedelta(hours=2), mode=Mode.ONLINE
    )
    when = plain(event_lines.when(samples.reader(ENGLISH), reunion))
    assert when == (
        f'<tg-time unix="{int(STARTS.timestamp())}">Thursday 10 June, 11:00 to 13:00, Réunion time</tg-time>'
    )
    assert "time" not in event_lines.when(
        samples.reader(ENGLISH, zone="Indian/Reunion"), event(zone="Indian/Reunion")
    )


def test_where_is_said_with_what_is_known():
    reader = samples.reader(ENGLISH)
    stranger = samples.reader(ENGLISH, alert=None)

    def where(person, **changes):
        return plain(event_lines.where(person, event(**changes)))

    assert where(reader, mode=Mode.ONLINE) == "Online"
    assert where(reader, mode=Mode.BOTH) == "Agence de Toulouse Bellefontaine, 8 km from Toulouse, or online"
    assert where(stranger) == "Agence de Toulouse Bellefontaine"
    assert where(stranger, place_name="Maison du livre", commune_name="Pau") == "Maison du livre, Pau"
    assert where(stranger, place_name="", address="", commune_name="") == "The place is not stated"
    assert where(reader, point=None) == "Agence de Toulouse Bellefontaine"


def test_how_a_sector_was_found_is_said():
    reader = samples.reader(ENGLISH)

    def reason(fit, **changes):
        return plain(why.sentence(reader, event(**changes), Match(on_site=False, sector_fit=fit)))

    assert "transport and logistics (guessed from the text), in the morning, online" in reason(
        SectorFit.INFERRED
    )
    assert "sector not stated, in the morning, online" in reason(SectorFit.UNKNOWN)
    assert "all sectors, in the morning, online" in reason(SectorFit.ANY)


def test_someone_free_all_week_is_not_told_that_they_are():
    reader = samples.reader(ENGLISH, alert=samples.any_alert())
    assert plain(why.sentence(reader, event(), NEAR)) == (
        "Why this message: transport and logistics, within 30 km."
    )


def test_why_not_is_said_criterion_by_criterion_with_the_change_that_helps():
    picky = samples.alert(
        radius_km=5,
        sectors=frozenset({Sector.HEALTH}),
        availability=Availability(cells([5], [DayPart.EVENING])),
    )
    shown = why.screen(samples.reader(ENGLISH, alert=picky), event(), job_event_id=1, origin="")
    assert plain(shown.text).splitlines()[2:] == [
        "<b>Does not fit.</b> Place: 8 km from Toulouse; you look within 5 km.",
        "<b>Does not fit.</b> Sector: Transport and logistics; you look for: Health.",
        "<b>Does not fit.</b> Moment: Thursday 10 June, 9:00 to 12:00; you are free: Saturday: evening.",
    ]
    assert labels(shown) == [
        ["Change the place"],
        ["Change the sectors"],
        ["Change the moments"],
        ["Back to the event"],
    ]


def test_why_says_how_surely_the_sector_is_known():
    reader = samples.reader(ENGLISH)

    def line(**changes):
        shown = why.screen(reader, event(**changes), job_event_id=1, origin="")
        return shown.text.splitlines()[3]

    assert "open to all sectors" in line(multisector=True)
    assert "guessed from the text" in line(sector_basis=SectorBasis.INFERRED)
    assert "not stated" in line(sector_basis=SectorBasis.UNKNOWN, sectors=frozenset())


def test_why_says_how_one_attends():
    def line(mode, modes=Mode.BOTH, **changes):
        reader = samples.reader(ENGLISH, alert=samples.alert(modes=modes))
        return why.screen(reader, event(mode=mode, **changes), job_event_id=1, origin="").text.splitlines()[2]

    assert "this event is online" in line(Mode.ONLINE)
    assert "this event is on site" in line(Mode.ON_SITE, point=None)
    far_away = line(Mode.BOTH, point=Point(48.85, 2.35)).replace("\N{NO-BREAK SPACE}", " ")
    assert far_away == "<b>Fits.</b> Place: online, or 587 km from Toulouse."
    assert line(Mode.ON_SITE, Mode.ONLINE).startswith("<b>Does not fit.</b>")


def test_who_chose_nothing_is_told_so():
    shown = why.screen(samples.reader(ENGLISH, alert=None), event(), job_event_id=1, origin="")
    assert labels(shown) == [["Start"], ["Back to the event"]]


def test_details_say_who_publishes_and_how_fresh_it_is():
    rich = event(
        benefits=("CDI", "Formation financée"),
        objectives=("Recrutement",),
        operations=("La semaine de l'emploi",),
        audiences=("Ouvert à tous", "Habitants du canton"),
    )
    shown = cards.details(samples.reader(ENGLISH), stored(rich), origin="b.0", bot_username="a_bot")
    text = plain(shown.text)
    assert "<b>On offer:</b> CDI, Formation financée" in text
    assert "<b>For whom:</b> Habitants du canton" in text
    assert "Open to all." in text
    assert "<b>Published by:</b> France Travail (OpenAgenda); read on Wednesday 9 June at 10:00" in text
    share = shown.keyboard.inline_keyboard[2][0]
    assert share.url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fa_bot%3Fstart%3De1&text=")
    assert ["Pause for a month", "Stop everything"] in labels(shown)


def test_details_of_an_online_event_offer_no_map():
    shown = cards.details(
        samples.reader(ENGLISH), stored(event(mode=Mode.ONLINE)), origin="", bot_username="a_bot"
    )
    assert ["Add to my calendar"] in labels(shown)
    assert "Wheelchair" not in shown.text


@pytest.mark.parametrize(
    "url", ["", "ftp://example.org", "https://", "https://example.org:99999/a", "javascript:1"]
)
def test_a_page_that_telegram_would_refuse_has_no_button(url):
    assert "Register on the site" not in all_labels(card(event(url=url)))


def test_whole_week_and_no_alert_make_no_reason():
    assert why.sentence(samples.reader(ENGLISH, alert=None), event(), NEAR) == ""
    assert samples.any_alert().availability.half_days == WHOLE_WEEK


def test_a_title_is_cut_between_words():
    long = event(title="recrutement " * 40)
    title = event_lines.title(samples.reader(ENGLISH).t, long)
    assert title.endswith("recrutement…")
    assert len(title) <= 150
    assert event_lines.title(samples.reader(ENGLISH).t, dataclasses.replace(long, title=" \n ")) == (
        "Meeting with employers"
    )


@pytest.mark.parametrize("source", ["openagenda", "francetravail", "file", "sample"])
def test_who_publishes_has_a_name_that_people_know(source):
    text = cards.details(samples.reader(), stored(event(source=source)), origin="", bot_username="a").text
    assert f"</b> {source}" not in text.splitlines()[-1]
