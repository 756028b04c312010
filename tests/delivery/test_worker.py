"""What becomes of messages: each outcome, each kind of trouble, on a real database and over HTTP."""

import asyncio
import datetime as dt
import logging
import time
from contextlib import asynccontextmanager

import pytest
import telegram

from delivery import parts, sender
from delivery import worker as module
from delivery.limiter import Limiter
from delivery.sender import Composed
from delivery.shared_limiter import SharedLimiter
from domain import pace
from domain.errors import StorageError
from domain.outbox import MAX_ATTEMPTS, Kind, Lane
from domain.subscribers import Language, Standing
from services import deliveries, subscribers
from services.deliveries import Consequences, Dropped, Postponed
from tests import factories
from tests.databases import ON_SQLITE
from tests.delivery.rig import NOON, QUICK, message, until, words
from tests.messages import samples


async def test_what_is_due_is_sent_and_recorded(rig):
    ana, ben = rig.people(2)
    await rig.queue(message(1, ana), message(2, ben), message(3, ben, due_at=NOON + dt.timedelta(hours=1)))
    async with rig.working():
        await until(lambda: len(rig.sent()) == 2)
    assert sorted(rig.sent()) == [(ana, "message 1"), (ben, "message 2")]
    rows = await rig.rows()
    assert [str(rows[number].state) for number in (1, 2, 3)] == ["sent", "sent", "pending"]
    numbers = {record.chat_id: record.result["message_id"] for record in rig.calls()}
    assert (rows[1].message_id, rows[2].message_id) == (numbers[ana], numbers[ben])
    assert rows[3].leased_until is None
    assert rig.counted["deliveries", "reminder", "sent"] == 2


async def test_urgent_lanes_go_first_and_then_what_was_due_first(rig):
    people = rig.people(40)
    lanes = [Lane.QUIET, Lane.DIGESTS, Lane.ALERTS, Lane.URGENT]
    queued = [
        message(
            number,
            chat_id,
            lane=lanes[number % 4],
            due_at=NOON - dt.timedelta(seconds=number),
        )
        for number, chat_id in enumerate(people)
    ]
    await rig.queue(*queued)
    async with rig.working(parts.Options(poll=0.02, concurrency=1)):
        await until(lambda: len(rig.sent()) == 40)
    first = sorted(queued, key=lambda one: (one.lane, one.due_at))
    assert [text for _, text in rig.sent()] == [f"message {one.payload['number']}" for one in first]


async def test_a_reminder_overtakes_a_broadcast_under_way(rig):
    people = rig.people(121)
    await rig.queue(*(message(n, chat, lane=Lane.DIGESTS) for n, chat in enumerate(people[:-1])))
    async with rig.working(limiter=Limiter(100)):
        await until(lambda: len(rig.sent()) >= 10)
        await rig.queue(message(999, people[-1]))
        before = len(rig.sent())
        await until(lambda: len(rig.sent()) == 121)
    place = [text for _, text in rig.sent()].index("message 999")
    assert place - before <= QUICK.batch + QUICK.concurrency


class Uses:
    """Counts those who used the database to the end."""

    def __init__(self, rig):
        self._rig = rig
        self.ended = 0

    @asynccontextmanager
    async def __call__(self):
        async with self._rig.database.unit_of_work() as uow:
            yield uow
        self.ended += 1


async def test_it_looks_at_once_when_woken(rig):
    (ana,) = rig.people(1)
    uses = Uses(rig)
    async with rig.working(parts.Options(poll=30), unit_of_work=uses) as worker:
        await until(lambda: uses.ended == 2)  # it has freed, and claimed nothing
        await rig.queue(message(1, ana))
        worker.wake()
        await until(rig.sent, within=5)


async def test_a_long_line_is_worked_off_without_a_rest_between_claims(rig):
    await rig.queue(*(message(n, chat) for n, chat in enumerate(rig.people(40))))
    async with rig.working(parts.Options(poll=30, batch=8, concurrency=2)):
        await until(lambda: len(rig.sent()) == 40)


async def test_a_stop_does_not_wait_for_the_next_look(rig, monkeypatch):
    monkeypatch.setattr(module, "_LAST_CLAIM_S", 30)
    uses = Uses(rig)
    async with rig.working(parts.Options(poll=30), unit_of_work=uses) as worker:
        await until(lambda: uses.ended == 2)
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 5


async def test_a_stop_does_not_wait_for_what_is_done(rig):
    (ana,) = rig.people(1)
    await rig.queue(message(1, ana))
    async with rig.working(parts.Options(poll=0.02, grace=30)) as worker:
        await until(lambda: rig.all_are("sent"))
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 5


