"""Several processes: who does what, in which order, and what happens when one of them is cut off."""

import asyncio
import random
from http import HTTPStatus

import pytest

import bot.crew
from bot import cli, lock
from bot.clock import wall
from bot.roles import Role
from domain.sectors import Sector
from handlers import line
from handlers.intake import envelope
from playground import options, server
from playground.faults import Kind
from storage import database
from tests.bot.crew import TOKEN, Crew, tap
from web import webhook

LETTERS = sorted(sector.value for sector in Sector)[:5]
TICKED = "".join(LETTERS)
IN_ORDER = [said for count, letter in enumerate(LETTERS, 1) for said in (letter, TICKED[:count])]
PEOPLE = 4
ANSWERS = ("answerCallbackQuery", "sendMessage", "editMessageText")
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_locks
WHERE locktype = 'advisory' AND objid = {} AND objsubid = 2 AND granted
"""
ALL, THE_LEADER = 1, 6
STAND_ALONE = "SELECT pg_advisory_lock(731000, 1), pg_sleep(60)"
SOMEBODY_LEADS = "SELECT count(*) = 1 FROM pg_locks WHERE objid = 6 AND objsubid = 2 AND granted"
SOMEBODY_WAITS = "SELECT count(*) = 1 FROM pg_locks WHERE objid = 1 AND objsubid = 2 AND NOT granted"
IS_READ = "SELECT count(*) = 1 FROM sources WHERE last_complete_at IS NOT NULL"
OTHERS, LEADS = "other processes", "this one leads"


@pytest.fixture
async def crew(home, postgres_url):
    opened = options.Options(
        port=0,
        token=TOKEN,
        bot_name="Rendez-vous",
        bot_username="rdv_bot",
        clock=wall,
        search_places=lambda _query: [],
    )
    async with server.running(opened) as telegram, asyncio.TaskGroup() as group:
        crew = Crew(postgres_url, telegram, group)
        yield crew
        await crew.stop()


@pytest.fixture
def quick(monkeypatch):
    """Whoever stands by, or was cut off, tries again sooner."""
    monkeypatch.setattr(bot.crew, "TRY_EVERY_S", 0.05)


async def bring(doors, people, chance):
    """Telegram brings what each person taps in order, and again what it brought before in any order."""

    async def bring_again(update):
        await asyncio.sleep(chance.random() / 20)
        await chance.choice(doors).intake.receive([update])

    async def bring_of(person, group):
        brought = []
        for letter in LETTERS:
            brought.append(tap(person, letter))
            await chance.choice(doors).intake.receive([brought[-1]])
            for update in chance.sample(brought, min(2, len(brought))):
                group.create_task(bring_again(update))

    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(bring_of(person, group))


async def at_work(crew):
    """Two that receive, and three that handle."""
    doors = [await crew.start(name, Role.WEB) for name in ("left", "right")]
    for name in ("one", "two", "three"):
        await crew.start(name, Role.WORKER)
    people = await crew.at_the_sectors(PEOPLE)
    shares = {Kind.NORMAL: 1, Kind.SLOW: 1}
    crew.telegram.telegram.faults.follow_plan(20, methods=ANSWERS, shares=shares, slow=(0, 0.02))
    return doors, people


@pytest.mark.long(seconds=4)
async def test_updates_of_a_chat_never_run_at_once_nor_out_of_order_on_three_workers(crew):
    doors, people = await at_work(crew)
    await bring(doors, people, random.Random(20))
    await crew.settle()
    assert {person: crew.told_in(person) for person in people} == dict.fromkeys(people, IN_ORDER)


@pytest.mark.long(seconds=6)
async def test_effects_come_once_though_every_connection_is_cut_again_and_again(crew, postgres_server):
    doors, people = await at_work(crew)
    async with asyncio.TaskGroup() as group:
        bringing = group.create_task(bring(doors, people, random.Random(20)))
        for _ in range(4):
            await asyncio.sleep(0.1)
            await postgres_server.tell(CUT_OFF.format(ALL), "shared")
        await bringing
    await crew.settle()
    assert await crew.drafts(people) == dict.fromkeys(people, TICKED)


async def test_a_worker_hears_at_once_what_was_kept_elsewhere(crew, monkeypatch):
    monkeypatch.setattr(line, "LOOK_EVERY_S", 60.0)
    door = await crew.start("door", Role.WEB)
    await crew.start("worker", Role.WORKER)
    (person,) = await crew.at_the_sectors(1)
    for update in [tap(person, LETTERS[0])] * 2:
        await door.intake.receive([update])
    await crew.settle()
    assert crew.told_in(person) == IN_ORDER[:2]


async def test_what_nobody_heard_of_is_found_all_the_same(crew, monkeypatch):
    monkeypatch.setattr(line, "LOOK_EVERY_S", 0.05)
    await crew.start("worker", Role.WORKER)
    (person,) = await crew.at_the_sectors(1)
    async with database.opened(crew.url) as data, data.unit_of_work() as uow:
        await uow.inbox.store([envelope(tap(person, LETTERS[0]))], now=wall())
    await crew.settle()
    assert crew.told_in(person) == IN_ORDER[:2]


async def test_when_the_leader_is_cut_off_or_ends_there_is_one_again_and_it_polls(
    crew, quick, postgres_server
):
    await crew.start("one", Role.SCHEDULER)
    await crew.until_told("one", OTHERS, LEADS)
    await crew.start("two", Role.SCHEDULER)
    assert (await crew.told("two"))[OTHERS] == (True, "another leads; this one stands by")
    await postgres_server.tell(CUT_OFF.format(THE_LEADER), "shared")
    await crew.until_true(SOMEBODY_LEADS)
    await crew.stop("one")
    await crew.until_told("two", OTHERS, LEADS)
    telegram = crew.telegram.telegram
    telegram.say(telegram.add_person("Léa", "fr").id, "bonjour")
    await crew.until_true("SELECT count(*) = 1 FROM inbox")


async def test_without_the_others_a_process_is_not_ready(crew, quick, postgres_server):
    await crew.start("it", Role.WORKER)
    async with asyncio.TaskGroup() as group:
        alone = group.create_task(postgres_server.tell(STAND_ALONE, "shared"))
        await crew.until_true(SOMEBODY_WAITS)
        await postgres_server.tell(CUT_OFF.format(ALL), "shared")
        await crew.until_told("it", OTHERS, "out of reach; what no two may do at once waits for them")
        assert (await crew.get("it", "/readyz")).status == HTTPStatus.SERVICE_UNAVAILABLE
        alone.cancel()
    await crew.until_told("it", OTHERS, "within reach")
    assert (await crew.get("it", "/readyz")).status == HTTPStatus.OK


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        (Role.WEB, {"database", "other processes"}),
        (Role.WORKER, {"database", "other processes", "telegram"}),
        (Role.SCHEDULER, {"database", "other processes", "telegram", "source sample"}),
        (Role.ALL, {"database", "other processes", "telegram", "source sample"}),
    ],
)
async def test_each_role_says_whether_it_does_its_part(crew, role, asked):
    await crew.start("it", role, PUBLIC_URL="http://127.0.0.1:1")
    if role.schedules:
        await crew.until_true(IS_READ)
    assert (await crew.get("it", "/healthz")).status == HTTPStatus.OK
    assert {name: is_ok for name, (is_ok, _) in (await crew.told("it")).items()} == dict.fromkeys(asked, True)
    leads = f"rdv_leads {float(role.schedules)}"
    assert leads in await (await crew.get("it", "/metrics")).text()
    is_there = (await crew.get("it", webhook.PATH)).status == HTTPStatus.METHOD_NOT_ALLOWED
    assert is_there == role.listens, "only who listens has the webhook"


@pytest.mark.parametrize("role", ["web", "worker", "scheduler"])
def test_on_one_file_there_is_one_process(home, monkeypatch, capsys, role):
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert cli.main(["run", "--role", role]) == cli.WRONG_SETTINGS
    assert capsys.readouterr().err == (
        f"rendez-vous-emploi: --role {role} needs PostgreSQL, for an SQLite file serves one process; "
        "leave --role out, or change DATABASE_URL\n"
    )


def test_the_playground_is_one_process(home, capsys):
    assert cli.main(["run", "--role", "web"]) == cli.WRONG_SETTINGS
    assert "--role web needs TELEGRAM_BOT_TOKEN" in capsys.readouterr().err


async def test_nothing_is_moved_while_a_process_runs_and_none_starts_meanwhile(postgres_url):
    async with bot.crew.joined(postgres_url, Role.WEB), bot.crew.joined(postgres_url, Role.ALL):
        with pytest.raises(lock.AlreadyRunningError, match="stop it first"):
            async with lock.only_one(postgres_url):
                pass
    async with lock.only_one(postgres_url):
        with pytest.raises(lock.AlreadyRunningError, match="start again when that is done"):
            async with bot.crew.joined(postgres_url, Role.WEB):
                pass
