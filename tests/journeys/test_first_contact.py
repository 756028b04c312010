"""First contact: six answers, one typed; each can be typed or tapped, and taken back."""

import pytest

from domain import availability
from storage.tables import alerts, conversations, inbox, subscribers
from tests.databases import JOURNEY_ON_BOTH

pytestmark = pytest.mark.again


@JOURNEY_ON_BOTH
async def test_six_answers_lead_to_the_next_events(lea):
    assert "Je vous préviens" in await lea.start()
    assert "1 sur 3. Où cherchez-vous ?" in await lea.tap("Commencer")
    assert "Toulouse" in await lea.say("toulouse")
    assert "2 sur 3" in await lea.tap("30 km")
    await lea.tap("Transport")
    assert "3 sur 3" in await lea.tap("Valider")
    await lea.tap("Le matin")
    ready = await lea.tap("Valider")
    assert "C’est prêt." in ready
    assert "Toulouse (31), 30 km" in ready
    assert "Transport, logistique" in ready
    assert "Avec ces choix" in ready
    assert "entre 20 heures et 8 heures" in ready
    assert [label.removeprefix("✓ ") for label in lea.labels][:3] == [
        "Me prévenir tout de suite",
        "Un résumé par jour",
        "Un résumé par semaine",
    ]


@JOURNEY_ON_BOTH
async def test_every_answer_can_be_typed(lea):
    await lea.start()
    await lea.say("commencer")
    await lea.say("31000")
    assert "2 sur 3" in await lea.say("cinquante km")
    assert "Valider" in "".join((await lea.say("cariste"), *lea.labels))
    assert "3 sur 3" in await lea.say("oui")
    assert "Choisi : le matin" in await lea.say("le matin")
    ready = await lea.say("ok")
    assert "C’est prêt." in ready
    assert "50 km" in ready
    assert "Transport, logistique" in ready
    assert "C’est noté" in "".join((await lea.say("un résumé par semaine"), *lea.texts))


async def test_it_speaks_english_too(omar):
    assert "I tell you" in await omar.start()
    assert "1 of 3. Where are you looking?" in await omar.tap("Start")
    await omar.say("villeurbanne")
    assert "2 of 3" in await omar.tap("10 km")
    await omar.say("nurse")
    await omar.tap("Health")
    assert "3 of 3" in await omar.tap("Confirm")
    await omar.say("mornings")
    ready = await omar.say("ok")
    assert "You are all set." in ready
    assert "Villeurbanne (69), 10 km" in ready
    assert "Health" in ready


async def test_one_message_serves_for_all_the_questions_that_are_tapped(lea):
    await lea.start()
    await lea.tap("Commencer")
    await lea.tap("À distance seulement")
    await lea.tap("Tous les domaines")
    await lea.tap("Tout")
    await lea.tap("Valider")
    assert len(lea.from_bot) == 1


async def test_typed_answers_leave_one_question_on_the_screen_and_none_at_the_end(lea):
    for answer in ("/start", "commencer", "toulouse", "30", "tout", "tout"):
        await lea.say(answer)
    assert sum("sur 3" in text for text in lea.texts) == 1
    await lea.say("valider")
    assert not any("sur 3" in text for text in lea.texts)


ANSWERS = ["/start", "commencer", "toulouse", "30", "cariste", "oui", "le matin"]


@pytest.mark.parametrize("step", range(2, len(ANSWERS) + 1))
async def test_a_restart_resumes_at_the_same_question(stage, lea, step):
    for answer in ANSWERS[:step]:
        await lea.say(answer)
    before = lea.text
    await stage.restart()
    stage.clock.move(days=31)
    assert await lea.start() == before
    assert await lea.say("/start") == before


@JOURNEY_ON_BOTH
async def test_a_restart_resumes_among_homonyms_and_dates_too(stage, lea):
    for answer in ("/start", "commencer", "saint denis"):
        await lea.say(answer)
    before, choice = lea.text, lea.labels
    await stage.restart()
    assert (await lea.start(), lea.labels) == (before, choice)
    for answer in ("1", "30", "tout", "tout"):
        await lea.say(answer)
    before = await lea.tap("Dates")
    await stage.restart()
    assert await lea.start() == before


