"""Whatever a short message may mean, at whatever question it comes: it is answered, and nothing fails."""

import dataclasses
import re

import pytest

from handlers.questions import CONVERSATIONS
from locales import words
from tests.journeys import agency

# each meaning of the word lists by its first phrase, and what means nothing
SAYINGS = [
    *re.findall(r"^\[\w+\]\n~?(.+)", (words.FOLDER / "fr.txt").read_text(encoding="utf-8"), re.MULTILINE),
    "français", "oui", "non", "30", "Lyon", "cariste", "samedi matin", "demain à 9 h", "zorglub", "🎉",
]  # fmt: skip
SAID = "un truc dans la cuisine vers Pau le samedi"
GROUP = ("[Choisir ce que j’y publie",)
WRITE = ("/annonce", "[Écrire une annonce")
PREVIEW = (*WRITE, agency.TEXT, "Guéret", "[50 km", "[Tous les domaines", "[Valider")
QUESTIONS = {
    "alert place": ("commencer",),
    "alert place_choice": ("commencer", "Saint-Denis"),
    "alert radius": ("commencer", "Guéret"),
    "alert sectors": ("commencer", "Guéret", "30"),
    "alert when": ("commencer", "Guéret", "30", "tout"),
    "alert dates": ("commencer", "Guéret", "30", "tout", "[Dates"),
    "announcement offer": (agency.TEXT * 9,),
    "announcement text": WRITE,
    "announcement place": (*WRITE, agency.TEXT),
    "announcement place_choice": (*WRITE, agency.TEXT, "Saint-Denis"),
    "announcement radius": (*WRITE, agency.TEXT, "Guéret"),
    "announcement sectors": (*WRITE, agency.TEXT, "Guéret", "[50 km"),
    "announcement when": (*WRITE, agency.TEXT, "Guéret", "[50 km", "[Tous les domaines"),
    "announcement dates": (*WRITE, agency.TEXT, "Guéret", "[50 km", "[Tous les domaines", "[Dates"),
    "announcement preview": PREVIEW,
    "announcement moment": (*PREVIEW, "[Choisir le jour"),
    "group place": GROUP,
    "group place_choice": (*GROUP, "Saint-Denis"),
    "group radius": (*GROUP, "Guéret"),
    "group sectors": (*GROUP, "Guéret", "30"),
    "group frequency": (*GROUP, "Guéret", "30", "tout"),
    "search understood": (SAID,),
    "search correct": (SAID, "[Corriger"),
    "search place": (SAID, "[Corriger", "[Le lieu"),
    "search place_choice": (SAID, "[Corriger", "[Le lieu", "Saint-Denis"),
    "search radius": (SAID, "[Corriger", "[La distance"),
    "search sectors": (SAID, "[Corriger", "[Les domaines"),
    "search when": (SAID, "[Corriger", "[Le moment"),
    "search dates": (SAID, "[Corriger", "[Le moment", "[Dates"),
    "search found": (SAID, "[C’est ça"),
}  # fmt: skip


def test_every_question_of_every_conversation_is_here():
    assert set(QUESTIONS) == {f"{each.name} {step}" for each in CONVERSATIONS for step in each.steps}


@pytest.mark.long(seconds=4)
@pytest.mark.parametrize("question", QUESTIONS)
async def test_whatever_is_said_there_is_answered(stage, question):
    person = await agency.writer_of(stage)
    stage.telegram.add_group("Annonces", by=person.id, kind="channel", bot_status="administrator")
    await stage.settle()
    for answer in QUESTIONS[question]:
        await (person.tap(answer[1:]) if answer.startswith("[") else person.say(answer))
    async with stage.program.database.reading() as uow:
        asked = await uow.conversations.get(person.id)
    assert f"{asked.name} {asked.step}" == question
    for said in SAYINGS:
        async with stage.program.database.unit_of_work() as uow:
            await uow.conversations.save(person.id, dataclasses.replace(asked, screen_id=person.last["id"]))
        before = person.from_bot
        await person.say(said)
        assert person.from_bot != before, said
