"""An agency writes to many: counted, previewed, tried, sent, followed, stopped; never at night."""

import asyncio
import datetime as dt
import json
from dataclasses import replace

import pytest

from domain.sectors import Sector
from domain.subscribers import Language
from storage.announcements import Announcements
from storage.tables import announcements, journal, outbox
from tests.journeys import agency
from tests.journeys.agency import TEXT, received, settle_many, write
from tests.journeys.stage import MONDAY, PATIENCE_S, plain

TOULOUSE = "31555"


@pytest.fixture
async def ines(stage):
    """Writes for the agency of Guéret."""
    return await agency.writer_of(stage)


async def acts(stage):
    return [(row["act"], row["people"]) for row in await stage.rows(journal)]


async def toasts(stage):
    """What was said over the chat, in order."""
    calls = [json.loads(line) for line in (stage.folder / "calls.jsonl").read_text("utf-8").splitlines()]
    said = [call["params"].get("text") for call in calls if call["method"] == "answerCallbackQuery"]
    return [plain(text) for text in said if text]


async def test_from_the_text_to_what_was_delivered(stage, ines):
    near = await settle_many(stage, 12)
    far = await settle_many(stage, 2, place=TOULOUSE)
    said = await write(ines)
    assert "Il sera envoyé à 12 personnes." in said
    assert f"Agence de Guéret vous écrit\n\n{TEXT}" in said
    await ines.tap("M’envoyer un essai")
    assert ines.texts[-2].startswith("Agence de Guéret vous écrit")
    assert "Envoyer à 12 personnes" in ines.labels
    assert sum(received(near)) == 0
    await ines.tap("Envoyer à 12 personnes")
    await stage.pass_time(seconds=15)
    assert received(near) == [1] * 12
    assert received(far) == [0, 0]
    assert "Pourquoi ce message : à moins de 50 km de Guéret (23)." in near[0].text
    assert near[0].labels == ["Voir des événements", "Pause ou arrêt"]
    assert ines.text.startswith("Envoyée : Forum mardi")
    assert "Reçu : 12\nInjoignables : 0\nÉchecs : 0" in ines.text
    assert [act for act, _ in await acts(stage)] == [
        "added",
        "invited",
        "joined",
        "tested",
        "sent",
        "finished",
    ]
    assert [people for _, people in await acts(stage)][-2:] == [12, 12]
    await stage.restart()
    await stage.pass_time(hours=1)
    assert received(near) == [1] * 12


@pytest.mark.parametrize(
    ("label", "answer"), [("Voir des événements", "Vos prochains événements"), ("Pause ou arrêt", "pause")]
)
async def test_what_is_asked_under_an_announcement_is_answered_below_it(stage, ines, label, answer):
    reader, *_ = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Envoyer à 10")
    await stage.pass_time(seconds=15)
    announcement = reader.last
    assert answer in await reader.tap(label)
    assert announcement in reader.messages
    assert reader.last["id"] > announcement["id"]


@pytest.mark.parametrize("moment", ["", "demain 9h"])
async def test_sent_with_a_double_tap_it_leaves_once_and_says_how_far_it_is(stage, ines, moment):
    people = await settle_many(stage, 10)
    await (scheduled(ines, moment) if moment else write(ines))
    screen, data = ines.last["id"], ines.data("Envoyer à 10")
    for _ in range(2):
        stage.telegram.tap_data(ines.id, screen, data)
    await stage.settle()
    assert "Forum mardi" in ines.text
    assert "Arrêter l’envoi" in ines.labels
    assert await toasts(stage) == []
    await stage.pass_time(hours=24)
    assert received(people) == [1] * 10


async def test_a_double_tap_sends_one_copy_and_another_tap_another(stage, ines):
    await write(ines)
    for copies in (1, 2):
        screen, data = ines.last["id"], ines.data("M’envoyer un essai")
        for _ in range(2):
            stage.telegram.tap_data(ines.id, screen, data)
        await stage.settle()
        assert "Voici le message" in ines.text
        assert sum("vous écrit" in said and "Voici" not in said for said in ines.texts) == copies
    assert [act for act, _ in await acts(stage)].count("tested") == copies


async def test_a_writer_who_taps_an_old_button_sees_where_announcements_are_written(stage, ines):
    await write(ines)
    screen, data = ines.last["id"], ines.data("Envoyer à")
    await ines.tap("Ne rien envoyer")
    stage.telegram.tap_data(ines.id, screen, data)
    await stage.settle()
    assert "ne sert plus" in (await toasts(stage))[-1]
    assert "Agence de Guéret : vos annonces" in ines.text


