"""What is said of PostgreSQL alone."""

import asyncio
import datetime as dt
import signal
from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.errors import StorageError
from domain.reminders import Lead, Reminder
from domain.sectors import Sector
from domain.subscribers import Standing
from services import deliveries
from services.deliveries import Consequences, Postponed, Settlement
from storage import DatabaseUnreachableError, addresses, database, postgresql_checkup
from tests import postgres
from tests.databases import ON_POSTGRESQL
from tests.factories import ALBI, NOW, alert, job_event, keep, subscriber

END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared'"
MORNING = NOW + dt.timedelta(hours=12)
DUE = {("Europe/Paris", alert().frequency): NOW}


async def refused(url):
    """Return the sentence with which opening is refused."""
    with pytest.raises(DatabaseUnreachableError) as caught:
        async with database.opened(url):
            pass
    return str(caught.value)


async def told(url):
    return [finding async for finding in postgresql_checkup.findings(url)]


async def test_each_way_of_not_getting_there_is_one_sentence(postgres_server):
    elsewhere = "postgresql+asyncpg://bot:s3cret@127.0.0.1:1/jobs"
    assert await refused(elsewhere) == (
        "the PostgreSQL database jobs on 127.0.0.1:1 can't be reached "
        "(Connect call failed ('127.0.0.1', 1)); start PostgreSQL, or change DATABASE_URL"
    )
    where = f"on {postgres_server.folder}"
    assert await refused(postgres_server.url("gone")) == (
        f"the PostgreSQL database gone {where} does not exist; create it (createdb), or change DATABASE_URL"
    )
    assert await refused(postgres_server.url("gone").replace("bot@", "ann@")) == (
        f"the PostgreSQL database gone {where} refuses the name or the password; check both in DATABASE_URL"
    )
    assert await refused(postgres_server.url("template0")) == (
        f"the PostgreSQL database template0 {where} can't be used "
        '(database "template0" is not currently accepting connections); '
        "see PostgreSQL's log, or change DATABASE_URL"
    )


async def test_who_may_make_no_tables_is_told_so(postgres_server, new_postgres_url):
    await postgres_server.tell("CREATE ROLE guest LOGIN", "apart")
    try:
        assert "make the user its owner" in await refused(new_postgres_url.replace("bot@", "guest@"))
    finally:
        await postgres_server.tell("DROP ROLE guest", "apart")


async def test_a_server_that_takes_no_more_connections_says_what_to_raise(postgres_server, new_postgres_url):
    await postgres_server.tell("CREATE ROLE guest LOGIN CONNECTION LIMIT 0", "apart")
    try:
        assert "has no connection left for us" in await refused(new_postgres_url.replace("bot@", "guest@"))
    finally:
        await postgres_server.tell("DROP ROLE guest", "apart")


async def test_a_database_of_a_newer_version_is_refused_in_one_sentence(postgres_server, new_postgres_url):
    async with database.opened(new_postgres_url):
        pass
    await postgres_server.tell("UPDATE alembic_version SET version_num = '9999'", "apart")
    name = addresses.shown(new_postgres_url)
    sentence = f"{name} was written by a newer version of this program; update the program"
    assert await refused(new_postgres_url) == sentence
    assert (False, sentence) in await told(new_postgres_url)


async def test_the_checkup_says_what_is_well_and_what_is_not(postgres_server, postgres_url, new_postgres_url):
    fresh = [line for _, line in await told(new_postgres_url)]
    assert any(line.endswith("has no tables yet; the next start creates them") for line in fresh)
    findings = await told(postgres_url)
    name = addresses.shown(postgres_url)
    assert (True, f"{name} has the tables of this version") in findings
    assert (True, f"{name} can be written") in findings
    # as it is: the tests' server forces nothing to the disk
    risk = "may lose what it has confirmed; set fsync and synchronous_commit to on"
    assert (False, f"{name} {risk}") in findings
    ((is_well, line),) = await told(postgres_server.url("nowhere"))
    assert not is_well
    assert "does not exist" in line


@ON_POSTGRESQL
async def test_every_connection_keeps_the_rules(data):
    async with data.unit_of_work() as writer, data.reading() as reader:
        assert await rules(writer) == ["read committed", "off", "off", "30s"]
        assert await rules(reader) == ["repeatable read", "on", "off", "30s"]


async def rules(uow):
    names = ("transaction_isolation", "transaction_read_only", "jit", "lock_timeout")
    return [await uow._connection.scalar(sa.text(f"SHOW {name}")) for name in names]


@ON_POSTGRESQL
async def test_connections_that_the_server_closed_are_replaced_unseen(data, postgres_server):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
    await data.check()
    await postgres_server.tell(END_OTHERS)
    async with data.unit_of_work() as uow:
        assert (await uow.subscribers.get(1)).id == 1
    await data.check()