async def test_while_nothing_can_be_recorded_no_more_is_sent_than_a_kill_may_double(rig):
    await rig.queue(*(message(n, chat) for n, chat in enumerate(rig.people(12))))
    failed = []

    def fail(step):
        if step == "settle.before_commit" and len(failed) < 20:
            failed.append(len(rig.sent()))
            raise OSError("disk full")

    async with rig.working(parts.Options(poll=0.02, concurrency=3), reached=fail):
        await until(lambda: rig.all_are("sent"))
    assert max(failed) == 3


async def test_one_chat_gets_its_messages_one_by_one_in_order(rig):
    (ana,) = rig.people(1)
    under_way = []

    async def slowly(told, now):
        under_way.append(told.chat_id)
        assert under_way.count(ana) == 1
        await asyncio.sleep(0.01)
        under_way.remove(told.chat_id)
        return await words(told, now)

    await rig.queue(*(message(n, ana, due_at=NOON - dt.timedelta(minutes=n)) for n in (1, 2)))
    await rig.queue(message(3, ana, lane=Lane.DIGESTS, due_at=NOON - dt.timedelta(hours=1)))
    started = time.monotonic()
    async with rig.working(compose=slowly):
        await until(lambda: len(rig.sent()) == 3)
    assert [text for _, text in rig.sent()] == ["message 2", "message 1", "message 3"]
    assert time.monotonic() - started >= 2


async def test_a_crowd_for_one_chat_holds_up_no_other(rig):
    ana, ben = rig.people(2)
    await rig.queue(*(message(n, ana) for n in range(100)), message(200, ben, lane=Lane.QUIET))
    async with rig.working():
        await until(lambda: (ben, "message 200") in rig.sent(), within=3)


async def test_what_was_told_is_noted_in_the_transaction_that_records_it(rig):
    ana, ben, eva = rig.people(3)
    async with rig.database.unit_of_work() as uow:
        for person in (ana, ben, eva):
            await subscribers.welcome(uow, person, language=Language.FRENCH, now=NOON)
        number = await factories.keep(uow, samples.event(), now=NOON)
        await uow.matches.mark_shown(ana, [number], now=NOON)
        await uow.matches.mark_shown(ben, [number], now=NOON)

    async def telling(one, now):
        return Composed(text="Bonjour", told=[number] if one.chat_id != eva else ())

    await rig.queue(message(1, ana), message(2, ben), message(3, eva))
    async with rig.working(compose=telling):
        await until(lambda: rig.all_are("sent"))
    async with rig.database.reading() as uow:
        shown = {record.chat_id: record.result["message_id"] for record in rig.calls()}
        assert [await uow.matches.card_of(person, number) for person in (ana, ben, eva)] == [
            shown[ana],
            shown[ben],
            None,
        ]


async def test_a_consequence_that_fails_is_undone_alone_and_told_without_its_words(rig, caplog):
    ana, ben, eva = rig.people(3)
    rig.telegram.block(ana)
    rig.telegram.block(ben)

    async def follow(uow, chat_id, gone, now):
        await subscribers.welcome(uow, chat_id, language=Language.FRENCH, now=now)
        if chat_id == ana:
            raise ValueError("Ana Martin")

    consequences = Consequences(on_chat_gone=follow, on_migrated=follow)
    await rig.queue(message(1, ana), message(2, ben), message(3, eva))
    async with rig.working(consequences=consequences):
        await until(lambda: rig.counted.total() == 3)
    assert await rig.states() == {1: "dropped", 2: "dropped", 3: "sent"}
    async with rig.database.reading() as uow:
        assert await uow.subscribers.get(ana) is None
        assert await uow.subscribers.get(ben) is not None
    assert caplog.text.count("the consequence of a message failed") == 1
    assert "ValueError at test_worker.py" in caplog.text
    assert "Ana Martin" not in caplog.text


async def test_what_has_nothing_left_to_say_is_dropped_and_what_would_wake_somebody_waits(rig):
    ana, ben = rig.people(2)
    morning = NOON + dt.timedelta(hours=8)

    async def decide(one, now):
        return Dropped("the event is over") if one.chat_id == ana else Postponed(morning)

    await rig.queue(message(1, ana), message(2, ben, expires_at=morning + dt.timedelta(hours=1)))
    async with rig.working(compose=decide):
        await until(lambda: rig.counted.total() == 2)
        assert rig.sent() == []
        rows = await rig.rows()
        assert (str(rows[1].state), rows[1].reason) == ("dropped", "the event is over")
        assert (str(rows[2].state), rows[2].due_at, rows[2].attempts) == ("pending", morning, 0)
        rig.now = morning
        await until(lambda: rig.counted["deliveries", "reminder", "postponed"] > 1)