async def test_the_number_of_people_is_live(stage, ines):
    await settle_many(stage, 11, sectors=frozenset({Sector.INDUSTRY}))
    await settle_many(stage, 3, sectors=frozenset({Sector.HEALTH}), radius_km=5)
    await ines.say("/annonce")
    await ines.tap("Écrire une annonce")
    await ines.say(TEXT)
    await ines.say("guéret")
    assert "À ce stade : 14 personnes." in await ines.tap("30 km")
    assert "À ce stade : 11 personnes." in await ines.tap("Industrie")
    assert "À ce stade : 14 personnes." in await ines.tap("Santé")
    await ines.tap("Valider")
    assert "À ce stade" in await ines.say("le samedi")
    assert "14 personnes" in await ines.tap("Valider")


async def test_of_fewer_than_ten_the_number_is_never_told(stage, ines):
    people = await settle_many(stage, 3)
    said = await write(ines)
    assert "moins de 10 personnes" in said
    assert "élargir" in said
    await ines.tap("Envoyer à moins de 10 personnes")
    await stage.pass_time(seconds=15)
    assert received(people) == [1, 1, 1]
    for text in ines.texts:
        assert "3 personnes" not in text
        assert "Reçu" not in text
    nobody = await write(ines, "Une autre annonce, pour les mêmes personnes, la semaine prochaine.")
    assert "moins de 10 personnes" in nobody


async def test_who_paused_stopped_or_blocked_is_left_out(stage, ines):
    people = await settle_many(stage, 14)
    await people[0].say("pause")
    await people[1].say("stop")
    stage.telegram.block(people[2].id)
    await stage.settle()
    assert "11 personnes" in await write(ines)
    stage.telegram.block(people[3].id)
    await stage.settle()
    await ines.tap("Envoyer à 11 personnes")
    await stage.pass_time(seconds=15)
    assert received(people) == [0] * 4 + [1] * 10


async def test_who_cannot_be_reached_is_counted(stage, ines):
    await settle_many(stage, 11)
    await settle_many(stage, 10, has_started=False)
    await write(ines)
    await ines.tap("Envoyer à 21 personnes")
    await stage.pass_time(seconds=15)
    assert "Reçu : 11\nInjoignables : 10\nÉchecs : 0" in ines.text


async def test_at_night_everybody_sleeps_by_their_own_clock(stage, ines):
    paris, cayenne = await settle_many(stage, 10), await settle_many(stage, 10, zone="America/Cayenne")
    stage.clock.now = MONDAY.replace(hour=20)
    assert "Il fait nuit" in await write(ines)
    await ines.tap("Envoyer à 20 personnes")
    await stage.pass_time(seconds=15)
    assert (sum(received(paris)), sum(received(cayenne))) == (0, 10)
    await stage.pass_time(seconds=15)  # how far it is may have been told just before they had it
    assert "10 sur 20 personnes\nLa nuit, rien ne part" in ines.text
    await stage.pass_time(hours=11)
    assert (sum(received(paris)), sum(received(cayenne))) == (10, 10)
    await stage.pass_time(seconds=15)
    assert "Reçu : 20" in ines.text


async def test_by_day_nothing_is_said_of_the_night(stage, ines):
    await settle_many(stage, 10)
    await settle_many(stage, 2, place=TOULOUSE, zone="Pacific/Noumea")  # noise: it is night there
    await write(ines)
    await ines.tap("Envoyer à 10")
    await stage.pass_time(seconds=15)
    calls = plain((stage.folder / "calls.jsonl").read_text("utf-8"))
    assert "0 sur 10 personnes" in calls
    assert "La nuit, rien ne part" not in calls


