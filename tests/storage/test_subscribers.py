import asyncio
import contextlib
import datetime as dt
import json
import random
import re
import sqlite3

import pytest
import sqlalchemy as sa

from domain.conversations import ConversationState
from domain.outbox import Kind, Lane, OutboxMessage
from domain.subscribers import Language, Standing
from storage.columns import Chosen, Instant
from storage.subscribers import owner_of
from storage.tables import metadata
from tests import factories
from tests.databases import ON_POSTGRESQL, ON_SQLITE
from tests.factories import NOW, alert, job_event, subscriber

ANA, BEN = 7_100_200_300, 7_100_200_301
OWNED = [table for table in metadata.sorted_tables if owner_of(table) is not None]
ABOUT_NOBODY = {
    "tellings",
    "agencies",
    "announcements",  # an agency's words, and whom they fit
    "alert_cells",  # goes with its alert, and says no more
    "import_runs",
    "inbox",  # emptied with the effects of each update
    "invitations",
    "job_events",
    "journal",  # of members it knows a number, which leads to nobody once they are gone
    "listings",
    "pace",
    "quarantined_records",
    "sources",
}


def mark(owner, what):
    return f"<marker {what} of {owner}>"


def value_for(column, owner, serial):
    """Something for any column; in a text, a marker that can be found again."""
    if isinstance(column.type, Chosen):
        return next(iter(column.type.kind))
    if isinstance(column.type, Instant):
        return NOW
    if isinstance(column.type, sa.Date):
        return dt.date(2027, 3, 1)
    if isinstance(column.type, sa.String):
        return f"{mark(owner, column)} {serial}"
    return serial if column.primary_key else 1


async def plant(uow, owner):
    """A row in every table that has owners, each text a marker."""
    event = await factories.keep(uow, job_event(source_id=str(owner % 1000)))
    for table in OWNED:
        serial = owner % 1000 + 1
        row = {column.name: value_for(column, owner, serial) for column in table.c}
        row |= {"job_event_id": event} if "job_event_id" in table.c else {}
        row |= {"alert_id": None} if "alert_id" in table.c else {}
        row |= {"agency_id": await agency(uow)} if "agency_id" in table.c else {}
        row |= {"keeper_id": None} if "keeper_id" in table.c else {}
        row[owner_of(table).name] = owner
        await uow._connection.execute(sa.insert(table).values(row))


async def agency(uow):
    known = await uow.agencies.named("an agency")
    return (known or await uow.agencies.add("an agency", now=NOW)).id


async def count(uow, owner):
    return {
        table.name: (
            await uow._connection.execute(
                sa.select(sa.func.count()).select_from(table).where(owner_of(table) == owner)
            )
        ).scalar_one()
        for table in OWNED
    }


def on_disk(tmp_path):
    files = [tmp_path / name for name in ("bot.db", "bot.db-wal", "bot.db-shm")]
    assert files[0].stat().st_size
    return b"".join(file.read_bytes() for file in files if file.exists())


# rows in and out


async def test_a_person_comes_back_as_they_were(uow):
    person = subscriber(
        ANA,
        language=Language.ENGLISH,
        zone="Pacific/Wallis",
        standing=Standing.PAUSED,
        resumes_at=NOW + dt.timedelta(days=1),
        erase_at=NOW + dt.timedelta(days=2),
    )
    await uow.subscribers.add(person)
    assert await uow.subscribers.get(ANA) == person
    assert await uow.subscribers.get(BEN) is None


async def test_who_is_there_already_stays_as_they_are(uow):
    await uow.subscribers.add(subscriber(ANA, language=Language.ENGLISH))
    await uow.subscribers.add(subscriber(ANA))
    assert (await uow.subscribers.get(ANA)).language is Language.ENGLISH


async def test_a_change_is_one_persons(uow):
    for number in (ANA, BEN):
        await uow.subscribers.add(subscriber(number))
    changed = subscriber(ANA, zone="Indian/Reunion", standing=Standing.STOPPED, erase_at=NOW)
    await uow.subscribers.save(changed)
    assert await uow.subscribers.get(ANA) == changed
    assert await uow.subscribers.get(BEN) == subscriber(BEN)


