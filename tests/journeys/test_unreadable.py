"""What the bot can't read, at every step: a kind answer that leads on, and nothing lost."""

import pytest

from storage.tables import conversations

STEPS = {
    "place": (),
    "place choice": ("saint denis",),
    "radius": ("toulouse",),
    "sectors": ("toulouse", "30"),
    "offers": ("toulouse", "30", "transport et santé"),
    "when": ("toulouse", "30", "tout", "le matin"),
}
NONSENSE = ["⠀", "…", "🎉🎉🎉", "a" * 4000, "mot " * 1000, "<< & >>", "' -- ;"]
KINDS = ["photo", "voice", "sticker", "document"]


async def stand_at(person, answers):
    for answer in ("/start", "commencer", *answers):
        await person.say(answer)


async def kept(stage):
    (row,) = await stage.rows(conversations)
    return {name: value for name, value in row.items() if name not in {"draft", "screen_id", "updated_at"}}


@pytest.mark.parametrize("answers", STEPS.values(), ids=STEPS.keys())
async def test_pictures_voices_and_edits_ask_the_same_question_again(stage, lea, answers):
    await stand_at(lea, answers)
    labels, question, state = lea.labels, lea.text.splitlines()[-1], await kept(stage)
    for kind in KINDS:
        assert "seulement le texte" in await lea.send(kind)
        assert (lea.labels, lea.text.splitlines()[-1]) == (labels, question)
    assert "modifié" in await lea.edit("Paris")
    assert lea.labels == labels
    if answers[:1] == ("toulouse",):
        assert "seulement le texte" in await lea.share(48.85, 2.35)
        assert lea.labels == labels
    assert await kept(stage) == state


@pytest.mark.parametrize("answers", STEPS.values(), ids=STEPS.keys())
async def test_nonsense_is_answered_and_loses_nothing(stage, lea, answers):
    await stand_at(lea, answers)
    state = await kept(stage)
    for text in NONSENSE:
        before = len(lea.messages)
        await lea.say(text)
        assert lea.messages[-1]["from"] == "bot", (text[:20], before)
        assert lea.labels
    assert await kept(stage) == state


async def test_before_and_after_the_questions_they_lead_on_too(stage, lea):
    for kind in KINDS:
        assert "texte" in await lea.send(kind)
        assert len(lea.labels) > 1
    await lea.share(48.85, 2.35)
    assert len(lea.labels) > 1
    assert await stage.rows(conversations) == []
    await lea.settle_in()
    for kind in KINDS:
        await lea.send(kind)
        assert len(lea.labels) > 1
    await lea.edit("toulouse")
    assert len(lea.labels) > 1
    await lea.say("blablabla gloubi")
    assert len(lea.labels) > 1


async def test_someone_in_distress_reads_who_listens_at_any_step(lea):
    await lea.start()
    assert "3114" in await lea.say("je n’en peux plus")
    await lea.tap("Commencer")
    assert "3114" in await lea.say("j’ai envie de mourir")
    assert "1 sur 3" in await lea.start()


async def test_questions_about_ones_file_say_who_can_answer(lea):
    await lea.start()
    assert "3949" in await lea.say("je n’ai pas reçu mon allocation")
    assert len(lea.labels) > 1