async def test_it_is_scheduled_by_day_and_goes_then(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Choisir le jour et l’heure")
    assert "la nuit" in await ines.say("demain 22h")
    assert "passé" in await ines.say("aujourd’hui 8h")
    assert "trop loin" in await ines.say("dans 200 jours")
    assert "pas compris" in await ines.say("zorglub")
    assert "Envoyer à 10 personnes" in (await ines.say("maintenant") and ines.labels)
    await ines.tap("Choisir le jour et l’heure")
    said = await ines.say("demain à 14 h 30")
    assert "Envoyer à 10 personnes, mardi 2 mars, 14 h 30" in ines.labels
    assert "Forum" in said
    assert "mardi 2 mars, 14 h 30" in await ines.tap("Envoyer à 10")
    await stage.restart()
    await stage.pass_time(hours=24)
    assert sum(received(people)) == 0
    assert [row["send_at"] for row in await stage.rows(announcements)] == [
        dt.datetime(2027, 3, 2, 13, 30, tzinfo=dt.UTC)
    ]
    await stage.pass_time(hours=5)
    assert received(people) == [1] * 10
    await stage.pass_time(seconds=15)
    assert "Envoyée" in ines.text


async def test_a_scheduled_one_can_be_stopped(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Choisir le jour et l’heure")
    await ines.say("demain")
    await ines.tap("Envoyer à 10 personnes, mardi")
    assert "Arrêtée" in await ines.tap("Arrêter l’envoi")
    assert await toasts(stage) == ["C’est arrêté : rien n’est parti."]
    await stage.pass_time(hours=30)
    assert sum(received(people)) == 0
    assert "Départ" not in await ines.say("mes annonces")
    assert any(label.startswith("Arrêtée : Forum") for label in ines.labels)
    assert [act for act, _ in await acts(stage)][-2:] == ["scheduled", "stopped"]


@pytest.mark.parametrize("meanwhile", [(), ("/annonce", "Écrire une annonce")])
async def test_the_label_of_the_button_that_stops_may_be_typed(stage, ines, meanwhile):
    people = await settle_many(stage, 10)
    await scheduled(ines)
    await ines.tap("Envoyer à 10")
    assert "Départ mardi 2 mars" in await ines.say("voir l'avancement")
    for said in meanwhile:
        await ines.say(said)
    assert "Départ mardi 2 mars" in await ines.say("actualiser")
    assert "C’est arrêté : rien n’est parti." in await ines.say("arreter l'envoi")
    await stage.pass_time(hours=30)
    assert sum(received(people)) == 0
    assert "vos annonces" in await ines.say("arrêter l’envoi"), "nothing goes any more"


async def test_of_several_under_way_a_typed_label_shows_them_all(stage, ines, lea):
    await settle_many(stage, 10)
    for _ in range(2):
        await scheduled(ines)
        await ines.tap("Envoyer à 10")
    assert "vos annonces" in await ines.say("arrêter l’envoi")
    assert sum(label.startswith("Départ mardi 2 mars") for label in ines.labels) == 2
    assert {row["state"] for row in await stage.rows(announcements)} == {"scheduled"}
    assert "Vos annonces partent quand même." in await ines.say("stop")
    assert ines.labels[0] == "Mes annonces"
    await lea.settle_in()
    assert "annonce" not in await lea.say("arrêter l’envoi")


@pytest.mark.parametrize("word", ["stop", "arreter"])
async def test_a_writer_who_says_stop_is_told_that_the_sending_goes_on_and_can_stop_it(stage, ines, word):
    people = await settle_many(stage, 10)
    await scheduled(ines)
    await ines.tap("Envoyer à 10")
    said = await ines.say(word)
    assert "plus de message" in said
    assert "Votre annonce part quand même." in said
    assert "Arrêtée" in await ines.tap("Arrêter l’envoi")
    assert "quand même" not in await ines.say(word)
    await stage.pass_time(hours=30)
    assert sum(received(people)) == 0


async def test_stopped_in_the_middle_it_sends_nothing_more(stage, ines):
    await stage.stop()
    stage.environ["SEND_RATE_PER_SECOND"] = "8"
    await stage.start()
    people = await settle_many(stage, 60)
    await write(ines)
    (screen,) = [each for each in ines.messages if any("Envoyer à" in k["text"] for k in keys(each))]
    stage.telegram.tap_data(ines.id, screen["id"], ines.data("Envoyer à 60"))
    async with asyncio.timeout(PATIENCE_S):
        while sum(received(people)) < 12:  # noqa: ASYNC110 -- the phones set no event
            await asyncio.sleep(0.02)
    stage.clock.move(seconds=3)
    stage.telegram.tap_data(ines.id, screen["id"], "halt1:1")
    await stage.settle()
    got = sum(received(people))
    assert 12 <= got < 40
    await stage.pass_time(seconds=15)
    await stage.pass_time(hours=3)
    assert sum(received(people)) == got
    assert f"Reçu : {got}" in ines.text
    assert max(received(people)) == 1
    left = [row for row in await stage.rows(outbox) if row["announcement_id"] and row["state"] == "dropped"]
    assert len(left) == 60 - got
    assert [act for act, _ in await acts(stage)][-2:] == ["sent", "stopped"]


def keys(message):
    return [key for line in message["inline_keyboard"] for key in line]


async def test_everything_can_be_typed_and_taken_back(stage, ines):
    await settle_many(stage, 10)
    await ines.say("écrire une annonce")
    await ines.say("Bonjour à tous, ne dites pas stop : venez nombreux au forum !")
    assert "Pour qui" in ines.text
    assert "Écrivez votre message" in await ines.say("retour")
    await ines.say("Bonjour à tous, ne dites pas stop : venez nombreux au forum !")
    await ines.say("guéret")
    assert "Pour qui" in await ines.say("retour")
    await ines.say("tout le monde")
    assert "pour toutes les personnes" in ines.text.lower()
    await ines.say("tous les domaines")
    assert "Touchez un bouton" in (await ines.say("valider") and await ines.say("oui"))
    await ines.tap("Changer le texte")
    await ines.say("Le forum est déplacé à la mairie de Guéret.")
    assert "déplacé" in ines.text
    await ines.tap("Changer pour qui")
    assert "pour toutes les personnes" in (await ines.say("passer")).lower()
    await ines.say("retour")
    await ines.say("à distance")
    await ines.tap("Tous les domaines")
    assert "événements à distance" in (await ines.tap("Valider")).lower()
    await stage.restart()
    assert "Agence de Guéret : vos annonces" in await ines.tap("Ne rien envoyer")
    assert await stage.rows(announcements) == []


async def test_to_change_one_thing_the_rest_need_not_be_said_again(ines):
    await write(ines)
    await ines.tap("Changer pour qui")
    await ines.tap("Garder Guéret (23), 50 km")
    await ines.tap("Santé")
    await ines.tap("Valider")
    await ines.tap("Tout")
    shown = await ines.say("passer")
    assert "À moins de 50 km de Guéret (23) · Santé · tous les jours, à toute heure" in shown


async def test_all_but_the_place_can_be_skipped(ines):
    for answer in ("/annonce", "écrire une annonce", TEXT):
        await ines.say(answer)
    assert "D’abord le lieu" in await ines.say("passer")
    for answer in ("Guéret", "passer", "passer", "passer"):
        await ines.say(answer)
    assert "À moins de 30 km de Guéret (23) · Tous les domaines · tous les jours" in ines.text


async def test_a_text_too_long_or_empty_is_asked_again(stage, ines):
    await ines.say("/annonce")
    await ines.tap("Écrire une annonce")
    assert "trop long" in await ines.say("mot " * 700)
    assert "rien à lire" in await ines.say("\u200b\u202e")
    assert "Pour qui" in await ines.say("<b>Forum</b> & café")
    await ines.tap("Tout le monde")
    await ines.tap("Tous les domaines")
    assert "<b>Forum</b> & café" in await ines.tap("Valider")


async def test_the_frame_is_in_the_readers_language(stage, ines):
    people = await settle_many(stage, 10, language=Language.ENGLISH)
    await write(ines)
    await ines.tap("Envoyer à 10")
    await stage.pass_time(seconds=15)
    assert "Agence de Guéret writes to you" in people[0].text
    assert "Why this message: within 50 km of Guéret (23)." in people[0].text
    assert TEXT in people[0].text


async def test_a_preview_further_up_sends_nothing_and_shows_the_present_one(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    old, data = ines.last["id"], ines.data("Envoyer à 10")
    await ines.tap("M’envoyer un essai")
    stage.telegram.tap_data(ines.id, old, data)
    await stage.settle()
    assert "plus ancien" in ines.text
    assert await stage.rows(announcements) == []
    await ines.say("envoyer à 10 personnes")
    await stage.pass_time(seconds=15)
    assert received(people) == [1] * 10


async def scheduled(writer, moment="demain 9h"):
    """A preview that is to go then."""
    await write(writer)
    await writer.tap("Choisir le jour et l’heure")
    await writer.say(moment)


async def test_once_its_moment_is_over_no_number_of_taps_sends_it_at_once(stage, ines):
    people = await settle_many(stage, 10)
    await scheduled(ines)
    screen, data = ines.last["id"], ines.data("Envoyer à 10 personnes, mardi")
    stage.clock.move(hours=30)
    for _ in range(2):
        stage.telegram.tap_data(ines.id, screen, data)
    await stage.settle()
    assert "Ce moment est passé" in ines.text
    assert ines.last["id"] == screen
    for _ in range(2):  # whatever stands now where the button stood
        stage.telegram.tap(ines.id, screen, 1, 0)
        await stage.settle()
    assert await stage.rows(announcements) == []
    await ines.say("demain 9h")
    await ines.tap("Envoyer à 10 personnes, mercredi")
    await stage.pass_time(hours=24)
    assert received(people) == [1] * 10


async def test_a_button_drawn_for_another_moment_sends_nothing(stage, ines):
    await settle_many(stage, 10)
    await scheduled(ines)
    data = ines.data("Envoyer à 10 personnes, mardi")
    await ines.tap("Choisir le jour et l’heure")
    await ines.tap("Dès que je confirme")
    assert "plus ancien" in await ines.tap_data(data)
    assert await stage.rows(announcements) == []


async def test_a_button_from_before_it_named_its_moment_shows_the_preview_again(stage, ines):
    await settle_many(stage, 10)
    await scheduled(ines)
    assert "mardi 2 mars, 9 h" in (await ines.tap_data("send1") and ines.labels[1])
    assert await stage.rows(announcements) == []


async def test_counting_people_holds_up_nobody_who_writes(stage, ines, monkeypatch):
    people = await settle_many(stage, 10)
    count, times = Announcements.count, []

    async def and_somebody_writes(self, *given, **named):
        async with asyncio.timeout(5), stage.program.database.unit_of_work():
            times.append(stage.clock())
        return await count(self, *given, **named)

    monkeypatch.setattr(Announcements, "count", and_somebody_writes)
    assert "10 personnes" in await write(ines)
    assert len(times) == 3, "the sectors, the moments, the preview"
    await ines.tap("Envoyer à 10")
    await stage.pass_time(seconds=15)
    assert received(people) == [1] * 10


async def test_a_place_no_longer_known_is_said_and_never_becomes_everyone(stage, ines):
    await settle_many(stage, 11)
    await write(ines)
    async with stage.program.database.unit_of_work() as uow:
        state = await uow.conversations.get(ines.id)
        draft = {**state.draft, "wish": {**state.draft["wish"], "commune": "99999"}}
        await uow.conversations.save(ines.id, replace(state, draft=draft))
    assert "Je ne connais plus ce lieu" in await ines.tap("Envoyer à 11 personnes")
    assert await stage.rows(announcements) == []
    assert "Menu" in ines.labels


LONG = (
    "Mardi à 9 h, six employeurs de la logistique vous attendent à Guéret. "
    "Venez avec votre CV : embauche possible sur place."
)


async def test_a_text_typed_unasked_is_offered_as_an_announcement(stage, ines):
    assert "Est-ce le texte d’une annonce ?" in await ines.say(LONG)
    assert ines.labels == ["En faire une annonce", "Non, chercher des événements", "Ne rien envoyer"]
    await stage.restart()
    assert "Touchez l’un des boutons" in await ines.say("bof")
    assert LONG[:50] in ines.text
    assert "Pour qui" in await ines.tap("En faire une annonce")
    for label in ("Guéret", "30", "tout"):
        await ines.say(label)
    assert LONG in await ines.tap("Valider")


@pytest.mark.parametrize(("answer", "told"), [("oui", "Pour qui"), ("non", "vos annonces")])
async def test_an_offer_is_answered_by_typing_too(ines, answer, told):
    await ines.say(LONG)
    assert told in await ines.say(answer)


async def test_who_touches_the_usual_button_after_writing_is_not_asked_for_the_text_again(ines):
    await ines.say("/annonce")
    await ines.say(LONG)
    assert "Pour qui" in await ines.tap("Écrire une annonce")


async def test_a_search_of_a_writer_is_one_still(stage, ines, lea):
    await ines.say(LONG)
    assert "J’ai compris" in await ines.tap("Non, chercher des événements")
    assert await ines.tap_data("searchtext1"), "a stale button leads on"
    await ines.say("/menu")
    assert "J’ai compris" in await ines.say("cuisine vers Pau la semaine pro")
    await lea.settle_in()
    assert "annonce" not in await lea.say(LONG)


@pytest.mark.parametrize("word", ["écrire une annonce", "Nouvelle annonce", "write an announcement"])
async def test_who_says_that_they_write_is_asked_for_the_text_and_others_are_refused(ines, lea, word):
    for _ in range(2):
        assert "Écrivez votre message" in await ines.say(word)
    assert "Seules les agences invitées" in await lea.say(word)


@pytest.mark.parametrize("word", ["agence", "Agence", "annonce", "Je suis une agence"])
async def test_the_command_is_heard_as_a_word(ines, word):
    assert "Agence de Guéret : vos annonces" in await ines.say(word)


async def test_a_second_tap_in_the_same_breath_stops_nothing(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    screen = ines.last["id"]
    await ines.tap("Envoyer à 10")
    stage.telegram.tap_data(ines.id, screen, "halt1:1")
    await stage.settle()
    assert "Votre annonce vient de partir" in (await toasts(stage))[-1]
    await stage.pass_time(seconds=15)
    assert received(people) == [1] * 10