async def test_what_comes_too_late_is_dropped_unworded(rig):
    ana, ben = rig.people(2)
    await rig.queue(
        message(1, ana, expires_at=NOON - dt.timedelta(seconds=1)), message(2, ben, expires_at=NOON)
    )
    async with rig.working():
        await until(lambda: rig.counted.total() == 2)
    assert await rig.states() == {1: "dropped", 2: "sent"}
    assert (await rig.rows())[1].reason == "expired"
    assert rig.sent() == [(ben, "message 2")]


async def test_a_message_is_edited_in_place_and_a_second_time_unchanged(rig):
    (ana,) = rig.people(1)
    sent = await rig.bot.send_message(ana, "before")
    button = telegram.InlineKeyboardButton("?", callback_data="x")

    async def edited(one, now):
        return Composed(
            text="after", keyboard=telegram.InlineKeyboardMarkup([[button]]), edit=sent.message_id
        )

    await rig.queue(message(1, ana, kind=Kind.CARD_REFRESH), message(2, ana, kind=Kind.CARD_REFRESH))
    async with rig.working(compose=edited):
        await until(lambda: rig.all_are("sent"))
    assert [row.message_id for row in (await rig.rows()).values()] == [None, None]
    edits = rig.calls("editMessageText")
    assert [(one.params["message_id"], one.accepted) for one in edits] == [
        (sent.message_id, True),
        (sent.message_id, False),
    ]
    assert rig.counted["deliveries", "card_refresh", "unchanged"] == 1


async def test_an_answer_is_sent_silently_and_to_what_it_answers(rig):
    (ana,) = rig.people(1)
    asked = rig.telegram.say(ana, "?")

    async def quiet(one, now):
        return Composed(text="<b>oui</b>", silent=True, reply_to=asked)

    await rig.queue(message(1, ana))
    async with rig.working(compose=quiet):
        await until(lambda: rig.all_are("sent"))
    params = rig.calls()[0].params
    assert params["disable_notification"] is True
    assert params["reply_parameters"]["message_id"] == asked
    assert params["parse_mode"] == "HTML"


async def test_somebody_who_blocked_the_bot_gets_nothing_more(rig):
    ana, ben = rig.people(2)
    async with rig.database.unit_of_work() as uow:
        await subscribers.welcome(uow, ana, language=Language.FRENCH, now=NOON)
    rig.telegram.block(ana)
    await rig.queue(*(message(n, ana) for n in range(5)), message(9, ben))
    async with rig.working():
        await until(lambda: rig.sent() == [(ben, "message 9")])
        await until(lambda: rig.counted.total() == 2)
    assert await rig.states() == dict.fromkeys(range(5), "dropped") | {9: "sent"}
    assert len([record for record in rig.calls() if record.chat_id == ana]) == 1
    async with rig.database.reading() as uow:
        assert (await uow.subscribers.get(ana)).standing is Standing.UNREACHABLE


async def test_a_closed_account_gets_nothing_more_and_is_to_be_erased(rig):
    (ana,) = rig.people(1)
    async with rig.database.unit_of_work() as uow:
        await subscribers.welcome(uow, ana, language=Language.FRENCH, now=NOON)
    rig.telegram.deactivate(ana)
    await rig.queue(message(1, ana), message(2, ana))
    async with rig.working():
        await until(lambda: rig.counted["deliveries", "reminder", "gone"])
    assert await rig.all_are("dropped")
    async with rig.database.reading() as uow:
        assert await uow.subscribers.to_erase(now=NOON, limit=9) == [ana]


async def test_a_group_that_moved_is_written_to_under_its_new_id(rig):
    (ana,) = rig.people(1)
    group = rig.telegram.add_group("Chercheurs", by=ana)
    moved = rig.telegram.migrate(group.id)
    await rig.queue(message(1, group.id), message(2, group.id))
    async with rig.working():
        await until(lambda: rig.all_are("sent"))
    assert sorted(rig.sent()) == [(moved, "message 1"), (moved, "message 2")]
    assert {row.chat_id for row in (await rig.rows()).values()} == {moved}


async def test_a_group_that_moves_for_ever_is_given_up(rig):
    (ana,) = rig.people(1)
    group = rig.telegram.add_group("Chercheurs", by=ana)
    rig.telegram.migrate(group.id)

    async def stay(uow, old_id, new_id):
        """Follow to nowhere."""

    consequences = parts.Consequences(on_chat_gone=stay, on_migrated=stay)
    await rig.queue(message(1, group.id))
    await tried(rig, MAX_ATTEMPTS - 2)
    async with rig.working(consequences=consequences):
        await until(lambda: rig.all_are("dead"))
    assert len(rig.calls()) == 2


