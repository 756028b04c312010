"""A sentence typed outside any question: understood, corrected, searched, and told from then on."""

import datetime as dt

import pytest

from domain.job_events import Mode
from domain.sectors import Sector
from storage.tables import alerts, conversations, subscribers

PAU, TARBES = "64445", "65440"
SENTENCE = "je cherche un truc dans la cuisine vers pau la semaine pro"


async def publish_next_week(stage, place=PAU, sector=Sector.HOSPITALITY, days=7, **changes):
    event = stage.event(place, sector, **changes)
    moved = dt.timedelta(days=days - 2)
    later = stage.event(
        place, sector, starts_at=event.starts_at + moved, ends_at=event.ends_at + moved, **changes
    )
    await stage.publish(later)
    return later


async def test_a_newcomer_is_understood_and_sees_what_there_is(stage, lea):
    event = await publish_next_week(stage)
    await lea.start()
    text = await lea.say(SENTENCE)
    assert "J’ai compris :" in text
    assert "Pau (64), 30 km · du 8 au 14 mars" in text
    assert "Hôtel, restaurant" in text
    assert lea.labels == ["C’est ça", "Corriger"]
    assert event.title[:20] in await lea.tap("C’est ça")
    assert "Me prévenir des prochains" in lea.labels
    assert await stage.rows(alerts) == []


async def test_at_the_welcome_a_misspelt_town_is_understood(lea):
    await lea.start()
    assert "Toulouse (31), 30 km" in await lea.say("tolouse")


async def test_at_the_welcome_a_name_that_may_be_two_cities_is_asked_about(lea):
    await lea.start()
    await lea.say("nante")
    assert any(label.startswith("Nantes") for label in lea.labels)


async def test_what_is_typed_is_kept_nowhere(stage, lea):
    await lea.start()
    await lea.say(SENTENCE)
    for table in (conversations, subscribers, alerts):
        assert "truc" not in repr(await stage.rows(table))


@pytest.mark.parametrize("yes", ["oui", "c'est ça", "C’est ça", "ok", "valider"])
async def test_yes_can_be_typed(stage, lea, yes):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    assert "Trouvé" in await lea.say(yes)


@pytest.mark.parametrize("no", ["non", "corriger", "c'est pas ça"])
async def test_no_asks_what_is_to_be_corrected(lea, no):
    await lea.start()
    await lea.say(SENTENCE)
    assert "Que faut-il corriger ?" in await lea.say(no)
    assert lea.labels == ["Le lieu", "La distance", "Les domaines", "Le moment", "Retour"]
    assert "J’ai compris" in await lea.tap("Retour")


async def test_no_with_the_right_place_corrects_at_once(lea):
    await lea.start()
    await lea.say(SENTENCE)
    text = await lea.say("non, à Tarbes")
    assert "Tarbes (65), 30 km · du 8 au 14 mars" in text
    assert "Hôtel, restaurant" in text


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("demain", "le 2 mars"),
        ("samedi matin", "du 8 au 14 mars · samedi : le matin"),
        ("mardi prochain le matin", "le 2 mars · le matin"),
        ("50 km", "Pau (64), 50 km · du 8 au 14 mars"),
    ],
)
async def test_a_moment_or_a_distance_alone_changes_the_search_wherever_it_stands(stage, lea, typed, when):
    await publish_next_week(stage)
    for way in ("", "non", "oui"):
        await lea.start()
        await lea.say(SENTENCE)
        if way:
            await lea.say(way)
        assert when in await lea.say(typed), way
        assert "Hôtel, restaurant" in lea.text


async def test_what_is_over_or_says_more_changes_no_search(lea):
    await lea.start()
    await lea.say(SENTENCE)
    for typed in ("du 3 au 9 janvier 2027", "tout"):
        assert "Je n’ai pas compris" in await lea.say(typed)
    assert "du 8 au 14 mars" in lea.text


async def test_each_part_is_corrected_by_its_question(stage, lea):
    await lea.start()
    await lea.say(SENTENCE)
    await lea.tap("Corriger")
    await lea.tap("Le lieu")
    assert "Tarbes (65), 30 km" in await lea.say("tarbes")
    await lea.tap("Corriger")
    await lea.tap("La distance")
    assert "Tarbes (65), 50 km" in await lea.tap("50 km")
    await lea.tap("Corriger")
    await lea.tap("Les domaines")
    assert "✓ Hôtel, restaurant, loisirs" in lea.labels
    await lea.tap("Hôtel, restaurant")
    await lea.tap("Santé")
    assert "Santé · Tarbes (65), 50 km" in await lea.tap("Valider")
    await lea.tap("Corriger")
    await lea.tap("Le moment")
    await lea.tap("Le matin")
    await lea.tap("Dates")
    await lea.say("en avril")
    assert "du 1er au 30 avril · le matin" in await lea.tap("Valider")
    assert await stage.rows(alerts) == []


