"""What one does with an event from its card, every button of it."""

import dataclasses
import datetime as dt
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest

from domain.job_events import EventStatus
from storage.tables import alerts, matches

WAYS_ON = {"Même domaine, près de là", "Mes prochains événements", "Événements à distance"}
WAYS_OUT = [("Une pause d’un mois", "31 mars"), ("Tout arrêter", "plus de message")]
LEAVE = {"Trop loin": "distance", "Pas mon domaine": "domaines", "Pas libre": "moments"}


@pytest.fixture
async def card(stage, lea):
    """Léa, in front of the card of a new event."""
    await lea.settle_in()
    await stage.publish(stage.event(place_name="Salle <des> fêtes", address="1 place Bonnyaud"))
    assert "n° 1" in lea.text
    return lea


async def test_the_card_leads_to_the_site(card):
    assert card.url("M’inscrire sur le site").startswith("https://example.org/")


@pytest.mark.parametrize("reason", LEAVE)
async def test_not_for_me_offers_the_change_that_would_fix_it(stage, card, reason):
    assert "Pourquoi ?" in await card.tap("Pas pour moi")
    assert "changer vos choix" in await card.tap(reason)
    (row,) = await stage.rows(matches)
    assert row["dismissed_at"]
    await card.tap(f"Changer la {LEAVE[reason]}" if reason == "Trop loin" else f"Changer les {LEAVE[reason]}")
    assert "Retour" in card.labels
    assert "Mes choix" in await card.tap("Retour")


async def test_not_for_me_for_another_reason_and_undone(stage, card):
    await card.tap("Pas pour moi")
    await card.tap("Autre raison")
    assert {"Changer mes choix", "Annuler", "Voir mes événements"} <= set(card.labels)
    await card.tap("Annuler")
    assert "Pas pour moi" in card.labels
    (row,) = await stage.rows(matches)
    assert row["dismissed_at"] is None


async def test_what_is_not_for_me_is_not_listed_again(card):
    assert "n° 1" in await card.say("événements")
    await card.tap("1.")
    await card.tap("Pas pour moi")
    assert "n° 1" not in await card.say("événements")


async def test_more_tells_everything_and_leads_back(card):
    text = await card.tap("Plus")
    assert "Salle <des> fêtes" in text
    assert "1 place Bonnyaud" in text
    assert "Publié par" in text
    assert "Accès en fauteuil roulant" in text
    assert "Me le rappeler" in "".join((await card.tap("Revenir à l’événement"), *card.labels))


async def test_the_calendar_file_opens(stage, card):
    await card.tap("Plus")
    await card.tap("Ajouter à mon agenda")
    bodies = [each.body for each in stage.telegram.chats[card.id].messages.values()]
    document = next(body["document"] for body in bodies if "document" in body)
    content = stage.telegram.files[document["file_id"]].content
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert "n° 1" in entry["SUMMARY"]
    assert entry.decoded("DTSTART") == dt.datetime(2027, 3, 3, 8, 30, tzinfo=dt.UTC)
    assert document["file_name"] == "2027-03-03.ics"


async def test_the_map_shows_the_place(card):
    await card.tap("Plus")
    await card.tap("Voir sur la carte")
    venue = next(message["venue"] for message in card.from_bot if message["venue"])
    assert "n° 1" in venue["title"]


async def test_the_link_that_is_shared_opens_the_event_for_another(stage, card, omar):
    await card.tap("Plus")
    shared = parse_qs(urlsplit(card.url("Partager")).query)["url"][0]
    await omar.start(parse_qs(urlsplit(shared).query)["start"][0])
    assert "n° 1" in omar.text
    assert "Remind me" in omar.labels


async def test_why_this_message_holds_it_against_each_choice(card):
    await card.tap("Plus")
    text = await card.tap("Pourquoi ce message")
    assert text.count("Convient.") == 3
    await card.tap("Revenir à l’événement")
    assert "Pas pour moi" in card.labels


async def test_an_error_reported_reaches_the_operator_and_names_nobody(stage, card):
    operator = stage.person("Opératrice")
    await operator.start()
    await stage.stop()
    stage.environ["OPERATOR_CHAT_IDS"] = str(operator.id)
    await stage.start()
    await card.tap("Plus")
    await card.tap("Signaler une erreur")
    assert "Merci" in await card.tap("La date ou l’heure est fausse")
    assert "La date ou l’heure est fausse" in operator.text
    assert "n° 1" in operator.text
    assert str(card.id) not in operator.last["html"]
    before = len(operator.from_bot)
    await card.tap("Revenir à l’événement")
    await card.tap("Plus")
    await card.tap("Signaler une erreur")
    await card.tap("La date ou l’heure est fausse")
    assert len(operator.from_bot) == before


@pytest.mark.parametrize(("button", "standing"), WAYS_OUT)
async def test_a_card_has_its_way_out(card, button, standing):
    await card.tap("Plus")
    assert standing in await card.tap(button)


async def test_a_full_event_updates_the_card_and_tells_who_asked_to_be_reminded(stage, lea):
    other = stage.person("Sami")
    for person in (lea, other):
        await person.settle_in()
    event = stage.event()
    await stage.publish(event)
    await lea.tap("Me le rappeler")
    await lea.tap("La veille")
    others = len(other.from_bot)
    await stage.publish(dataclasses.replace(event, status=EventStatus.FULL, seats_left=0))
    assert "maintenant complet" in lea.text
    assert set(lea.labels) >= WAYS_ON
    assert len(other.from_bot) == others, "no second message"
    assert "Complet" in other.text
    assert set(other.labels) >= WAYS_ON


async def test_an_event_that_is_listed_no_more_is_never_called_cancelled(stage, lea):
    await lea.settle_in()
    event, rest = stage.event(), [stage.event() for _ in range(3)]
    await stage.publish(event, *rest)
    await lea.tap("1.")
    await lea.tap("Me le rappeler")
    await lea.tap("La veille")
    await stage.withdraw(event)
    assert "n’apparaît plus sur le site" in lea.text
    assert not any("annul" in text.lower() for text in lea.texts)
    await stage.pass_time(hours=31)
    assert "N’apparaît plus" in lea.text
    assert len(await stage.rows(alerts)) == 1