async def test_groups_that_have_read_enough_for_now_hold_up_nobody(rig):
    """As many as there are senders, filled up by answers while a message for them is worded."""
    ana, ben = rig.people(2)
    groups = [rig.telegram.add_group(f"Groupe {n}", by=ana).id for n in range(QUICK.concurrency)]
    limiter = SharedLimiter(1000, rig.pause, rig.database) if rig.database.is_shared else Limiter(1000)
    full = set()

    async def filling(one, now):
        while one.chat_id < 0 and one.chat_id not in full:
            async with rig.database.unit_of_work() as uow:
                if not await limiter.may_answer(uow, one.chat_id):
                    full.add(one.chat_id)
        return await words(one, now)

    await rig.queue(*(message(n, group) for n, group in enumerate(groups)))
    await rig.queue(message(99, ben, lane=Lane.QUIET))
    async with rig.working(limiter=limiter, compose=filling):
        await until(rig.sent)
        await until(lambda: rig.counted["deliveries", "reminder", "released"] == len(groups))
    assert rig.sent() == [(ben, "message 99")]
    assert limiter.rate > 900, "Telegram refused nothing"
    rows = (await rig.rows()).values()
    assert [(row.state, row.attempts, row.leased_until) for row in rows if row.chat_id < 0] == [
        ("pending", 0, None)
    ] * len(groups)


async def test_a_message_that_telegram_refuses_is_dead_at_once_and_told_by_its_number(rig, caplog):
    (ana,) = rig.people(1)

    async def broken(one, now):
        return Composed(text="<secret>")

    await rig.queue(message(1, ana))
    async with rig.working(compose=broken):
        await until(lambda: rig.all_are("dead"))
    assert "can't parse entities" in (await rig.rows())[1].reason
    (told,) = [record.msg for record in caplog.records if record.levelno == logging.ERROR]
    assert (told["event"], told["message"], told["kind"]) == (
        "a message is given up; see `python -m bot deadletters`",
        1,
        "reminder",
    )
    assert "secret" not in caplog.text


async def tried(rig, attempts):
    """Let every message have this many attempts behind it."""
    async with rig.database.unit_of_work() as uow:
        for row in (await rig.rows()).values():
            await uow.outbox.retry(
                row.id, "earlier", next_try_at=NOON - dt.timedelta(days=9), attempts=attempts
            )


@pytest.mark.parametrize("kind", ["server_error", "bad_gateway"])
async def test_a_failure_of_telegram_is_tried_again_later(rig, kind):
    (ana,), limiter = rig.people(1), Limiter(1000)
    rig.telegram.faults.order(kind, times=2)
    await rig.queue(message(1, ana))
    async with rig.working(limiter=limiter):
        await until(lambda: rig.all_are("sent"))
    assert limiter.rate == 1000, "it was not too fast"
    assert (await rig.rows())[1].attempts == 2
    assert rig.sent() == [(ana, "message 1")]


@pytest.mark.parametrize("kind", ["reply_lost", "cut_body", "empty_200"])
async def test_a_reminder_that_may_have_been_sent_is_sent_again(rig, kind):
    (ana,) = rig.people(1)
    rig.telegram.faults.order(kind)
    await rig.queue(message(1, ana))
    async with rig.working():
        await until(lambda: rig.all_are("sent"))
    assert rig.sent() == [(ana, "message 1")] * 2


async def test_what_must_not_repeat_is_sent_again_once_and_marked(rig):
    (ana,) = rig.people(1)
    rig.telegram.faults.order("reply_lost", times=None)
    await rig.queue(message(1, ana, kind=Kind.OPERATOR_NOTICE))
    async with rig.working():
        await until(lambda: len(rig.sent()) == 1)
        await until(lambda: rig.counted.total() == 1)
        assert (await rig.rows())[1].reason.startswith("may have been sent")
        await until(lambda: rig.all_are("dead"))
    assert rig.sent() == [(ana, "message 1")] * 2


async def test_while_telegram_is_down_for_all_no_message_dies(rig):
    people = rig.people(3)
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    await tried(rig, MAX_ATTEMPTS + 3)
    rig.telegram.faults.order("server_error", times=None)
    async with rig.working():
        await until(lambda: rig.counted["deliveries", "reminder", "retried"] >= 3)
    assert await rig.all_are("pending")


async def test_a_message_that_alone_fails_for_ever_dies(rig):
    ana, ben = rig.people(2)
    await rig.queue(message(1, ana))
    await tried(rig, MAX_ATTEMPTS - 1)
    await rig.queue(message(2, ben, lane=Lane.URGENT, due_at=NOON - dt.timedelta(hours=1)))
    rig.telegram.faults.order("server_error", times=None, chat_id=ana)
    async with rig.working(parts.Options(poll=0.02, concurrency=1)):
        await until(lambda: rig.counted.total() == 2)
    assert await rig.states() == {1: "dead", 2: "sent"}


