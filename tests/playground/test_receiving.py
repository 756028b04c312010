"""getUpdates, by the official server's source."""

import asyncio
import json
import time

import aiohttp
import pytest

from tests.playground import stand_in

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


async def texts(call, **params):
    return [one["message"]["text"] for one in await call.result("getUpdates", **params)]


async def poll_waits(telegram):
    await stand_in.eventually(lambda: telegram.polling.has_caller)


async def first_id(call):
    return (await call.result("getUpdates", limit=1))[0]["update_id"]


async def test_updates_come_in_order_and_stay_until_confirmed(call, telegram, ana):
    for text in "abc":
        telegram.say(ana.id, text)
    assert await texts(call) == ["a", "b", "c"]
    start = await first_id(call)
    assert await texts(call, offset=start + 1) == ["b", "c"]
    assert await texts(call, offset=0, limit=100) == ["b", "c"]
    assert await texts(call, offset=start + 3) == []
    assert await texts(call, offset=1) == []


async def test_what_is_below_the_offset_is_forgotten_whatever_happens_to_the_reply(call, telegram, ana):
    for text in "ab":
        telegram.say(ana.id, text)
    start = await first_id(call)
    telegram.faults.order("reply_lost", method="getUpdates")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call("getUpdates", offset=start + 1)
    assert await texts(call) == ["b"]


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(call, telegram, ana):
    for text in "abcd":
        telegram.say(ana.id, text)
    assert await texts(call, offset=-2) == ["c", "d"]
    assert await texts(call, offset=-100) == ["c", "d"]


async def test_a_waiting_call_with_a_negative_offset_forgets_nothing_that_comes_meanwhile(
    call, telegram, ana
):
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(texts(call, offset=-1, timeout=30))
        await poll_waits(telegram)
        for text in "ab":
            telegram.say(ana.id, text)
    assert waiting.result() == ["a", "b"]


async def test_an_offset_far_ahead_confirms_nothing(call, telegram, ana):
    telegram.say(ana.id, "a")
    start = await first_id(call)
    assert await texts(call, offset=start + 100) == ["a"]


async def test_at_most_a_hundred_come_at_once(call, telegram, ana):
    for number in range(130):
        telegram.say(ana.id, str(number))
    assert len(await texts(call, limit=1000)) == 100
    assert len(await texts(call, offset=-5, limit=0)) == 1


async def test_the_same_offset_at_once_gets_one_update(call, telegram, ana, settings):
    telegram.polling._pace = 1.0
    for text in "abc":
        telegram.say(ana.id, text)
    start = (await call.result("getUpdates", offset=-3))[0]["update_id"]
    assert await texts(call, offset=start) == ["a", "b", "c"]
    assert await texts(call, offset=start) == ["a"]


async def test_a_long_poll_ends_when_something_comes(call, telegram, ana):
    started = time.monotonic()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(texts(call, timeout=30))
        await poll_waits(telegram)
        telegram.say(ana.id, "a")
    assert waiting.result() == ["a"]
    assert time.monotonic() - started < 5


async def test_a_long_poll_ends_empty_after_its_time(call):
    assert await texts(call, timeout=1) == []


async def test_a_second_caller_sends_the_waiting_one_away(call, telegram, ana):
    async with asyncio.TaskGroup() as group:
        first = group.create_task(call("getUpdates", timeout=30))
        await poll_waits(telegram)
        second = group.create_task(call("getUpdates", timeout=30))
        assert (await first) == {"ok": False, "error_code": 409, "description": OTHER}
        telegram.say(ana.id, "a")
        assert len((await second)["result"]) == 1


async def test_polling_and_a_webhook_exclude_each_other(call, telegram):
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(call("getUpdates", timeout=30))
        await poll_waits(telegram)
        assert await call.result("setWebhook", url="http://127.0.0.1:9/hook")
        assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert await call.refusal("getUpdates") == BY_WEBHOOK
    assert (await call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await call("deleteWebhook"))["description"] == "Webhook is already deleted"
    assert await texts(call) == []


async def test_only_subscribed_kinds_come_and_the_setting_stays(call, telegram, ana):
    await call.result("getUpdates", allowed_updates=["callback_query"])
    telegram.say(ana.id, "a")
    telegram.tap_data(ana.id, 1, "go")
    assert [list(one)[1] for one in await call.result("getUpdates")] == ["callback_query"]
    await call.result("getUpdates", allowed_updates=[])
    telegram.say(ana.id, "b")
    assert [list(one)[1] for one in await call.result("getUpdates", offset=-9)] == [
        "callback_query",
        "message",
    ]


async def test_messages_live_a_day_and_presses_150_seconds(call, telegram, ana, clock):
    telegram.say(ana.id, "a")
    telegram.tap_data(ana.id, 1, "go")
    clock.move(seconds=151)
    assert await texts(call) == ["a"]
    clock.move(days=1)
    assert await texts(call) == []


async def test_an_update_is_as_it_was_when_it_happened(call, telegram, ana):
    message_id = telegram.say(ana.id, "avant")
    telegram.edit(ana.id, message_id, "après")
    first, second = await call.result("getUpdates")
    assert (first["message"]["text"], second["edited_message"]["text"]) == ("avant", "après")
    assert second["edited_message"]["edit_date"] == second["edited_message"]["date"]


async def test_whatever_a_test_wants_can_be_put_in(call, telegram):
    telegram.updates.push_raw({"message": {"nonsense": True}, "future": 1})
    (update,) = await call.result("getUpdates")
    assert {**update, "update_id": 0} == {"message": {"nonsense": True}, "future": 1, "update_id": 0}


async def test_parameters_come_by_query_form_json_and_multipart_alike(session, opened, ana):
    url = f"{opened.url}/bot{stand_in.TOKEN}/sendMessage"
    params = {"chat_id": str(ana.id), "text": "<b>é</b>", "parse_mode": "HTML"}
    markup = {"inline_keyboard": [[{"text": "ok", "callback_data": "go"}]]}
    as_text = params | {"reply_markup": json.dumps(markup)}
    form = {"data": as_text}
    from_file = {"data": stand_in.form(as_text)}
    answers = []
    for way in ({"params": as_text}, form, {"json": params | {"reply_markup": markup}}, from_file):
        async with session.post(url, **way) as response:
            answers.append((await response.json())["result"])
    assert [(one["text"], one["entities"], one["reply_markup"]) for one in answers] == [
        ("é", [{"type": "bold", "offset": 0, "length": 1}], markup),
    ] * 4