async def test_back_in_a_question_changes_nothing(stage, lea):
    await lea.start()
    first = await lea.say(SENTENCE)
    for part in ("Le lieu", "La distance", "Les domaines", "Le moment"):
        await lea.tap("Corriger")
        await lea.tap(part)
        assert await lea.tap("Retour") == first
        await lea.tap("Corriger")
        await lea.tap(part)
        assert await lea.say("annuler") == first
    assert await stage.rows(alerts) == []


async def test_without_a_place_one_is_asked_for(lea):
    await lea.start()
    text = await lea.say("je cherche un boulot de plombier")
    assert "J’ai compris :" in text
    assert "Où cherchez-vous ?" in text
    assert "Limoges (87), 30 km" in await lea.say("limoges")


async def test_where_a_place_is_asked_for_a_whole_sentence_will_do(lea):
    await lea.start()
    await lea.say("plombier")
    text = await lea.say("je cherche plutôt un truc dans la cuisine vers pau")
    assert "Hôtel, restaurant, loisirs · Pau (64), 30 km" in text


async def test_without_a_place_a_position_answers(lea):
    await lea.start()
    await lea.say("plombier")
    assert "Limoges (87)" in await lea.share(45.83, 1.26)


async def test_an_unknown_place_is_asked_for_again(lea):
    await lea.settle_in()
    text = await lea.say("cuisine près de Xqzwville")
    assert "Je ne connais pas ce lieu" in text
    assert "Guéret" not in text


async def test_a_name_of_several_places_is_asked_about(lea):
    await lea.start()
    await lea.say("restauration vers saint denis")
    assert "Lequel" in lea.text
    assert "Saint-Denis (974), 30 km" in await lea.say("974")


async def test_one_with_an_alert_searches_and_keeps_it(stage, lea):
    await lea.settle_in()
    await publish_next_week(stage)
    before = await stage.rows(alerts)
    assert "Hôtel, restaurant, loisirs · Guéret (23), 30 km" in await lea.say("cuisine")
    await lea.say(SENTENCE)
    assert "Trouvé" in await lea.tap("C’est ça")
    assert await stage.rows(alerts) == before
    assert "Mettre à la place de mes choix" in lea.labels


async def test_one_with_an_alert_puts_the_search_in_its_place_by_asking(stage, lea):
    await lea.settle_in(when="le matin")
    await lea.say("un résumé par semaine")
    await publish_next_week(stage)
    await lea.say(SENTENCE)
    await lea.tap("C’est ça")
    assert "Pau (64), 30 km" in await lea.tap("Mettre à la place de mes choix")
    (alert,) = await stage.rows(alerts)
    assert (alert["commune"], alert["frequency"]) == (PAU, "weekly")


@pytest.mark.parametrize(
    ("typed", "modes"), [("cuisine vers pau", Mode.BOTH), ("cuisine en visio", Mode.ONLINE)]
)
async def test_who_is_told_of_what_is_online_stays_so_after_a_search_around_a_town(stage, lea, typed, modes):
    for answer in ("commencer", "Guéret", "30", "tout", "tout", "valider"):
        await lea.say(answer)
    await lea.say(typed)
    await lea.say("oui")
    await lea.tap("Mettre à la place de mes choix")
    (alert,) = await stage.rows(alerts)
    assert Mode(alert["modes"]) is modes
    assert await stage.rows(conversations) == []


async def test_a_newcomer_is_told_of_the_next_ones_once_what_is_missing_is_asked(stage, lea):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    await lea.tap("C’est ça")
    assert "3 sur 3" in await lea.tap("Me prévenir des prochains")
    await lea.tap("Tout")
    text = await lea.tap("Valider")
    assert "C’est prêt" in text
    assert "Pau (64), 30 km" in text
    (alert,) = await stage.rows(alerts)
    assert (alert["commune"], alert["not_after"]) == (PAU, None)


async def test_where_nothing_is_found_there_are_ways_on(stage, lea):
    await publish_next_week(stage, TARBES)
    await lea.start()
    await lea.say(SENTENCE)
    text = await lea.tap("C’est ça")
    assert "Aucun événement pour le moment" in text
    assert "Tarbes" in text
    assert {"Voir les plus proches", "Chercher à 50 km", "Me prévenir dès qu’il y en a un"} <= set(lea.labels)
    assert "Les plus proches" in await lea.tap("Voir les plus proches")
    await lea.say("corriger")
    await lea.tap("La distance")
    assert "Trouvé" in await lea.tap("50 km")