async def test_a_message_that_can_not_be_worded_delays_no_other_and_dies_in_the_end(rig, caplog):
    people = rig.people(30)

    async def poisoned(one, now):
        if one.payload["number"] == 0:
            raise KeyError("Ana Martin")
        return await words(one, now)

    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    async with rig.working(compose=poisoned):
        await until(lambda: len(rig.sent()) == 29, within=5)
        await until(lambda: rig.counted["deliveries", "reminder", "retried"])
    await tried_one(rig, 1, MAX_ATTEMPTS - 1)
    async with rig.working(compose=poisoned):
        await until(lambda: rig.counted["deliveries", "reminder", "dead"])
    assert (await rig.states())[0] == "dead"
    assert "Ana Martin" not in caplog.text
    assert "KeyError at test_worker.py" in caplog.text


async def test_while_the_database_is_away_no_message_is_to_blame_nor_overtaken_by_the_next(rig, caplog):
    (ana,) = rig.people(1)
    away = [StorageError("cut off"), StorageError("shut down")]

    async def cut_off(one, now):
        if away:
            raise away.pop()
        return await words(one, now)

    await rig.queue(message(1, ana), message(2, ana, due_at=NOON))
    async with rig.working(compose=cut_off):
        await until(rig.sent)
    assert rig.sent() == [(ana, "message 1")]
    assert {number: row.attempts for number, row in (await rig.rows()).items()} == {1: 0, 2: 0}
    assert rig.counted["deliveries", "reminder", "retried"] == 0
    assert "nothing can be worded" in caplog.text


async def tried_one(rig, outbox_id, attempts):
    async with rig.database.unit_of_work() as uow:
        await uow.outbox.retry(
            outbox_id, "earlier", next_try_at=NOON - dt.timedelta(days=9), attempts=attempts
        )


async def test_a_429_pauses_everything_and_counts_for_nobody(rig, monkeypatch):
    people = rig.people(20)
    stopped = time.monotonic()
    monkeypatch.setattr(rig.pause, "_clock", lambda: stopped)  # it lasts until all has been looked at
    rig.telegram.faults.order("too_many", times=None, method="sendMessage")
    await rig.queue(*(message(n, chat, lane=Lane.DIGESTS) for n, chat in enumerate(people[1:])))
    limiter = Limiter(1000)
    async with rig.working(limiter=limiter):
        await until(rig.pause.left)
        await until(lambda: nothing_is_under_way(rig))
        refused = len(rig.calls())
        await rig.queue(message(99, people[0]))
        await until(lambda: time.monotonic() - stopped > 0.8)
        assert len(rig.calls()) == refused <= QUICK.concurrency
        rig.telegram.faults.clear()
        monkeypatch.setattr(rig.pause, "_clock", time.monotonic)
        await until(lambda: len(rig.sent()) == 20)
    assert limiter.rate < 1000
    assert "message 99" in [text for _, text in rig.sent()][:8]
    assert {row.attempts for row in (await rig.rows()).values()} == {0}
    assert await rig.all_are("sent")


async def test_what_telegram_takes_makes_the_pace_faster_again(rig, monkeypatch):
    monkeypatch.setattr(pace, "STEP_AFTER", 4)
    limiter = Limiter(1000)
    limiter.refused()
    slowed = limiter.rate
    await rig.queue(*(message(n, chat) for n, chat in enumerate(rig.people(4))))
    async with rig.working(limiter=limiter):
        await until(lambda: rig.all_are("sent"))
    assert limiter.rate > slowed


async def nothing_is_under_way(rig):
    return not await held(rig)


async def test_a_pause_that_begins_while_a_message_waits_for_its_turn_holds_it_back(rig):
    (ana,) = rig.people(1)
    worded = []

    async def meanwhile(one, now):
        if not worded:
            rig.pause.begin(dt.timedelta(seconds=0.3))
        worded.append(one)
        return await words(one, now)

    await rig.queue(message(1, ana))
    async with rig.working(compose=meanwhile):
        await until(lambda: rig.all_are("sent"))
    assert len(worded) == 2
    assert len(rig.sent()) == 1
    assert rig.counted["deliveries", "reminder", "released"] == 1


