"""Each fault, as a bare client and as python-telegram-bot see it; and whether the call took effect."""

import collections
import time

import aiohttp
import pytest
import telegram as ptb

from playground import faults, limits
from tests.playground import stand_in

# kind → (status or what a bare client raises, what python-telegram-bot raises, took effect)
SEEN = {
    "too_many": (429, ptb.error.RetryAfter, False),
    "too_many_bare": (429, ptb.error.NetworkError, False),
    "server_error": (500, ptb.error.NetworkError, False),
    "bad_gateway": (502, ptb.error.NetworkError, False),
    "html_200": (200, ptb.error.TelegramError, False),
    "empty_200": (200, ptb.error.TelegramError, True),
    "reset": (aiohttp.ServerDisconnectedError, ptb.error.NetworkError, False),
    "reply_lost": (aiohttp.ServerDisconnectedError, ptb.error.NetworkError, True),
    "cut_body": (aiohttp.ClientPayloadError, ptb.error.NetworkError, True),
    "blocked": (403, ptb.error.Forbidden, False),
    "deactivated": (403, ptb.error.Forbidden, False),
    "kicked": (403, ptb.error.Forbidden, False),
    "not_member": (403, ptb.error.Forbidden, False),
    "never_started": (403, ptb.error.Forbidden, False),
    "chat_not_found": (400, ptb.error.BadRequest, False),
    "bad_entities": (400, ptb.error.BadRequest, False),
    "not_modified": (400, ptb.error.BadRequest, False),
    "unauthorized": (401, ptb.error.InvalidToken, False),
    "slow": (200, None, True),
    "normal": (200, None, True),
}


