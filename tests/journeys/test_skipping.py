"""Who would rather not say writes "passer": what stands is kept, and the way leads on."""

import pytest

from storage.tables import alerts

pytestmark = pytest.mark.again


async def test_all_but_the_place_can_be_skipped(lea):
    for answer in ("/start", "commencer", "toulouse"):
        await lea.say(answer)
    assert "2 sur 3" in await lea.say("passer")
    assert "3 sur 3" in await lea.say("je préfère ne pas répondre")
    ready = await lea.say("plus tard")
    assert "C’est prêt." in ready
    assert "Toulouse (31), 30 km" in ready
    assert "Tous les domaines" in ready


async def test_what_was_chosen_before_skipping_is_kept(lea):
    for answer in ("/start", "commencer", "toulouse", "10"):
        await lea.say(answer)
    await lea.tap("Transport")
    await lea.say("passer")
    await lea.tap("Le matin")
    await lea.tap("Dates")
    assert "3 sur 3" in await lea.say("passer")
    ready = await lea.say("passer")
    assert "Transport, logistique" in ready
    assert "le matin" in ready


async def test_offers_that_are_skipped_are_not_taken(lea):
    for answer in ("/start", "commencer", "toulouse", "10", "cariste"):
        await lea.say(answer)
    assert "3 sur 3" in await lea.say("passer")
    await lea.say("tout")
    assert "Tous les domaines" in await lea.say("valider")


async def test_without_a_place_there_are_events_to_look_at(lea):
    await lea.start()
    await lea.tap("Commencer")
    await lea.say("plus tard")
    assert "Voir des événements d’abord" in lea.labels


async def test_homonyms_that_are_skipped_lead_back_to_the_place(lea):
    for answer in ("/start", "commencer", "saint-denis"):
        await lea.say(answer)
    assert "Où cherchez-vous" in await lea.say("passer")


async def test_skipping_a_change_changes_nothing(stage, lea):
    await lea.settle_in()
    before = await stage.rows(alerts)
    for change in ("Changer le lieu", "Changer la distance", "Changer les domaines", "Changer les moments"):
        await lea.say("mes choix")
        await lea.tap(change)
        await lea.say("passer")
        assert await stage.rows(alerts) == before