async def test_nothing_found_widens_and_is_told_by_a_word(stage, lea):
    await publish_next_week(stage, TARBES)
    await lea.start()
    await lea.say(SENTENCE)
    await lea.say("oui")
    assert "50 km" in await lea.tap("Chercher à 50 km")
    assert "3 sur 3" in await lea.say("oui")


@pytest.mark.parametrize("typed", ["50", "50 km", "dans un rayon de cinquante kilomètres"])
async def test_a_distance_typed_under_a_list_looks_further_around(stage, lea, typed):
    await publish_next_week(stage, TARBES)
    await lea.start()
    await lea.say(SENTENCE)
    assert "30 km" in await lea.say("oui")
    assert "50 km" in await lea.say(typed)
    assert "Chercher à 50 km" not in lea.labels


async def test_a_small_number_under_a_list_is_no_distance(stage, lea):
    await publish_next_week(stage, TARBES)
    await lea.start()
    await lea.say(SENTENCE)
    await lea.say("oui")
    assert "2 km" not in await lea.say("2")


async def test_from_a_card_one_goes_back_to_what_was_found(stage, lea):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    before = await lea.tap("C’est ça")
    await lea.tap("1.")
    assert await lea.tap("Revenir à la liste") == before


async def test_a_list_is_not_taken_away_by_what_is_asked_next(stage, lea):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    before = await lea.say("oui")
    await lea.say("coiffeuse à Ajaccio")
    assert before in lea.texts


async def test_a_list_of_a_search_that_is_over_leads_on(stage, lea):
    await publish_next_week(stage)
    await lea.settle_in()
    await lea.say(SENTENCE)
    await lea.tap("C’est ça")
    await lea.say("menu")
    assert "Menu" in await lea.tap_data("look1:b1:0")
    for data in ("right1", "wrong1", "part1:when", "wider1:50", "keep1", "look1:n1:3"):
        await lea.tap_data(data)


async def test_forged_answers_change_nothing(stage, lea):
    await lea.start()
    await lea.say("plombier")
    await lea.tap_data("keep1")
    await lea.say(SENTENCE)
    await lea.tap("Corriger")
    for data in ("part1:found", "part1:xyz", "wider1:9999", "look1:b1:-4", "look1:b1:999999"):
        await lea.tap_data(data)
    await lea.tap("Retour")
    await lea.tap("C’est ça")
    await lea.tap_data("wider1:9999")
    await lea.tap_data("look1:b1:999999")
    assert "30 km" in lea.text
    assert await stage.rows(alerts) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("stop", "vous ne recevrez plus de message"),
        ("menu", "Menu"),
        ("mon dossier avance pas pour la cuisine à Pau", "votre dossier"),
        ("je veux mourir, je cherche à Pau", "3114"),
        ("langue", "langue"),
        ("English", "You receive the events that fit you"),
    ],
)
async def test_words_that_mean_the_same_anywhere_keep_the_first_place(stage, lea, typed, said):
    await lea.settle_in()
    await lea.say(SENTENCE)
    assert said in await lea.say(typed)
    assert await stage.rows(conversations) == []


async def test_start_and_language_do_not_stumble_over_a_search(stage, lea):
    await lea.settle_in()
    await lea.say(SENTENCE)
    assert "Menu" in await lea.start()
    await lea.say(SENTENCE)
    await lea.tap_data("lang1:en")
    assert "Menu" in lea.text
    await lea.say("cook jobs near Pau next week")
    assert "I understood:" in lea.text
    await lea.tap_data("begin1")
    assert len(await stage.rows(alerts)) == 1


async def test_a_restart_finds_the_search_again(stage, lea):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    await stage.restart()
    assert "Trouvé" in await lea.say("oui")


async def test_what_is_not_understood_still_gets_ways_on(lea):
    await lea.settle_in()
    assert "Je n’ai pas compris" in await lea.say("xqzwvk asdf")
    assert len(lea.labels) == 4


@pytest.mark.parametrize("typed", ["me le rappeler", "Pas pour moi", "ça m'intéresse", "rappelle-moi"])
async def test_what_is_said_of_an_event_is_shown_the_buttons_under_it(stage, lea, typed):
    await publish_next_week(stage)
    await lea.start()
    await lea.say(SENTENCE)
    await lea.tap("C’est ça")
    assert "sous l’événement" in await lea.say(typed)
    assert "Voir des événements" in lea.labels


async def test_english_is_understood(omar):
    await omar.start()
    text = await omar.say("cook jobs near Pau next week")
    assert "from 8 to 14 March" in text
    assert omar.labels == ["That's it", "Correct"]
