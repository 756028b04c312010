"""An agency writes to many: invited, counted, previewed, tried, sent, followed."""

import pytest

from services import agencies
from tests.factories import alert, subscriber
from tests.journeys.stage import GUERET, Person


async def invite(stage, name="Agence de Guéret"):
    """As the operator does from the command line; return the link's payload."""
    async with stage.program.database.unit_of_work() as uow:
        if not any(agency.name == name for agency, _ in await agencies.listed(uow)):
            await agencies.add(uow, name, now=stage.clock())
        return await agencies.invite(uow, name, now=stage.clock())


@pytest.fixture
async def ines(stage):
    """A writer of the agency of Guéret."""
    person = stage.person("Inès", "fr")
    await person.start(await invite(stage))
    return person


async def settle_many(stage, count):
    """People who look around Guéret, as if they had answered every question."""
    commune = stage.program.world.gazetteer.get(GUERET)
    people = [Person(stage, stage.telegram.add_person(f"P{n}", has_started=True).id) for n in range(count)]
    async with stage.program.database.unit_of_work() as uow:
        for person in people:
            await uow.subscribers.add(subscriber(person.id, zone=commune.zone))
            await uow.alerts.add(alert(person.id, commune=GUERET, place_label="Guéret", point=commune.point))
    return people


async def write(writer, text="Forum mardi, venez avec votre CV.", *, place="Guéret"):
    """Up to the preview."""
    await writer.say("/annonce")
    await writer.tap("Écrire une annonce")
    await writer.say(text)
    await writer.say(place)
    await writer.tap("50 km")
    await writer.tap("Tous les domaines")
    return await writer.tap("Valider")


async def test_from_an_invitation_to_what_was_delivered(stage, ines):
    people = await settle_many(stage, 12)
    said = await write(ines)
    print("\n".join(ines.texts[-4:]), ines.labels)
    assert "12 personnes" in said
    assert "Forum mardi" in said
    print(await ines.tap("M’envoyer un essai"))
    print(await ines.tap("Envoyer à 12 personnes"))
    await stage.pass_time(seconds=5)
    print(ines.texts[-3:])
    for person in people:
        print(person.text, person.labels)
    await stage.pass_time(seconds=15)
    print(ines.texts[-3:], ines.labels)
    assert 0