async def test_each_step_can_be_gone_back_to_and_forth_by_buttons(lea):
    await lea.start()
    await lea.tap("Commencer")
    await lea.say("toulouse")
    await lea.tap("50 km")
    await lea.tap("Santé")
    await lea.tap("Valider")
    await lea.tap("Le soir")
    assert "jusqu’à quand" in await lea.tap("Dates")
    assert "3 sur 3" in await lea.tap("Retour")
    assert "✓ Le soir" in lea.labels
    assert "2 sur 3" in await lea.tap("Retour")
    assert "✓ Santé" in lea.labels
    assert "quelle distance" in await lea.tap("Retour")
    assert "✓ 50 km" in lea.labels
    assert "1 sur 3" in await lea.tap("Retour")
    assert "Je vous préviens" in await lea.tap("Retour")
    assert "1 sur 3" in await lea.tap("Commencer")


async def test_each_step_can_be_gone_back_to_by_typing(lea):
    for answer in ("/start", "commencer", "toulouse", "30", "tout"):
        await lea.say(answer)
    assert "2 sur 3" in await lea.say("retour")
    assert "quelle distance" in await lea.say("précédent")
    assert "1 sur 3" in await lea.say("retour")
    assert "Je vous préviens" in await lea.say("retour")


async def test_a_choice_made_before_going_back_is_kept(lea):
    for answer in ("/start", "commencer", "toulouse", "50", "tout", "le matin"):
        await lea.say(answer)
    for _ in range(3):
        await lea.tap("Retour")
    await lea.say("albi")
    await lea.tap("50 km")
    await lea.tap("Valider")
    assert "✓ Le matin" in lea.labels
    assert "Albi (81), 50 km" in await lea.tap("Valider")


# -- where ------------------------------------------------------------------------------------------


async def start_questions(person, *answers):
    for answer in ("/start", "commencer", *answers):
        await person.say(answer)


async def test_homonyms_are_told_apart_by_button_number_and_department(lea):
    await start_questions(lea, "saint denis")
    assert "Seine-Saint-Denis (93)" in "".join(lea.labels)
    assert "(974)" in await lea.say("la réunion")
    await lea.tap("Retour")
    await lea.say("saint denis")
    assert "(93)" in await lea.say("93")
    await lea.tap("Retour")
    await lea.say("saint denis")
    second = lea.labels[1]
    assert second.split(",", maxsplit=1)[0] in await lea.say("2")
    await lea.tap("Retour")
    await lea.say("saint denis")
    assert "1 sur 3" in await lea.tap("Aucun de ceux-là")
    await lea.say("saint denis")
    assert "Toulouse" in await lea.say("toulouse")


async def test_an_unclear_answer_among_homonyms_keeps_the_choice(lea):
    await start_questions(lea, "saint denis")
    choice = lea.labels
    assert "Touchez un de ces lieux" in await lea.say("euh, je ne sais plus trop")
    assert lea.labels == choice


async def test_a_shared_position_finds_the_commune_and_is_not_kept(stage, lea):
    await start_questions(lea)
    await lea.tap("📍")
    assert "bas de l’écran" in "".join(lea.texts)
    assert "quelle distance" in await lea.share(43.6117, 1.4523)
    assert "Toulouse (31)" in lea.text
    assert any("n’est pas gardée" in text for text in lea.texts)
    assert "43.61" not in str([await stage.rows(table) for table in (alerts, conversations, inbox)])


async def test_a_position_abroad_leads_on(lea):
    await start_questions(lea)
    assert "pas en France" in await lea.share(40.4168, -3.7038)
    assert "Toulouse" in await lea.say("toulouse")


async def test_online_only_asks_neither_distance_nor_way_of_attending(lea):
    await start_questions(lea)
    assert "2 sur 3" in await lea.tap("À distance seulement")
    await lea.tap("Tous les domaines")
    assert not any("Sur place" in label for label in lea.labels)
    await lea.tap("Tout")
    ready = await lea.tap("Valider")
    assert "Événements à distance" in ready or "à distance" in ready


