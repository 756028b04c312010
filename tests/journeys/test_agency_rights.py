"""Who may write to many: invited once, read at every act, refused kindly otherwise."""

import pytest

from storage.tables import announcements, invitations, journal, members, outbox
from tests.journeys import agency
from tests.journeys.agency import TEXT, received, remove, settle_many, write

REFUSED = "Seules les agences invitées"
NOT_VALID = "n’est pas valable"


@pytest.fixture
async def ines(stage):
    return await agency.writer_of(stage)


async def commands(stage, person):
    return [one["command"] for one in stage.telegram.profile.commands_seen(person.id, "fr")]


async def test_an_invitation_serves_once(stage, lea):
    link = await agency.invite(stage)
    assert len(link) <= 64
    assert link not in str(await stage.rows(invitations))
    ines = stage.person("Inès")
    assert "écrire des annonces pour Agence de Guéret" in await ines.start(link)
    assert "annonce" in await commands(stage, ines)
    assert NOT_VALID in await lea.start(link)
    assert "annonce" not in await commands(stage, lea)
    assert REFUSED in await lea.say("/annonce")
    (member,) = await stage.rows(members)
    assert member["subscriber_id"] == ines.id


async def test_who_opens_their_own_invitation_again_is_told_that_they_are_in(stage, lea):
    link = await agency.invite(stage)
    await lea.start(link)
    stage.clock.move(hours=1)
    other = stage.person("Oscar")
    await other.start(await agency.invite(stage))
    await stage.pass_time(hours=1)
    assert "Vous écrivez déjà pour Agence de Guéret." in await lea.start(link)
    assert lea.labels == ["Écrire une annonce", "Menu"]
    assert NOT_VALID in await other.start(link), "another's invitation, of the same agency"
    await remove(stage, lea)
    assert NOT_VALID in await lea.start(link)
    await lea.start(await agency.invite(stage, "Cap emploi"))
    assert NOT_VALID in await lea.start(link)
    assert len(await stage.rows(members)) == 2


async def test_two_who_redeem_at_once_are_one_writer(stage):
    people = [stage.person(f"P{n}") for n in range(8)]
    for _ in range(3):
        link = await agency.invite(stage)
        before = len(await stage.rows(members))
        for person in people:
            stage.telegram.restart(person.id, link)
        await stage.settle()
        joined = [person for person in people if "écrire des annonces" in person.text]
        assert len(joined) == 1
        assert len(await stage.rows(members)) == before + 1
        people.remove(joined[0])


@pytest.mark.parametrize("hours", [47, 48])
async def test_an_invitation_lasts_48_hours(stage, lea, hours):
    link = await agency.invite(stage)
    stage.clock.move(hours=hours)
    assert (NOT_VALID in await lea.start(link)) == (hours == 48)


@pytest.mark.parametrize("payload", ["i", "invitation", "i" + "A" * 22, "i" + "A" * 63, "i'; DROP TABLE"])
async def test_garbage_is_refused_and_nothing_is_kept(stage, lea, payload):
    await agency.invite(stage)
    assert NOT_VALID in await lea.start(payload)
    assert lea.labels
    assert await stage.rows(members) == []


async def test_a_second_invitation_moves_to_the_other_agency(stage, ines):
    await ines.start(await agency.invite(stage, "Cap emploi"))
    assert "Cap emploi" in await ines.say("/annonce")
    assert len(await stage.rows(members)) == 1


async def test_strangers_are_refused_kindly_and_see_no_way_in(stage, lea):
    await lea.settle_in()
    for said in ("/annonce", "/announcement", "écrire une annonce"):
        assert REFUSED in await lea.say(said)
        assert lea.labels == ["Voir des événements", "Menu"]
    assert "Annonces" not in (await lea.say("/menu") and lea.labels)


FORGED = [
    "write1", "test1", "send2:0", "moment1", "atonce1", "drop1", "everyone1", "progress1:1", "halt1:1",
    "progress1:-1", "halt1:99999999", "open1:announcements", "done2:",
]  # fmt: skip


async def test_no_forged_button_writes_reads_or_stops_anything(stage, ines, lea):
    people = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Choisir le jour et l’heure")
    await ines.say("demain")
    await ines.tap("Envoyer à 10")
    other = stage.person("Oscar")
    await other.start(await agency.invite(stage, "Cap emploi"))
    await lea.settle_in()
    kept = [await stage.rows(table) for table in (announcements, journal, outbox, members)]
    for person in (lea, other):
        for data in FORGED:
            await person.tap_data(data)
            assert TEXT not in "".join(person.texts)
    assert [await stage.rows(table) for table in (announcements, journal, outbox, members)] == kept
    await stage.pass_time(hours=24)
    assert received(people) == [1] * 10


@pytest.mark.parametrize("last", ["M’envoyer un essai", "Envoyer à 10 personnes", "Changer le texte"])
async def test_one_removed_between_the_preview_and_the_last_word_is_refused(stage, ines, last):
    people = await settle_many(stage, 10)
    await write(ines)
    await remove(stage, ines)
    assert REFUSED in await ines.tap(last)
    assert "annonce" not in await commands(stage, ines)
    assert REFUSED in await ines.say("/annonce")
    await stage.pass_time(hours=24)
    assert sum(received(people)) == 0
    assert await stage.rows(announcements) == []


async def test_one_removed_at_any_question_is_refused_and_led_on(stage, ines):
    for steps in ([], [TEXT], [TEXT, "Guéret"], [TEXT, "Guéret", "30"], [TEXT, "Guéret", "30", "tout"]):
        await ines.start(await agency.invite(stage))
        await ines.say("/annonce")
        await ines.tap("Écrire une annonce")
        for step in steps:
            await ines.say(step)
        await remove(stage, ines)
        assert REFUSED in await ines.say("cariste à Guéret le matin, tout")
        assert ines.labels == ["Voir des événements", "Menu"]


@pytest.mark.parametrize("word", ["stop", "effacer"])
async def test_a_writer_who_leaves_is_told_that_the_right_goes_too(lea, ines, word):
    assert "Votre droit d’écrire pour Agence de Guéret part avec eux." in await ines.say(word)
    await lea.settle_in()
    assert "droit" not in await lea.say(word)


async def test_what_one_removed_had_under_way_is_stopped(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Choisir le jour et l’heure")
    await ines.say("demain")
    await ines.tap("Envoyer à 10")
    await remove(stage, ines)
    await stage.pass_time(hours=30)
    assert sum(received(people)) == 0
    assert [row["act"] for row in await stage.rows(journal)][-2:] == ["scheduled", "removed"]


async def test_an_erased_writer_leaves_the_journal_and_no_trace(stage, ines):
    people = await settle_many(stage, 10)
    await write(ines)
    await ines.tap("Envoyer à 10")
    await stage.pass_time(seconds=15)
    await ines.say("effacer")
    await ines.tap("Tout effacer")
    assert await stage.rows(members) == []
    assert [row["people"] for row in await stage.rows(journal) if row["act"] == "sent"] == [10]
    await stage.settle()
    files = (stage.folder / name for name in ("bot.db", "bot.db-wal"))
    assert not any(str(ines.id).encode() in file.read_bytes() for file in files if file.exists())
    assert REFUSED in await ines.say("/annonce")
    assert received(people) == [1] * 10


async def test_a_writer_sees_the_way_in_and_keeps_it_when_looking_for_work_too(stage, ines):
    await ines.settle_in()
    await ines.say("/menu")
    assert "Annonces" in ines.labels
    assert "Agence de Guéret : vos annonces" in await ines.tap("Annonces")