async def test_an_answer_met_by_a_429_holds_deliveries_back_too(rig):
    ana, ben = rig.people(2)
    rig.telegram.faults.order("too_many", seconds=1)
    started = time.monotonic()
    await rig.queue(message(1, ben))
    async with asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(rig.bot.send_message(ana, "réponse"))
        await until(rig.pause.left)
        async with rig.working():
            await until(lambda: rig.all_are("sent"))
    assert time.monotonic() - started >= 1
    assert answer.result().text == "réponse"


async def test_a_refused_token_stops_everything_and_loses_nothing(rig, caplog):
    people = rig.people(20)
    rig.telegram.faults.order("unauthorized", times=None)
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    async with rig.working() as worker:
        assert not worker.is_refused
        await until(lambda: worker.is_refused)
        await until(lambda: nothing_is_under_way(rig))
        calls = len(rig.calls())
        asked = len(rig.calls("getMe"))
        await until(lambda: len(rig.calls("getMe")) >= asked + 2)
        assert len(rig.calls()) == calls <= QUICK.concurrency
        assert await rig.all_are("pending")
        rig.telegram.faults.clear()
        await until(lambda: rig.all_are("sent"))
        assert not worker.is_refused
    assert len(rig.sent()) == 20
    assert {row.attempts for row in (await rig.rows()).values()} == {0}
    told = [record.getMessage() for record in caplog.records if record.name.startswith("delivery")]
    assert len(told) == 2


async def test_whether_the_token_is_accepted_is_asked_now_and_then_and_what_waits_then_leaves_at_once(rig):
    (ana,) = rig.people(1)
    rig.telegram.faults.order("unauthorized", method="sendMessage")
    await rig.queue(message(1, ana))
    async with rig.working(parts.Options(poll=30, probe=1.5)) as worker:
        await until(lambda: worker.is_refused)
        refused_at = time.monotonic()
        await until(lambda: rig.calls("getMe"))
        assert time.monotonic() - refused_at > 1
        await until(rig.sent)
    assert len(rig.calls("getMe")) == 1


async def test_the_question_whether_the_token_is_accepted_outlives_a_broken_line(rig):
    (ana,) = rig.people(1)
    rig.telegram.faults.order("unauthorized", method="sendMessage")
    rig.telegram.faults.order("reset", method="getMe", times=2)
    await rig.queue(message(1, ana))
    async with rig.working():
        await until(lambda: rig.all_are("sent"))
    assert len(rig.calls("getMe")) == 3


async def test_the_question_whether_the_token_is_accepted_outlives_whatever_it_raises(rig, monkeypatch):
    (ana,), probe, failures = rig.people(1), sender.probe, [RuntimeError("the transport is not open")] * 2

    async def failing(bot):
        if failures:
            raise failures.pop()
        return await probe(bot)

    monkeypatch.setattr(sender, "probe", failing)
    rig.telegram.faults.order("unauthorized", method="sendMessage")
    await rig.queue(message(1, ana))
    async with rig.working():
        await until(lambda: rig.all_are("sent"))
    assert not failures


async def test_a_stop_lets_what_is_on_its_way_finish_and_gives_the_rest_back(rig):
    people = rig.people(40)
    rig.telegram.faults.order("slow", seconds=1.0, times=None, method="sendMessage")
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    async with rig.working() as worker:
        await until(lambda: rig.telegram.faults is not None and held(rig))
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 3
    rows = (await rig.rows()).values()
    assert {row.leased_until for row in rows if row.state == "pending"} == {None}
    assert sum(row.state == "sent" for row in rows) == len(rig.sent()) <= 16
    assert {row.attempts for row in rows} == {0}


async def test_what_a_stop_gives_back_is_free_at_once_however_slow_telegram_is(rig):
    rig.telegram.faults.order("slow", seconds=3.0, times=None, method="sendMessage")
    await rig.queue(*(message(n, chat) for n, chat in enumerate(rig.people(12))))
    async with rig.working(parts.Options(poll=0.02, concurrency=2, grace=3)) as worker:
        await until(lambda: held(rig))
        worker.stop()

        async def most_are_free():
            return sum(row.leased_until is not None for row in (await rig.rows()).values()) <= 2

        await until(most_are_free, within=1.5)


async def held(rig):
    return any(row.leased_until for row in (await rig.rows()).values())


async def test_what_was_sent_is_recorded_at_a_stop_although_the_disk_takes_it_after_the_grace(rig):
    (ana,) = rig.people(1)
    stopped_at = []

    def fail(step):
        is_early = not stopped_at or time.monotonic() < stopped_at[0] + 0.5
        if step == "settle.before_commit" and is_early:
            raise OSError("disk full")

    await rig.queue(message(1, ana))
    async with rig.working(parts.Options(poll=0.02, grace=0.1), reached=fail) as worker:
        await until(rig.sent)
        stopped_at.append(time.monotonic())
        worker.stop()
    assert await rig.all_are("sent")