async def test_online_only_can_be_typed(lea):
    await start_questions(lea)
    for typed in ("à distance", "en visio", "en ligne"):
        assert "2 sur 3" in await lea.say(typed)
        await lea.tap("Retour")


async def test_a_distance_can_be_typed_and_an_impossible_one_is_asked_again(lea):
    await start_questions(lea, "toulouse")
    for typed in ("5000", "0", "loin", "💛"):
        assert "de 1 à 200" in await lea.say(typed)
        assert "10 km" in lea.labels
    said = {"cinquante km": "50 km", "20": "20 km", "environ 15 kilomètres": "15 km", "100km": "100 km"}
    for typed, shown in said.items():
        assert f"Toulouse (31), {shown}" in await lea.say(typed)
        await lea.tap("Retour")


@pytest.mark.parametrize("typed", ["plutôt Albi", "81000", "à albi"])
async def test_another_town_can_be_typed_where_the_distance_is_asked(lea, typed):
    await start_questions(lea, "toulouse")
    assert "Albi (81)" in await lea.say(typed)
    assert "Albi (81), 20 km" in await lea.say("20")


async def test_a_department_is_its_main_town_and_far_around(lea):
    await start_questions(lea)
    text = await lea.say("haute-garonne")
    assert "Haute-Garonne (31)" in text + "".join(lea.labels)


# -- what -------------------------------------------------------------------------------------------


async def test_an_unclear_trade_shows_the_sectors(lea):
    await start_questions(lea, "toulouse", "30")
    assert "Je ne connais pas ce métier" in await lea.say("zorglubeur")
    assert "Santé" in lea.labels


async def test_several_sectors_are_ticked_and_unticked(lea):
    await start_questions(lea, "toulouse", "30")
    await lea.tap("Santé")
    await lea.tap("Industrie")
    await lea.tap("Spectacle")
    await lea.tap("Spectacle")
    assert {"✓ Santé", "✓ Industrie", "Spectacle"} <= set(lea.labels)
    await lea.tap("Aussi les domaines non précisés")
    assert "Aussi les domaines non précisés" in lea.labels
    assert "Industrie, Santé" in await lea.tap("Valider")


async def test_two_typed_trades_are_both_taken(lea):
    await start_questions(lea, "toulouse", "30", "cariste")
    await lea.tap("Transport")
    await lea.say("aide-soignante")
    await lea.tap("Santé")
    text = await lea.tap("Valider")
    assert "Santé, Transport, logistique" in text


async def test_yes_to_several_offers_is_asked_back(lea):
    await start_questions(lea, "toulouse", "30", "transport et santé")
    offered = [label for label in lea.labels if label not in {"Voir tous les domaines", "Valider"}]
    assert len(offered) > 1
    await lea.say("oui")
    assert lea.labels[: len(offered)] == offered
    text = await lea.say("les deux")
    assert "3 sur 3" in text
    assert all(label in text for label in offered)


async def test_all_sectors(lea):
    await start_questions(lea, "toulouse", "30")
    await lea.tap("Santé")
    assert "Tous les domaines" in await lea.tap("Tous les domaines")


# -- when -------------------------------------------------------------------------------------------


async def test_the_grid_by_rows_and_columns(lea):
    await start_questions(lea, "toulouse", "30", "tout")
    assert "au moins un moment" in await lea.tap("Valider")
    assert "Choisi : le matin" in await lea.tap("Le matin")
    assert "le matin et l’après-midi" in await lea.tap("L’après-midi")
    assert "Choisi : l’après-midi" in await lea.tap("Le matin")
    assert "samedi" in (await lea.tap("Samedi")).lower()
    assert "n’importe quand" in (await lea.tap("Tout")).lower() or "✓ Tout" in lea.labels
    await lea.tap("Tout")
    assert "Choisi" not in lea.text