@pytest.fixture
async def bot(opened):
    root = opened.url
    async with ptb.Bot(stand_in.TOKEN, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot") as bot:
        yield bot


def effect(telegram, chat_id):
    return len(telegram.messages(chat_id))


@pytest.mark.parametrize("kind", SEEN)
async def test_a_bare_client_sees_the_fault_and_the_log_knows_if_it_took_effect(session, opened, ana, kind):
    telegram = opened.telegram
    telegram.faults.order(kind, seconds=0.01, method="sendMessage", chat_id=ana.id)
    seen, _, took_effect = SEEN[kind]
    url, params = f"{opened.url}/bot{stand_in.TOKEN}/sendMessage", {"chat_id": str(ana.id), "text": "a"}

    async def status():
        async with session.post(url, data=params) as response:
            await response.read()
            return response.status

    if isinstance(seen, int):
        assert await status() == seen
    else:
        with pytest.raises(seen):
            await status()
    (record,) = telegram.log.records
    assert (record.accepted, record.params, effect(telegram, ana.id)) == (
        took_effect,
        {"chat_id": ana.id, "text": "a"},
        int(took_effect),
    )
    assert record.fault == (None if kind == "normal" else kind)
    assert await status() == 200


@pytest.mark.filterwarnings("ignore:.*attribute `retry_after`")
@pytest.mark.parametrize("kind", SEEN)
async def test_python_telegram_bot_raises_what_the_table_says(bot, telegram, ana, kind):
    telegram.faults.order(kind, seconds=0.01, method="sendMessage")
    _, raised, took_effect = SEEN[kind]
    if raised is None:
        await bot.send_message(ana.id, "a")
    else:
        with pytest.raises(raised) as caught:
            await bot.send_message(ana.id, "a")
        assert type(caught.value) is raised
    assert effect(telegram, ana.id) == int(took_effect)


async def test_an_upgrade_is_a_fault_for_groups_only(bot, telegram, ana):
    group = telegram.add_group("Équipe", by=ana.id)
    telegram.faults.order("migrated", times=None)
    await bot.send_message(ana.id, "a")
    with pytest.raises(ptb.error.ChatMigrated) as caught:
        await bot.send_message(group.id, "a")
    await bot.send_message(caught.value.new_chat_id, "a")
    assert len(telegram.log.calls("sendMessage")) == 2


async def test_orders_are_for_a_method_a_chat_and_a_number_of_times(call, telegram, ana):
    bob = telegram.add_person("Bob", has_started=True)
    telegram.faults.order("server_error", method="sendMessage", chat_id=bob.id, times=2)

    async def code(method, **params):
        return (await call(method, **params)).get("error_code")

    assert await code("getMe") is None
    assert await code("sendMessage", chat_id=ana.id, text="a") is None
    assert [await code("sendMessage", chat_id=bob.id, text="a") for _ in range(3)] == [500, 500, None]
    telegram.faults.order("blocked", chat_id=bob.id, times=None)
    assert [await code("sendMessage", chat_id=bob.id, text="a") for _ in range(3)] == [403] * 3
    telegram.faults.clear()
    assert await code("sendMessage", chat_id=bob.id, text="a") is None


def test_an_episode_lasts_its_time_and_a_429_names_what_is_left():
    now = 100.0
    chance = faults.Faults(now=lambda: now)
    chance.episode("too_many", lasting=30)
    assert chance.choose("sendMessage", 1).seconds == 30
    now = 120.0
    assert chance.choose("getMe", None).seconds == 10
    now = 130.0
    assert chance.choose("sendMessage", 1) is None


def test_a_plan_is_the_same_for_the_same_seed_and_keeps_the_distribution():
    def drawn(seed):
        chance = faults.Faults()
        chance.follow_plan(seed)
        return [fault.kind if (fault := chance.choose("sendMessage", 1)) else "normal" for _ in range(20_000)]

    first = drawn(7)
    assert first == drawn(7) != drawn(8)
    shares = {kind: 100 * count / len(first) for kind, count in collections.Counter(first).items()}
    for kind, share in faults.SHARES.items():
        assert abs(shares.get(kind, 0) - share) < 1, kind


def test_a_plan_may_be_for_some_methods_only():
    chance = faults.Faults()
    faults.apply_json(chance, {"plan": {"seed": 1, "methods": ["sendMessage"], "shares": {"reset": 1}}})
    assert chance.choose("getUpdates", None) is None
    assert chance.choose("sendMessage", 5).kind == "reset"


def test_what_is_about_a_chat_happens_only_to_calls_about_one():
    chance = faults.Faults()
    chance.follow_plan(1, shares={faults.Kind.BLOCKED: 1})
    assert chance.choose("getMe", None) is None
    assert chance.choose("sendMessage", 5).kind == "blocked"


@pytest.mark.parametrize(
    "wish", [{"kind": "flood"}, {"colour": 1}, {"plan": {}}, {"plan": 7}, {"lasting": 3}]
)
def test_a_fault_that_is_none_is_refused(wish):
    with pytest.raises(ValueError):
        faults.apply_json(faults.Faults(), wish)


def test_faults_can_be_written_as_json():
    chance = faults.Faults()
    faults.apply_json(chance, {"plan": {"seed": 1, "shares": {"slow": 1}, "slow": [0.1, 0.1]}})
    assert chance.choose("getMe", None) == faults.Fault(faults.Kind.SLOW, 0.1)
    faults.apply_json(chance, {"clear": True})
    faults.apply_json(chance, {"kind": "unauthorized", "lasting": 60})
    assert chance.choose("getMe", None).kind == "unauthorized"


async def test_the_real_limits_can_be_turned_on(call, telegram, ana):
    telegram.limits.turn_on(overall=30, chat_burst=3)
    answers = [await call("sendMessage", chat_id=ana.id, text="a") for _ in range(4)]
    assert [one.get("parameters") for one in answers] == [None, None, None, {"retry_after": 1}]
    telegram.limits.turn_off()
    assert (await call("sendMessage", chat_id=ana.id, text="a"))["ok"]


def test_limits_count_a_second_overall_and_a_minute_in_a_group():
    limiter = limits.Limits()
    limiter.turn_on(overall=30, chat_burst=3, group_per_minute=20)
    for chat_id in range(1, 31):
        limiter.spend(chat_id, now=0.0)
    with pytest.raises(faults.errors.Refusal) as caught:
        limiter.spend(99, now=0.5)
    assert caught.value.parameters == {"retry_after": 1}
    limiter.spend(99, now=1.0)
    for second in range(20):
        limiter.spend(-5, now=2.0 + second)
    with pytest.raises(faults.errors.Refusal) as caught:
        limiter.spend(-5, now=22.0)
    assert caught.value.parameters == {"retry_after": 40}


async def test_slow_is_slow(call, telegram):
    telegram.faults.order("slow", seconds=0.2)
    started = time.monotonic()
    await call.result("getMe")
    assert time.monotonic() - started >= 0.2
