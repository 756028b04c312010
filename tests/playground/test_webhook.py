"""Updates brought by HTTP: the secret, the order, the retries."""

import asyncio
import contextlib
import dataclasses
import itertools
import json
import time

import pytest
from aiohttp import web

from tests.playground import stand_in


@dataclasses.dataclass
class Receiver:
    """A bot's webhook that answers as it is told."""

    url: str = ""
    statuses: list = dataclasses.field(default_factory=list)
    got: list = dataclasses.field(default_factory=list)
    at: list = dataclasses.field(default_factory=list)
    headers: list = dataclasses.field(default_factory=list)
    retry_after: str | None = None
    holding: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    under_way: int = 0
    most_under_way: int = 0

    async def receive(self, request: web.Request) -> web.Response:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.got.append(json.loads(await request.read()))
        self.at.append(time.monotonic())
        self.headers.append(request.headers)
        await self.holding.wait()
        self.under_way -= 1
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=headers)

    def texts(self):
        return [
            one["message"]["text"] if "message" in one else one["callback_query"]["data"] for one in self.got
        ]

    async def until(self, count):
        await stand_in.eventually(lambda: len(self.got) >= count)


@contextlib.asynccontextmanager
async def receiving():
    receiver = Receiver()
    receiver.holding.set()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        receiver.holding.set()
        await runner.cleanup()


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


async def pending(call, count):
    async def reached():
        return (await call.result("getWebhookInfo"))["pending_update_count"] == count

    await stand_in.eventually(reached)


async def test_updates_are_brought_with_the_secret_in_order_and_forgotten(call, telegram, ana, receiver):
    telegram.say(ana.id, "before")
    answer = await call("setWebhook", url=receiver.url, secret_token="s-3_cret")
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    for text in "abc":
        telegram.say(ana.id, text)
    await receiver.until(4)
    assert receiver.texts() == ["before", "a", "b", "c"]
    assert {one["X-Telegram-Bot-Api-Secret-Token"] for one in receiver.headers} == {"s-3_cret"}
    await pending(call, 0)
    assert (await call("setWebhook", url=receiver.url, secret_token="s-3_cret"))["description"] == (
        "Webhook is already set"
    )


async def test_no_secret_means_no_header(call, telegram, ana, receiver):
    await call.result("setWebhook", url=receiver.url)
    telegram.say(ana.id, "a")
    await receiver.until(1)
    assert "X-Telegram-Bot-Api-Secret-Token" not in receiver.headers[0]


async def test_a_failure_is_tried_again_at_once_then_after_2_4_8_seconds(call, telegram, ana, receiver):
    receiver.statuses = [500, 302, 404, 500]
    await call.result("setWebhook", url=receiver.url)
    telegram.say(ana.id, "a")
    telegram.say(ana.id, "b")
    await receiver.until(6)
    assert receiver.texts() == ["a", "a", "a", "a", "a", "b"]
    waits = [later - earlier for earlier, later in itertools.pairwise(receiver.at[:5])]
    # The pace of these tests: a hundredth of a second for each of the server's seconds.
    assert [wait >= least for wait, least in zip(waits, (0, 0.02, 0.04, 0.08), strict=True)] == [True] * 4
    info = await call.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_is_obeyed(call, telegram, ana, receiver):
    receiver.statuses, receiver.retry_after = [429], "10"
    await call.result("setWebhook", url=receiver.url)
    telegram.say(ana.id, "a")
    await receiver.until(2)
    assert receiver.at[1] - receiver.at[0] >= 0.1


async def test_a_failing_chat_blocks_only_itself_and_presses_have_a_queue_of_their_own(
    call, telegram, ana, receiver
):
    bob = telegram.add_person("Bob", has_started=True)
    receiver.holding.clear()
    await call.result("setWebhook", url=receiver.url)
    telegram.say(ana.id, "a1")
    telegram.say(ana.id, "a2")
    telegram.say(bob.id, "b1")
    telegram.tap_data(ana.id, 1, "press")
    await receiver.until(3)
    assert sorted(receiver.texts()) == ["a1", "b1", "press"]
    receiver.holding.set()
    await receiver.until(4)
    assert receiver.texts()[3] == "a2"


async def test_no_more_connections_than_allowed(call, telegram, receiver):
    receiver.holding.clear()
    await call.result("setWebhook", url=receiver.url, max_connections=2)
    for number in range(5):
        telegram.say(telegram.add_person(str(number)).id, str(number))
    await receiver.until(2)
    receiver.holding.set()
    await receiver.until(5)
    assert receiver.most_under_way == 2


async def test_an_update_too_old_is_given_up(call, telegram, ana, clock, receiver):
    receiver.statuses = [500] * 3
    receiver.holding.clear()
    await call.result("setWebhook", url=receiver.url)
    telegram.say(ana.id, "a")
    await receiver.until(1)
    clock.move(days=2)
    receiver.holding.set()
    await pending(call, 0)
    telegram.say(ana.id, "b")
    await receiver.until(2)
    assert receiver.texts()[-1] == "b"


async def test_a_webhook_that_is_not_there_is_told_in_getwebhookinfo(call, telegram, ana):
    await call.result(
        "setWebhook", url="http://127.0.0.1:9/hook", max_connections=3, allowed_updates=["message"]
    )
    telegram.say(ana.id, "a")

    async def failed():
        info = await call.result("getWebhookInfo")
        return info if "last_error_message" in info else None

    info = await stand_in.eventually(failed)
    assert info["last_error_message"] == "Webhook connection failed: ClientConnectorError"
    assert {
        key: info[key] for key in ("url", "pending_update_count", "max_connections", "allowed_updates")
    } == {
        "url": "http://127.0.0.1:9/hook",
        "pending_update_count": 1,
        "max_connections": 3,
        "allowed_updates": ["message"],
    }
    assert await call.result("deleteWebhook", drop_pending_updates=True)
    assert (await call.result("getWebhookInfo"))["pending_update_count"] == 0


async def test_wrong_webhooks_are_refused(call):
    refusals = {
        await call.refusal("setWebhook", url="ftp://127.0.0.1/x"),
        await call.refusal("setWebhook", url="http://127.0.0.1:9/x", secret_token="é"),
        await call.refusal("setWebhook", url="http://127.0.0.1:9/x", max_connections=101),
    }
    assert refusals == {
        "Bad Request: invalid webhook URL specified",
        "Bad Request: secret token contains unallowed characters",
        "Bad Request: parameter max_connections must be 1 to 100",
    }


async def test_setting_a_webhook_twice_in_a_second_is_too_often(call, telegram):
    telegram.webhook._pace = 1.0
    await call.result("setWebhook", url="http://127.0.0.1:9/a")
    answer = await call("setWebhook", url="http://127.0.0.1:9/b")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