async def test_the_grid_day_by_day(lea):
    await start_questions(lea, "toulouse", "30", "tout")
    await lea.tap("Choisir jour par jour")
    assert "Mardi" in lea.labels
    assert "Choisi : mardi" in await lea.tap("Mardi")
    await lea.tap_data("half1:1")
    assert "lundi : le matin" in lea.text
    await lea.tap("Choisir des jours")
    assert "Le matin" in lea.labels
    assert "lundi : le matin" in lea.text


async def test_the_way_of_attending_is_never_empty(lea):
    await start_questions(lea, "toulouse", "30", "tout")
    await lea.tap("À distance")
    assert "À distance" in lea.labels
    await lea.tap("Sur place")
    assert {"Sur place", "✓ À distance"} <= set(lea.labels)
    await lea.say("les deux")
    assert {"✓ Sur place", "✓ À distance"} <= set(lea.labels)


async def test_dates_are_typed_one_bound_after_the_other(lea):
    await start_questions(lea, "toulouse", "30", "tout")
    await lea.tap("Dates")
    assert "3 sur 3" in await lea.say("à partir du 8 mars")
    assert "Dates : à partir du 8 mars" in lea.labels or "8 mars" in "".join(lea.labels)
    await lea.tap("Dates")
    await lea.say("jusqu’au 20 mars")
    dates = next(label for label in lea.labels if label.startswith("Dates"))
    assert "8" in dates
    assert "20 mars" in dates
    await lea.tap("Dates")
    assert "Dates : sans limite" in "".join((await lea.say("sans limite de date"), *lea.labels))


async def test_dates_that_cannot_be_are_asked_again(lea):
    await start_questions(lea, "toulouse", "30", "tout")
    await lea.tap("Dates")
    assert "passées" in await lea.say("en février 2026")
    assert "compris" in await lea.say("quand les poules auront des dents")
    assert "Retour" in lea.labels


# -- before any answer ------------------------------------------------------------------------------


async def test_events_can_be_seen_before_any_answer_and_nothing_is_kept(stage, lea):
    await lea.start()
    assert "Les prochains événements en France" in await lea.tap("Voir des événements d’abord")
    await lea.tap("Page suivante")
    await lea.tap("6.")
    await lea.tap("Plus")
    await lea.tap("Pourquoi ce message")
    await lea.tap("Revenir à l’événement")
    await lea.tap("Revenir à la liste")
    for table in (subscribers, alerts, conversations):
        assert await stage.rows(table) == []
    assert "1 sur 3" in await lea.tap("Commencer")


async def test_start_in_the_middle_asks_the_same_question(lea):
    await start_questions(lea, "toulouse")
    assert "quelle distance" in await lea.start()
    assert "2 sur 3" in await lea.tap("30 km")


async def test_another_screen_in_the_middle_loses_nothing(lea):
    await start_questions(lea, "toulouse", "30")
    assert "Menu" in await lea.say("/menu")
    assert "Vos données" in await lea.say("mes données")
    assert "2 sur 3" in await lea.say("mes choix")
    assert "Toulouse (31), 30 km" in lea.text


async def test_the_language_is_switched_in_the_middle(stage, lea):
    await start_questions(lea, "toulouse", "30")
    await lea.say("/langue")
    assert "2 of 3" in await lea.tap("English")
    assert "Health" in lea.labels
    await lea.tap("All sectors")
    await lea.tap("Any time")
    assert "You are all set." in await lea.tap("Confirm")
    (kept,) = await stage.rows(subscribers)
    assert kept["language"] == "en"


async def test_a_link_opens_an_event_and_unknown_ones_lead_on(lea):
    assert "Plus…" in "".join((await lea.start("e1"), *lea.labels))
    for payload in ("e999999", "e99999999999999999999999", "e", "e-1", "zzz", "group", "E1"):
        await lea.start(payload)
        assert len(lea.labels) > 1


async def test_a_link_in_the_middle_of_the_questions_loses_nothing(lea):
    await start_questions(lea, "toulouse")
    await lea.start("e1")
    assert "Plus…" in lea.labels
    assert "2 sur 3" in await lea.say("30")


