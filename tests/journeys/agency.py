"""What journeys of agencies share: a writer, people to write to, an announcement up to its preview."""

from services import agencies
from tests.factories import alert, subscriber
from tests.journeys.stage import GUERET, Person

AGENCY = "Agence de Guéret"
TEXT = "Forum mardi à 9 h : venez avec votre CV."


async def invite(stage, name=AGENCY):
    """As the operator does from the command line; return what the link carries."""
    async with stage.program.database.unit_of_work() as uow:
        if name not in {agency.name for agency, _ in await agencies.listed(uow)}:
            await agencies.add(uow, name, now=stage.clock())
        return await agencies.invite(uow, name, now=stage.clock())


async def writer_of(stage, name=AGENCY):
    person = stage.person("Inès", "fr")
    await person.start(await invite(stage, name))
    return person


async def remove(stage, person):
    async with stage.program.database.unit_of_work() as uow:
        member = await agencies.member_of(uow, person.id)
        await agencies.remove(uow, member.id, now=stage.clock())


async def settle_many(stage, count, *, place=GUERET, has_started=True, **changes):
    """People who look around a place, as if they had answered every question."""
    commune = stage.program.world.gazetteer.get(place)
    person = {name: changes.pop(name) for name in ("zone", "language") if name in changes}
    ids = [stage.telegram.add_person(f"P{n}", has_started=has_started).id for n in range(count)]
    async with stage.program.database.unit_of_work() as uow:
        for number in ids:
            await uow.subscribers.add(subscriber(number, **{"zone": commune.zone} | person))
            wish = {"commune": place, "place_label": commune.name, "point": commune.point}
            await uow.alerts.add(alert(number, **wish | changes))
    return [Person(stage, number) for number in ids]


async def write(writer, text=TEXT):
    """Up to the preview: around Guéret, 50 km, all sectors, any time."""
    for label in ("/annonce", "[Écrire une annonce", text, "Guéret", "[50 km", "[Tous les domaines"):
        await (writer.tap(label[1:]) if label.startswith("[") else writer.say(label))
    return await writer.tap("Valider")


def received(people, text=TEXT):
    """How many times each of these people got it."""
    return [sum(text in said for said in person.texts) for person in people]