async def test_a_stop_does_not_wait_for_answers_that_never_come(rig):
    people = rig.people(10)
    rig.telegram.faults.order("slow", seconds=3.5, times=None, method="sendMessage")
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    quick = parts.Options(poll=0.02, grace=0.3)
    async with rig.working(quick) as worker:
        await until(lambda: held(rig))
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 2
    rows = (await rig.rows()).values()
    assert {row.leased_until for row in rows} == {None}
    assert {str(row.state) for row in rows} == {"pending"}


async def test_a_claim_that_takes_long_is_renewed(rig):
    (ana,) = rig.people(1)
    wording = asyncio.Event()

    async def slowly(one, now):
        await wording.wait()
        return await words(one, now)

    await rig.queue(message(1, ana))
    async with rig.working(compose=slowly):
        await until(lambda: held(rig))
        first = (await rig.rows())[1].leased_until

        async def renewed():
            return (await rig.rows())[1].leased_until > first + dt.timedelta(seconds=10)

        await until(renewed)
        wording.set()
        await until(lambda: rig.all_are("sent"))
    assert len(rig.sent()) == 1


class Frozen:
    """A worker that stood still while it worded a message, for longer than its lease."""

    def __init__(self, rig):
        self.rig = rig
        self.options = parts.Options(poll=0.02, heartbeat=60)
        self.passed = dt.timedelta(0)
        self.worded = 0
        self.thaws = asyncio.Event()

    def wall(self):
        return NOON + self.passed

    async def compose(self, one, now):
        self.worded += 1
        await self.thaws.wait()
        return await words(one, now)

    async def taken(self):
        """What another worker takes once the lease has ended."""
        async with self.rig.database.unit_of_work() as uow:
            return await deliveries.claim(
                uow,
                now=NOON,
                wall=self.wall(),
                lease=dt.timedelta(seconds=30),
                limit=9,
                except_chats=(),
            )


async def test_who_stood_still_for_longer_than_a_lease_sends_nothing_that_another_took(rig):
    (ana,) = rig.people(1)
    frozen = Frozen(rig)
    await rig.queue(message(1, ana))
    async with rig.working(frozen.options, compose=frozen.compose, wall=frozen.wall):
        await until(lambda: frozen.worded)
        frozen.passed = dt.timedelta(seconds=30)
        (theirs,) = await frozen.taken()
        frozen.thaws.set()
        await until(lambda: rig.counted["deliveries", "reminder", "taken"])
        assert (await rig.rows())[1].leased_until == theirs.leased_until
    assert not rig.calls()
    assert (await rig.rows())[1].leased_until == theirs.leased_until


async def test_who_stood_still_before_it_could_record_leaves_to_another_what_that_one_took(rig):
    (ana,) = rig.people(1)
    frozen = Frozen(rig)
    frozen.thaws.set()
    theirs = []

    @asynccontextmanager
    async def unit_of_work():
        if frozen.passed and not theirs:
            theirs.extend(await frozen.taken())
        async with rig.database.unit_of_work() as uow:
            yield uow

    def stand_still(step):
        if step == "send.after":
            frozen.passed = dt.timedelta(seconds=30)

    await rig.queue(message(1, ana, kind=Kind.MATCHES))
    work = {"compose": frozen.compose, "wall": frozen.wall}
    async with rig.working(frozen.options, unit_of_work=unit_of_work, reached=stand_still, **work):
        await until(lambda: rig.counted["deliveries", "matches", "sent"])
    row = (await rig.rows())[1]
    assert (row.state, row.leased_until) == ("pending", theirs[0].leased_until)
    assert row.message_id == rig.calls()[0].result["message_id"]


async def test_whose_clock_was_set_back_sends_nothing_that_another_may_take(rig):
    (ana,) = rig.people(1)
    frozen = Frozen(rig)
    await rig.queue(message(1, ana))
    async with rig.working(frozen.options, compose=frozen.compose, wall=frozen.wall):
        await until(lambda: frozen.worded)
        frozen.passed = dt.timedelta(seconds=-11)
        frozen.thaws.set()
        await until(lambda: rig.counted["deliveries", "reminder", "released"])
        await until(lambda: rig.all_are("sent"))
    assert (frozen.worded, len(rig.calls())) == (2, 1)


async def test_who_stood_still_claims_anew_what_nobody_took(rig):
    (ana,) = rig.people(1)
    frozen = Frozen(rig)
    await rig.queue(message(1, ana))
    async with rig.working(frozen.options, compose=frozen.compose, wall=frozen.wall):
        await until(lambda: frozen.worded)
        frozen.passed = dt.timedelta(seconds=25)
        frozen.thaws.set()
        await until(lambda: rig.all_are("sent"))
    assert (frozen.worded, len(rig.calls())) == (2, 1)