STEPS = {
    "place": (),
    "place choice": ("saint denis",),
    "radius": ("toulouse",),
    "sectors": ("toulouse", "30"),
    "offers": ("toulouse", "30", "aide-soignante"),
    "when": ("toulouse", "30", "tout"),
}


@pytest.mark.long
@pytest.mark.parametrize("answers", STEPS.values(), ids=STEPS.keys())
async def test_what_stands_on_a_button_can_be_typed(stage, answers):
    async def two():
        people = stage.person("Tapping"), stage.person("Typing")
        for person in people:
            await start_questions(person, *answers)
        return people

    tapping, typing = await two()
    # the position is for the phone's own button; what is ticked is not unticked by typing
    for label in [label for label in tapping.labels if label[0] not in "📍✓"]:
        if label not in tapping.labels or "Choisi" in tapping.text:
            tapping, typing = await two()
        await tapping.tap(label)
        await typing.say(label)
        assert (typing.text, typing.labels) == (tapping.text, tapping.labels), label


async def test_an_answer_to_a_later_question_is_kept_for_it(lea):
    await lea.start()
    await lea.tap("Commencer")
    for early in ("boulanger", "le matin"):
        assert "D’abord le lieu" in await lea.say(early)
    assert "Autour de Guéret" in await lea.say("Guéret")
    await lea.tap("30 km")
    assert "✓ Commerce, vente" in lea.labels
    assert "Choisi : le matin" in await lea.tap("Valider")


async def test_a_day_is_no_town_and_dates_are_kept_for_their_question(lea):
    await lea.start()
    await lea.tap("Commencer")
    for early in ("aujourd’hui", "tout de suite", "oui", "les deux", "du 9 au 20 mars", "demain à 9 h"):
        assert "D’abord le lieu" in await lea.say(early)
    assert "Autour de Guéret" in await lea.say("Guéret")
    for not_here in ("demain", "les deux"):
        assert "Touchez une distance" in await lea.say(not_here)
    await lea.say("30")
    await lea.tap("Valider")
    assert "Dates : du 9 au 20 mars" in lea.labels


@pytest.mark.parametrize(
    ("typed", "town"), [("Boulange", "Boulange"), ("Mars", "Marseille"), ("denain", "Denain")]
)
async def test_a_town_is_one_whatever_else_its_name_means(lea, typed, town):
    await lea.start()
    await lea.tap("Commencer")
    assert f"Autour de {town}" in await lea.say(typed)


async def test_a_greeting_answers_no_question(lea):
    await lea.start()
    for answer in ("commencer", "Guéret", "30"):
        question = await lea.say(answer)
        for greeting in ("salut", "Bonjour !", "merci"):
            assert await lea.say(greeting) == question
    assert "2 sur 3" in question


async def test_a_double_tap_answers_one_question_only(lea):
    await lea.start()
    for answer in ("commencer", "Guéret", "30"):
        await lea.say(answer)
    assert "2 sur 3" in await lea.tap("Santé")
    confirm = lea.data("Valider")
    when = await lea.tap("Valider")
    assert "3 sur 3" in when
    assert await lea.tap_data(confirm) == when, "no reproach that nothing is chosen"
    back = lea.data("Retour")
    assert "2 sur 3" in await lea.tap("Retour")
    assert "2 sur 3" in await lea.tap_data(back)


@pytest.mark.parametrize(
    ("typed", "told"), [("français", "Bonjour"), ("english", "Hello"), ("en anglais", "Hello")]
)
async def test_the_name_of_a_language_chooses_it(lea, typed, told):
    await lea.start()
    await lea.say("langue")
    assert (await lea.say(typed)).startswith(told)


async def test_a_day_that_is_refused_is_taken_from_what_is_chosen(stage, lea):
    await lea.start()
    for answer in ("commencer", "Guéret", "30", "tout", "le matin du lundi au vendredi", "pas le mercredi"):
        await lea.say(answer)
    await lea.say("valider")
    (alert,) = await stage.rows(alerts)
    assert alert["half_days"] == availability.cells([0, 1, 3, 4], [availability.DayPart.MORNING])
