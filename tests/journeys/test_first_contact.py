"""First contact: six answers, one typed; each can be typed or tapped, and taken back."""

import pytest


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


ANSWERS = ["/start", "commencer", "toulouse", "30", "cariste", "oui", "le matin"]


@pytest.mark.parametrize("step", range(2, len(ANSWERS) + 1))
async def test_a_restart_resumes_at_the_same_question(stage, lea, step):
    for answer in ANSWERS[:step]:
        await lea.say(answer)
    before = lea.text
    await stage.restart()
    stage.clock.move(days=7)
    assert await lea.start() == before