async def test_a_disk_that_fails_for_a_while_stops_nothing_and_doubles_nothing(rig, caplog):
    people = rig.people(12)
    await rig.queue(*(message(n, chat) for n, chat in enumerate(people)))
    failing = []

    def flaky():
        if failing and failing.pop():
            raise OSError("disk full")
        return rig.database.unit_of_work()

    def fill(step):
        if step == "send.after" and not failing:
            failing.extend([False, True, True, True])

    options = parts.Options(poll=0.02, heartbeat=0.01, grace=2)
    async with rig.working(options, unit_of_work=flaky, reached=fill):
        await until(lambda: rig.all_are("sent"))
        failing.clear()
    assert len(rig.sent()) == 12
    assert "OSError" in caplog.text


@pytest.mark.parametrize("failing", ["claim", "record", "renew", "give back"])
async def test_each_use_of_the_database_may_fail_and_is_tried_again(rig, failing, caplog):
    """The first use of its kind fails; told apart by what has been reached before."""
    (ana,) = rig.people(1)
    steps, failed = [], []
    wording = asyncio.Event()
    stopping = []

    async def slowly(one, now):
        if failing in {"renew", "give back"}:
            await wording.wait()
        return await words(one, now)

    def use():
        is_it = {
            "claim": steps == ["start"],
            "record": "send.after" in steps,
            "renew": "claim.after_commit" in steps and not stopping,
            "give back": bool(stopping),
        }[failing]
        steps.append("start") if not steps else None
        if is_it and not failed:
            failed.append(failing)
            raise OSError("disk full")
        return rig.database.unit_of_work()

    await rig.queue(message(1, ana))
    options = parts.Options(poll=0.02, heartbeat=30 if failing == "give back" else 0.05, grace=0.1)
    async with rig.working(options, unit_of_work=use, reached=steps.append, compose=slowly):
        if failing == "give back":
            await until(lambda: "claim.after_commit" in steps)
            stopping.append(True)
        else:
            await until(lambda: failed)
            wording.set()
            await until(lambda: rig.all_are("sent"))
    assert failed == [failing]
    assert "OSError" in caplog.text
    assert len(rig.sent()) == (0 if failing == "give back" else 1)


async def test_what_was_sent_is_recorded_in_the_end_and_the_trouble_told_once(rig, caplog):
    (ana,) = rig.people(1)
    await rig.queue(message(1, ana))
    failures = ["disk full"] * 3

    def fail(step):
        if step == "settle.before_commit" and failures:
            raise OSError(failures.pop())

    async with rig.working(reached=fail):
        await until(lambda: rig.all_are("sent"))
    assert len(rig.sent()) == 1
    assert caplog.text.count("outcomes can't be recorded") == 1


@ON_SQLITE
async def test_a_start_outlives_a_disk_that_is_full_and_takes_over_what_was_claimed(rig, caplog):
    (ana,) = rig.people(1)
    await rig.queue(message(1, ana))
    async with rig.database.unit_of_work() as uow:
        await uow.outbox.claim(now=NOON, wall=NOON, lease=dt.timedelta(seconds=30), limit=1)
    is_failing = [True, True, False, True, True, False, True]  # to take over, then each time to claim

    def use():
        if is_failing and is_failing.pop(0):
            raise OSError("disk full")
        return rig.database.unit_of_work()

    async with rig.working(unit_of_work=use, wall=lambda: NOON):
        await until(lambda: rig.all_are("sent"))
        await until(lambda: not is_failing)
    assert caplog.text.count("claims can't be taken over") == 1
    assert caplog.text.count("nothing can be claimed") == 2


async def test_a_database_that_hangs_does_not_keep_a_stop_waiting(rig):
    (ana,) = rig.people(1)
    hanging = asyncio.Event()

    class Hangs:
        async def __aenter__(self):
            await asyncio.Event().wait()

        async def __aexit__(self, *_):
            """Nothing was opened."""

    await rig.queue(message(1, ana))
    options = parts.Options(poll=0.02, grace=0.1)

    def use():
        return Hangs() if hanging.is_set() else rig.database.unit_of_work()

    def reached(step):
        if step == "send.after":
            hanging.set()

    async with rig.working(options, unit_of_work=use, reached=reached) as worker:
        await until(hanging.is_set)
        started = time.monotonic()
        worker.stop()
    assert time.monotonic() - started < 4


async def test_a_stop_before_anything_was_queued_is_quick(rig):
    started = time.monotonic()
    async with rig.working(QUICK):
        pass
    assert time.monotonic() - started < 2