async def hold_against_alerts(uow):
    event = job_event()
    number = await keep(uow, event)
    return await uow.match_queue.queue_for(number, event, DUE, now=NOW)


@ON_POSTGRESQL
async def test_a_new_event_and_a_new_alert_never_miss_each_other(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
    async with asyncio.TaskGroup() as tasks:
        async with data.unit_of_work() as saving:
            await saving.alerts.add(alert(1))
            sweeping = tasks.create_task(sweep(data))
            await asyncio.wait({sweeping}, timeout=0.3)
            assert not sweeping.done(), "it waits for the alert that is being saved"
        assert await sweeping == 1


async def sweep(data):
    async with data.unit_of_work() as uow:
        return await hold_against_alerts(uow)


@ON_POSTGRESQL
async def test_who_stops_while_an_event_is_matched_is_told_nothing_of_it(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        await uow.alerts.add(alert(1))
    async with asyncio.TaskGroup() as tasks:
        async with data.unit_of_work() as sweeping:
            assert await hold_against_alerts(sweeping) == 1
            stopping = tasks.create_task(stop(data))
            await asyncio.wait({stopping}, timeout=0.3)
            assert not stopping.done(), "it waits for the event that is being matched"
        await stopping
    async with data.reading() as uow:
        assert await uow.match_queue.untold([1], now=NOW) == []


@ON_POSTGRESQL
@pytest.mark.parametrize("leave", ["erased", "migrated"])
async def test_of_who_goes_while_a_list_is_shown_to_them_nothing_stays(data, leave):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        await uow.subscribers.add(subscriber(2))
        number = await keep(uow, job_event())
    async with asyncio.TaskGroup() as tasks, data.unit_of_work() as handling:
        await handling.subscribers.get(1)
        await handling.matches.mark_shown(1, [number], now=NOW)
        going = tasks.create_task(go(data, leave))
        await asyncio.wait({going}, timeout=0.3)
    async with data.reading() as uow:
        assert await uow.subscribers.get(1) is None
        assert (await uow.subscribers.export(1))["matches"] == []


@ON_POSTGRESQL
async def test_who_stops_as_their_pause_ends_has_stopped(data):
    paused = subscriber(1, standing=Standing.PAUSED, resumes_at=NOW)
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(paused)
    async with asyncio.TaskGroup() as tasks, data.unit_of_work() as stopping:
        await stopping.subscribers.save(replace(paused, standing=Standing.STOPPED, resumes_at=None))
        resuming = tasks.create_task(resume(data))
        await asyncio.wait({resuming}, timeout=0.3)
        assert not resuming.done(), "it waits for who has them in hand"
    async with data.reading() as uow:
        assert (await uow.subscribers.get(1)).standing is Standing.STOPPED


async def resume(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.resume_due(now=NOW, limit=9)


@ON_POSTGRESQL
async def test_workers_that_put_messages_off_wait_for_one_another(data):
    """Each notes, of the events that two instants tell, that the morning tells them: in another order."""
    wishes = {Sector.HEALTH: (NOW, {1, 4}), Sector.TRANSPORT: (NOW + dt.timedelta(seconds=1), {2, 3})}
    async with data.unit_of_work() as uow:
        for sector, (instant, owners) in wishes.items():
            for owner in owners:
                await uow.subscribers.add(subscriber(owner))
                await uow.alerts.add(alert(owner, sectors=frozenset({sector})))
            event = job_event(source_id=sector.value, sectors=frozenset({sector}))
            await uow.match_queue.queue_for(
                await keep(uow, event), event, dict.fromkeys(DUE, instant), now=NOW
            )
        claimed = await uow.outbox.claim(now=MORNING, wall=NOW, lease=dt.timedelta(minutes=1), limit=99)
    message = {message.chat_id: message for message in claimed}
    async with asyncio.TaskGroup() as tasks, data.unit_of_work() as uow:
        await put_off(uow, message[1])
        other = tasks.create_task(put_off_apart(data, message[3], message[4]))
        await asyncio.wait({other}, timeout=0.3)
        await put_off(uow, message[2])
    async with data.reading() as uow:
        assert len(await uow.match_queue.untold([1, 2, 3, 4], now=MORNING)) == 4


async def put_off_apart(data, *messages):
    async with data.unit_of_work() as uow:
        await put_off(uow, *messages)


async def put_off(uow, *messages):
    nothing_follows = Consequences(on_chat_gone=None, on_migrated=None)
    results = [Settlement(message=message, result=Postponed(MORNING)) for message in messages]
    await deliveries.settle(uow, results, nothing_follows, now=NOW, wall=NOW)


async def go(data, leave):
    async with data.unit_of_work() as uow:
        await (uow.subscribers.erase(1) if leave == "erased" else uow.subscribers.migrate(2, 1))
        if leave == "migrated":
            await uow.subscribers.migrate(1, 3)


async def stop(data):
    async with data.unit_of_work() as uow:
        await uow.match_queue.forget_untold(1)


@ON_POSTGRESQL
async def test_a_message_is_not_claimed_while_an_event_is_counted_into_it(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        await uow.alerts.add(alert(1, point=ALBI, radius_km=100))
        first = job_event(source_id="first")
        number = await keep(uow, first)
        await uow.match_queue.queue_for(number, first, DUE, now=NOW)
    claim = {"now": NOW, "wall": NOW, "lease": NOW - NOW, "limit": 9}
    async with data.unit_of_work() as sweeping:
        assert await hold_against_alerts(sweeping) == 1
        async with data.unit_of_work() as claiming:
            assert await claiming.outbox.claim(**claim) == []
    async with data.unit_of_work() as claiming:
        (message,) = await claiming.outbox.claim(**claim)
        assert len(await claiming.match_queue.untold([message.chat_id], now=NOW)) == 2


@ON_POSTGRESQL
@pytest.mark.parametrize("change", ["made", "moved"])
async def test_what_is_due_waits_for_a_promise_that_is_being_made_or_moved(data, change):
    promise = {"subscriber_id": 1, "lead": Lead.TWO_HOURS, "due_at": NOW}
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        promise["job_event_id"] = number = await keep(uow, job_event())
        if change == "moved":
            await uow.reminders.save(Reminder(**promise | {"due_at": NOW + dt.timedelta(days=1)}))
    async with asyncio.TaskGroup() as tasks:
        async with data.unit_of_work() as saving:
            if change == "moved":
                await saving.reminders.move(number, Lead.TWO_HOURS, subscriber(1).zone, NOW)
            else:
                await saving.reminders.save(Reminder(**promise))
            queueing = tasks.create_task(queue_due(data))
            await asyncio.wait({queueing}, timeout=0.3)
        assert await queueing == 1


async def queue_due(data):
    async with data.unit_of_work() as uow:
        return await uow.reminders.queue_due(now=NOW)


async def rename(data, first, second, met):
    """Change two people one after the other, when another has changed the second."""
    async with data.unit_of_work() as uow:
        await uow.subscribers.get(first)
        met[first].set()
        await met[second].wait()
        await uow.subscribers.get(second)


@ON_POSTGRESQL
async def test_of_two_that_wait_for_each_other_one_is_told_of_trouble_that_passes(data):
    async with data.unit_of_work() as uow:
        for number in (1, 2):
            await uow.subscribers.add(subscriber(number))
    met = {1: asyncio.Event(), 2: asyncio.Event()}
    ends = await asyncio.gather(rename(data, 1, 2, met), rename(data, 2, 1, met), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "StorageError"]


async def add_and_lose_the_connection(data):
    async with data.unit_of_work() as uow:
        await uow.subscribers.add(subscriber(1))
        await uow._connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))


@ON_POSTGRESQL
async def test_a_connection_cut_in_a_transaction_is_trouble_and_nothing_is_kept(data):
    with pytest.raises(StorageError):
        await add_and_lose_the_connection(data)
    async with data.unit_of_work() as uow:
        assert await uow.subscribers.get(1) is None


async def test_a_server_that_restarts_is_trouble_until_it_is_back():
    with postgres.running() as server:
        await server.tell("CREATE DATABASE bot")
        async with database.opened(server.url("bot")) as data:
            server.stop(signal.SIGQUIT)
            assert not await is_kept(data)
            server.start()
            async with asyncio.timeout(20):
                while not await is_kept(data):  # noqa: ASYNC110 -- asks a server, which sets no event
                    await asyncio.sleep(0.01)
            async with data.reading() as uow:
                assert (await uow.subscribers.get(1)).id == 1


async def is_kept(data):
    """Try to keep a person; nothing but trouble that passes may be met."""
    try:
        async with data.unit_of_work() as uow:
            await uow.subscribers.add(subscriber(1))
    except StorageError:
        return False
    return True


@ON_POSTGRESQL
async def test_who_is_cancelled_while_its_connection_is_lost_is_cancelled(data, postgres_server):
    is_open = asyncio.Event()

    async def wait_inside():
        async with data.unit_of_work() as uow:
            await uow.inbox.waiting()
            is_open.set()
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(wait_inside())
        await is_open.wait()
        await postgres_server.tell(END_OTHERS)
        waiting.cancel()
    assert waiting.cancelled()


@ON_POSTGRESQL
async def test_who_fails_while_its_connection_is_lost_is_told_of_the_loss(data, postgres_server):
    async def fail():
        async with data.unit_of_work() as uow:
            await uow.inbox.waiting()
            await postgres_server.tell(END_OTHERS)
            raise ValueError

    with pytest.raises(StorageError):
        await fail()