async def test_the_zones_are_those_in_which_anybody_lives(uow):
    for number, zone in ((ANA, "Europe/Paris"), (BEN, "Pacific/Wallis"), (3, "Pacific/Wallis")):
        await uow.subscribers.add(subscriber(number, zone=zone))
    assert sorted(await uow.subscribers.zones()) == ["Europe/Paris", "Pacific/Wallis"]


async def test_pauses_end_at_their_time(uow):
    paused = {"standing": Standing.PAUSED, "resumes_at": NOW}
    await uow.subscribers.add(subscriber(1, **paused))
    await uow.subscribers.add(subscriber(2, **paused | {"resumes_at": NOW + dt.timedelta(seconds=1)}))
    await uow.subscribers.add(subscriber(3, standing=Standing.STOPPED, resumes_at=NOW))
    assert await uow.subscribers.resume_due(now=NOW, limit=9) == 1
    assert await uow.subscribers.get(1) == subscriber(1)
    assert (await uow.subscribers.get(2)).standing is Standing.PAUSED
    assert (await uow.subscribers.get(3)).standing is Standing.STOPPED


async def test_so_many_pauses_end_at_once(uow):
    for number in (1, 2, 3):
        await uow.subscribers.add(subscriber(number, standing=Standing.PAUSED, resumes_at=NOW))
    assert [await uow.subscribers.resume_due(now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]


async def test_those_whose_time_has_come_are_named(uow):
    for number, erase_at in ((1, NOW), (2, NOW + dt.timedelta(seconds=1)), (3, None), (4, NOW)):
        await uow.subscribers.add(subscriber(number, erase_at=erase_at))
    assert sorted(await uow.subscribers.to_erase(now=NOW, limit=9)) == [1, 4]
    assert len(await uow.subscribers.to_erase(now=NOW, limit=1)) == 1


# everything about a person


def test_every_table_is_somebodys_or_known_to_be_nobodys():
    assert {table.name for table in metadata.sorted_tables} - {table.name for table in OWNED} == ABOUT_NOBODY
    for table in metadata.sorted_tables:
        if owner_of(table) is None and table.name != "alert_cells":
            assert not [name for name in table.c.keys() if re.search("subscriber|chat|person|user", name)]  # noqa: SIM118 -- columns, by name


async def test_the_export_holds_every_row_of_a_person_and_of_nobody_else(uow):
    await plant(uow, ANA)
    await plant(uow, BEN)
    kept = await uow.subscribers.export(ANA)
    assert set(kept) == {table.name for table in OWNED}
    written = json.dumps(kept)
    for table in OWNED:
        assert len(kept[table.name]) == 1
        assert set(kept[table.name][0]) == set(table.c.keys())
        for column in table.c:
            if isinstance(column.type, sa.String) and not isinstance(column.type, Chosen):
                assert mark(ANA, column) in written
    assert str(BEN) not in written
    assert kept["alerts"][0]["created_at"] == "2027-03-01T09:00:00+00:00"
    assert kept["alerts"][0]["not_before"] == "2027-03-01"


async def test_the_export_of_a_stranger_is_empty(uow):
    await plant(uow, ANA)
    assert set(map(len, (await uow.subscribers.export(BEN)).values())) == {0}


@ON_SQLITE
async def test_erasing_leaves_nothing_in_any_table_nor_in_any_file(data, tmp_path):
    async with data.unit_of_work() as uow:
        await plant(uow, ANA)
        await plant(uow, BEN)
        await uow.alerts.add(alert(ANA))
    assert on_disk(tmp_path).count(str(ANA).encode()) > 0
    async with data.unit_of_work() as uow:
        await uow.subscribers.erase(ANA)
        uow.leave_no_trace()
    async with data.reading() as uow:
        assert set((await count(uow, ANA)).values()) == {0}
        assert set((await count(uow, BEN)).values()) == {1}
        cells = await uow._connection.execute(sa.select(metadata.tables["alert_cells"]))
        assert cells.all() == []
    left = on_disk(tmp_path)
    assert str(ANA).encode() not in left
    for table in OWNED:
        for column in table.c:
            assert mark(ANA, column).encode() not in left
            if isinstance(column.type, sa.Text):
                assert mark(BEN, column).encode() in left, "others keep theirs"


@ON_SQLITE
async def test_nothing_is_left_of_a_row_that_has_moved_about_in_the_file(data, tmp_path):
    """A page that was split keeps copies of what moved out of it: overwriting what is deleted spares them."""
    chance, times_said = random.Random(1), {7_000_000_000 + number: 0 for number in range(300)}
    async with data.unit_of_work() as uow:
        for owner in times_said:
            await uow.subscribers.add(subscriber(owner))
    copied = []
    for _ in range(40):
        async with data.unit_of_work() as uow:
            for owner in chance.choices(sorted(times_said), k=100):
                times_said[owner] = chance.choice([chance.randint(1, 20), chance.randint(1, 300)])
                await converse(uow, owner, f"{owner} " * times_said[owner])
        checkpoint(tmp_path)
        file = (tmp_path / "bot.db").read_bytes()
        copied = [owner for owner, times in times_said.items() if file.count(str(owner).encode()) > times]
        if copied:
            break
    copied = copied or [min(times_said)]  # a later SQLite may leave no copies
    async with data.unit_of_work() as uow:
        for owner in copied:
            await uow.subscribers.erase(owner)
        uow.leave_no_trace()
    left = on_disk(tmp_path)
    assert [owner for owner in copied if str(owner).encode() in left] == []
    assert sum(str(owner).encode() in left for owner in times_said) > 50, "others keep theirs"


@ON_POSTGRESQL
async def test_erasing_leaves_no_row_and_then_clears_what_rows_leave_behind(data):
    async with data.unit_of_work() as uow:
        await plant(uow, ANA)
        await plant(uow, BEN)
        await uow.alerts.add(alert(ANA))
    before = await cleared(data)
    async with data.unit_of_work() as uow:
        await uow.subscribers.erase(ANA)
        uow.leave_no_trace()
    async with data.reading() as uow:
        assert set((await count(uow, ANA)).values()) == {0}
        assert set((await count(uow, BEN)).values()) == {1}
    after = await cleared(data)
    for table in [*(table.name for table in OWNED), "alert_cells"]:
        assert after[table] == (before[table][0] + 1, 0)


async def cleared(data):
    """By table: how often it was cleared, and how many rows lie there dead."""
    async with data.reading() as uow:
        found = await uow._connection.execute(
            sa.text("SELECT relname, vacuum_count, n_dead_tup FROM pg_stat_user_tables")
        )
        return {row.relname: (row.vacuum_count, row.n_dead_tup) for row in found}


async def converse(uow, owner, said):
    state = ConversationState(name="asking", step="place", draft={"text": said}, updated_at=NOW)
    await uow.conversations.save(owner, state)


def checkpoint(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@ON_SQLITE
async def test_erasing_waits_for_who_still_reads(data, tmp_path):
    async with data.unit_of_work() as uow:
        await plant(uow, ANA)

    async def erase():
        async with data.unit_of_work() as uow:
            await uow.subscribers.erase(ANA)
            uow.leave_no_trace()

    async with asyncio.TaskGroup() as tasks, data.reading() as reader:
        assert await reader.subscribers.get(ANA) is not None
        erasing = tasks.create_task(erase())
        await asyncio.wait({erasing}, timeout=0.3)
        assert await reader.subscribers.get(ANA) is not None, "as it was when the reading began"
    async with data.reading() as reader:
        assert await reader.subscribers.get(ANA) is None
    assert str(ANA).encode() not in on_disk(tmp_path)


@ON_SQLITE
async def test_a_file_that_cannot_be_rewritten_undoes_no_erasure_and_the_next_one_makes_good(
    data, tmp_path, caplog
):
    async with data.unit_of_work() as uow:
        await plant(uow, ANA)
        await plant(uow, BEN)

    def refuse_to_copy(action, *_):
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK

    for owner, authorizer in ((ANA, refuse_to_copy), (BEN, None)):
        async with data.unit_of_work() as uow:
            raw = await uow._connection.get_raw_connection()
            await raw.driver_connection.set_authorizer(authorizer)
            await uow.subscribers.erase(owner)
            uow.leave_no_trace()
        assert await cache_of_writer(data) == -2000, "small only while the file is rewritten"
    assert caplog.text.count("stay in the file until the next erasure") == 1
    left = on_disk(tmp_path)
    assert str(ANA).encode() not in left
    assert str(BEN).encode() not in left


async def cache_of_writer(data):
    async with data.unit_of_work() as uow:
        return await uow._connection.scalar(sa.text("PRAGMA cache_size"))


async def test_what_was_under_way_to_someone_erased_is_never_taken_for_anothers(uow):
    await uow.outbox.add(message(ANA), now=NOW)
    (under_way,) = await waiting(uow)
    await uow.subscribers.erase(ANA)
    await uow.outbox.add(message(BEN), now=NOW)
    await uow.outbox.mark_sent({under_way.id: 77}, now=NOW)
    assert [each.chat_id for each in await waiting(uow)] == [BEN]


def message(owner):
    return OutboxMessage(
        key=f"test:{owner}",
        kind=Kind.OPERATOR_NOTICE,
        lane=Lane.ALERTS,
        chat_id=owner,
        payload={},
        due_at=NOW,
        expires_at=NOW,
    )


async def waiting(uow):
    return await uow.outbox.claim(now=NOW, wall=NOW, lease=dt.timedelta(0), limit=9)


# a group that became a supergroup


async def test_a_chat_that_got_a_new_id_keeps_all_that_is_its_own(uow):
    await plant(uow, ANA)
    await plant(uow, BEN)
    before = await count(uow, ANA)
    await uow.subscribers.migrate(ANA, -100)
    assert await count(uow, -100) == before
    assert set((await count(uow, ANA)).values()) == {0}
    assert set((await count(uow, BEN)).values()) == {1}


async def test_events_are_matched_for_the_new_id(uow):
    await uow.subscribers.add(subscriber(ANA))
    await uow.alerts.add(alert(ANA))
    await uow.subscribers.migrate(ANA, -100)
    event = job_event()
    due = {("Europe/Paris", alert().frequency): NOW}
    assert await uow.match_queue.queue_for(await factories.keep(uow, event), event, due, now=NOW) == 1
    assert [each.chat_id for each in await waiting(uow)] == [-100]


async def test_the_new_chat_gives_way_to_the_old_one(uow):
    await uow.subscribers.add(subscriber(ANA, language=Language.ENGLISH))
    await uow.alerts.add(alert(ANA))
    await uow.subscribers.add(subscriber(-100))
    await uow.subscribers.migrate(ANA, -100)
    assert (await uow.subscribers.get(-100)).language is Language.ENGLISH
    assert len(await uow.alerts.of_subscriber(-100)) == 1


@pytest.mark.parametrize("times", [2, 3])
async def test_to_hear_of_a_new_id_again_loses_nothing(uow, times):
    await plant(uow, ANA)
    before = await count(uow, ANA)
    for _ in range(times):
        await uow.subscribers.migrate(ANA, -100)
    assert await count(uow, -100) == before
    await uow.subscribers.migrate(-100, -100)
    assert await count(uow, -100) == before


async def test_what_waits_for_a_chat_that_is_no_subscriber_follows_too(uow):
    await uow.outbox.add(message(ANA), now=NOW)
    await uow.subscribers.migrate(ANA, -100)
    assert [each.chat_id for each in await waiting(uow)] == [-100]
