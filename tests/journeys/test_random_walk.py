"""Three people do anything, in any order: everything is answered, and what is shown is what is kept."""

import ast
import random
import re
from pathlib import Path

import pytest

from domain.subscribers import Language
from messages import summaries
from services import alerts
from storage.tables import conversations, subscribers
from tests.journeys.stage import plain

STEPS = 90
SAYINGS = (
    """
/start|/menu|/evenements|/choix|/rappels|/pause|/reprendre|/stop|/donnees|/export|/effacer|/langue|/aide|/annonce
/start@rdv_bot|/start e1|/nowhere|commencer|toulouse|saint denis|31000|guéret|à distance|30|cinquante km|5000
cariste|aide-soignante|transport et santé|tout|oui|non|ok|les deux|le matin|samedi|du 3 au 20 mars
jusqu’à fin mars|valider|retour|annuler|passer|hebdo|une fois par jour|tout de suite|mes choix|mes rappels
événements|stop|pause|reprendre|effacer|mes données|bonjour|merci|1|2|93|je n’en peux plus|mon allocation|🎉
<b>|a &amp; b|zorglub zorglub
""".strip()
    .replace("\n", "|")
    .split("|")
)
RANDOMLY = (
    ["say"] * 8 + ["tap"] * 14 + ["old"] * 3 + ["send", "share", "edit", "restart", "time", "time", "publish"]
    + ["block", "erase", "language"]
)  # fmt: skip


class Walk:
    """What is done, at random, and what must hold after it."""

    def __init__(self, stage, seed):
        self.stage, self.dice = stage, random.Random(seed)
        self.people = [stage.person(*who) for who in (("Léa", "fr"), ("Omar", "en"), ("Sami", "ar"))]
        self.shown = {person.id: [] for person in self.people}
        self.spoken = {}
        self.seen = ["begin1"]
        self.done = []

    async def step(self):
        person, act = self.dice.choice(self.people), self.dice.choice(RANDOMLY)
        self.done.append((person.id, act))
        await getattr(self, act)(person)
        await self.check(person)

    async def say(self, person):
        said = self.dice.choice(SAYINGS)
        self.done.append(said)
        await person.say(said)
        assert person.messages[-1]["from"] == "bot" or person.last["edited"]

    async def tap(self, person):
        keys = [
            (message["id"], key["data"])
            for message in person.messages[-4:]
            for line in message["inline_keyboard"]
            for key in line
            if key["data"]
        ]
        if not keys:
            await person.start()
            return
        message_id, data = self.dice.choice(keys)
        self.done.append(data)
        self.seen.append(data)
        self.stage.telegram.tap_data(person.id, message_id, data)
        await self.stage.settle()

    async def old(self, person):
        if person.from_bot:
            data = self.dice.choice(self.seen)
            self.done.append(data)
            await person.tap_data(data)

    async def send(self, person):
        await person.send(self.dice.choice(["photo", "voice", "sticker", "document"]))

    async def share(self, person):
        await person.share(self.dice.uniform(41, 51), self.dice.uniform(-5, 9))

    async def edit(self, person):
        await person.start()
        await person.edit("Paris")

    async def restart(self, _person):
        await self.stage.restart()

    async def time(self, _person):
        await self.stage.pass_time(hours=self.dice.choice([1, 5, 23, 200]))

    async def publish(self, _person):
        place = self.dice.choice(["23096", "31555", ""])
        await self.stage.publish(*(self.stage.event(place) for _ in range(self.dice.choice([1, 1, 6]))))

    async def block(self, person):
        self.stage.telegram.block(person.id)
        await self.stage.settle()
        await self.time(person)
        await person.start()

    async def erase(self, person):
        await person.say("effacer")
        await person.tap_data("erase1:1")
        kept = [row for table in (subscribers, conversations) for row in await self.stage.rows(table)]
        assert not [row for row in kept if person.id in row.values()]

    async def language(self, person):
        await person.start()
        await person.tap_data(self.dice.choice(["lang1:fr", "lang1:en"]))

    async def check(self, person):
        """What has appeared on the screen is in the person's language, or the one they had before."""
        before, now = self.spoken.get(person.id), await self.language_of(person)
        self.spoken[person.id] = now
        new = [message for message in person.from_bot if message not in self.shown[person.id]]
        self.shown[person.id] = person.from_bot
        if before is now is Language.FRENCH:
            said = [*lines(new)]
            assert not [line for line in said if is_english(line)], said

    async def language_of(self, person):
        for row in await self.stage.rows(subscribers):
            if row["id"] == person.id:
                return row["language"]
        return Language.of_telegram(self.stage.telegram.person(person.id).language_code)

    async def compare(self, person):
        """What is shown of a person's choices is what is kept."""
        async with self.stage.program.database.reading() as uow:
            alert = await alerts.of(uow, person.id)
            subscriber = await uow.subscribers.get(person.id)
        if alert is not None and subscriber is not None:
            t = self.stage.program.world.translators[subscriber.language]
            today = self.stage.clock().date()
            assert plain(summaries.choices(t, alert, today=today)) in await person.say("/choix")


def lines(messages):
    """Everything to be read, a line or a button at a time."""
    for message in messages:
        yield from plain(message["html"]).splitlines()
        yield from (plain(key["text"]) for row in message["inline_keyboard"] for key in row)


def in_the_code():
    """Every text to translate, as it stands in the code."""
    for path in Path("messages").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"gettext", "ngettext"}:
                yield from (each.value for each in call.args if isinstance(each, ast.Constant))


def english():
    """The lines of those texts that can only be English, with anything where a value comes."""
    for text in in_the_code():
        for line in plain(str(text)).splitlines():
            bare = re.sub(r"\{\w+\}", "", line)
            if len(re.findall(r"[A-Za-z’]{2,}", bare)) > 1 and "Français" not in bare:
                yield ".+".join(map(re.escape, re.split(r"\{\w+\}", line)))


ENGLISH = re.compile("|".join(sorted(set(english()))))


def is_english(line):
    return ENGLISH.fullmatch(line.removeprefix("✓ ")) is not None


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
async def test_whatever_people_do_is_answered(stage, seed):
    walk = Walk(stage, seed)
    try:
        for _ in range(STEPS):
            await walk.step()
        for person in walk.people:
            await person.start()
            await walk.compare(person)
    except BaseException as error:
        error.add_note(f"seed {seed}, after {walk.done}")
        raise
