"""Once the questions are answered: each answer changed by menu, by command and by typing."""

import pytest

from storage.tables import alerts, conversations, subscribers

pytestmark = pytest.mark.again

CHANGES = ["Changer le lieu", "Changer la distance", "Changer les domaines", "Changer les moments"]


async def test_the_choices_are_shown_by_command_and_by_typing(lea):
    await lea.settle_in()
    for way in ("/choix", "mes choix", "changer mes choix", "/choices", "mes critères"):
        assert "Mes choix" in await lea.say(way)
        assert "Guéret (23), 30 km" in lea.text
        assert set(CHANGES) <= set(lea.labels)


async def test_each_answer_is_changed_and_the_others_stay(stage, lea):
    await lea.settle_in()
    await lea.say("/menu")
    await lea.tap("Mes choix")
    await lea.tap("Changer le lieu")
    await lea.say("toulouse")
    assert "Toulouse (31), 50 km" in await lea.tap("50 km")
    await lea.tap("Changer mes choix")
    await lea.tap("Changer la distance")
    assert "Toulouse (31), 20 km" in await lea.say("20")
    await lea.tap("Changer mes choix")
    await lea.tap("Changer les domaines")
    await lea.tap("Santé")
    assert "Domaines : Santé" in await lea.tap("Valider")
    await lea.tap("Changer mes choix")
    await lea.tap("Changer les moments")
    await lea.tap("Tout")
    await lea.tap("Le soir")
    text = await lea.tap("Valider")
    assert "Moments : le soir" in text
    assert "Toulouse (31), 20 km" in text
    assert "Santé" in text
    (kept,) = await stage.rows(alerts)
    assert (kept["commune"], kept["radius_km"], kept["modes"]) == ("31555", 20, 1)
    assert await stage.rows(conversations) == []


async def test_going_back_from_a_change_changes_nothing(stage, lea):
    await lea.settle_in()
    before = await stage.rows(alerts)
    await lea.say("mes choix")
    for change in CHANGES:
        await lea.tap(change)
        assert "Mes choix" in await lea.tap("Retour")
        await lea.tap(change)
        assert "Mes choix" in await lea.say("annuler")
    assert await stage.rows(alerts) == before
    assert await stage.rows(conversations) == []


async def test_how_often_can_be_typed(stage, lea):
    await lea.settle_in()
    said = {
        "un résumé par jour": "daily",
        "une fois par semaine": "weekly",
        "tout de suite": "at_once",
        "hebdo": "weekly",
        "tous les jours": "daily",
    }
    for typed, kept in said.items():
        before = len(lea.from_bot)
        assert "Avec ces choix" in await lea.say(typed)
        assert len(lea.from_bot) == before + 1
        (alert,) = await stage.rows(alerts)
        assert alert["frequency"] == kept


async def test_how_often_is_not_undone_by_a_change_under_way(stage, lea):
    await lea.settle_in()
    ready = lea.data("Un résumé par semaine")
    await lea.say("mes choix")
    await lea.tap("Changer la distance")
    await lea.tap_data(ready)
    await lea.say("50")
    (alert,) = await stage.rows(alerts)
    assert alert["frequency"] == "weekly"


async def test_from_online_only_to_a_town_and_back(stage, lea):
    await lea.settle_in(place="à distance")
    await lea.say("mes choix")
    assert "Changer la distance" not in lea.labels
    await lea.tap("Changer le lieu")
    await lea.say("ajaccio")
    assert "Ajaccio" in await lea.tap("30 km")
    assert "sur place et à distance" in lea.text
    await lea.say("mes choix")
    await lea.tap("Changer le lieu")
    await lea.tap("À distance seulement")
    (alert,) = await stage.rows(alerts)
    assert (alert["commune"], alert["modes"]) == (None, 2)


async def test_the_person_keeps_the_hours_of_the_place_they_look_in(stage, lea):
    await lea.settle_in(place="97400")
    (person,) = await stage.rows(subscribers)
    assert person["zone"] == "Indian/Reunion"
    await lea.say("mes choix")
    await lea.tap("Changer le lieu")
    await lea.say("Guéret")
    await lea.tap("30 km")
    (person,) = await stage.rows(subscribers)
    assert person["zone"] == "Europe/Paris"


async def test_a_change_is_resumed_after_a_restart(stage, lea):
    await lea.settle_in()
    await lea.say("mes choix")
    before = await lea.tap("Changer les moments")
    await stage.restart()
    assert await lea.start() == before
    assert "Mes choix" in await lea.say("mes choix"), "asking for all the choices leaves the change of one"
    assert await stage.rows(conversations) == []


async def test_nothing_fits_leads_on(lea):
    await lea.settle_in()
    await lea.say("événements")
    assert "Aucun événement" in lea.text
    assert {"Voir les plus proches", "Changer mes choix"} <= set(lea.labels)
    await lea.tap("Chercher à 100 km")
    assert "100 km" in await lea.say("mes choix")
