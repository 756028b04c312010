"""Every answer and update of the stand-in is as Telegram describes it; and the checker sees what is wrong."""

import json

import pytest

from playground.methods import METHODS
from tests.playground import bot_api_schema as schema

pytestmark = [pytest.mark.shared, schema.needs_schema]


def test_the_checker_sees_what_is_wrong():
    right = {
        "chat_id": 5,
        "text": "a",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
    }
    assert schema.check_call("sendMessage", right) == []
    assert schema.check_call("sendLove", {}) == ["unknown method sendLove"]
    assert schema.check_answer("sendLove", True) == ["unknown method sendLove"]
    assert schema.check_call("sendMessage", {"chat_id": 5}) == ["sendMessage: text is missing"]
    assert schema.check_call("sendMessage", {"chat_id": [], "text": 5, "x": 1}) == [
        "sendMessage: unknown field x",
        "sendMessage.chat_id: [] is no Integer",
        "sendMessage.text: 5 is no String",
    ]
    deep = {"chat_id": 5, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": True}]]}}
    assert schema.check_call("sendMessage", deep) == [
        "sendMessage.reply_markup.inline_keyboard[0][0].text: True is no String",
    ]
    assert schema.check_answer("getMe", {"id": 5, "is_bot": True}) == ["getMe →: first_name is missing"]
    assert schema.check_answer("getChatMember", {"status": "owner", "user": {}}) != []
    assert schema.check_update({"update_id": 5, "message": {"message_id": 1}}) == [
        "update.message: date is missing",
        "update.message: chat is missing",
    ]


def test_every_method_and_every_parameter_of_the_stand_in_exists():
    wrong = []
    for method in METHODS.values():
        described = schema.schema()["methods"][method.name]
        known = {field["name"] for field in described.get("fields", [])}
        wrong += [f"{method.name}: {name}" for name in method.takes.keys() - known]
    assert wrong == []


def assert_right(telegram):
    for record in telegram.log.records:
        assert record.accepted, record
        assert schema.check_record(json.loads(record.line())) == []


async def everything_sent(call, telegram, ana):
    chat = {"chat_id": ana.id}
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    text = (
        '<b>a</b><i>b</i><u>c</u><s>d</s><tg-spoiler>e</tg-spoiler><a href="https://example.org">f</a>'
        '<code>g</code><pre><code class="language-python">h</code></pre><blockquote expandable>i</blockquote>'
        '<tg-emoji emoji-id="5">🙂</tg-emoji><tg-time unix="5" format="r">j</tg-time> '
        "#k @some_one a@example.org /l"
    )
    html = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    sent = await call.result(
        "sendMessage", **chat, text=text, **html, reply_markup=keyboard, protect_content=True
    )
    ours = {**chat, "message_id": sent["message_id"]}
    await call.result("editMessageText", **ours, text="b", reply_markup=keyboard)
    await call.result("editMessageReplyMarkup", **ours)
    await call.result("sendMessage", **chat, text="c", reply_parameters={"message_id": sent["message_id"]})
    await call.result("sendMessage", **chat, text="c", reply_markup={"keyboard": [["d"]], "selective": True})
    await call.result("sendMessage", **chat, text="c", reply_markup={"force_reply": True})
    place = {"latitude": 43.3, "longitude": -0.4}
    await call.result("sendLocation", **chat, **place)
    await call.result("sendVenue", **chat, **place, title="Agence", address="1 rue")
    await call.result("sendChatAction", **chat, action="typing")
    document = await call.upload("sendDocument", "document", b"x", chat_id=str(ana.id), caption="y")
    captioned = {**chat, "message_id": document["result"]["message_id"]}
    await call.result("editMessageCaption", **captioned, caption="z")
    await call.result("getFile", file_id=document["result"]["document"]["file_id"])
    photo = telegram.send_photo(ana.id)
    picture = telegram.messages(ana.id)[-1]["photo"]["url"].rpartition("/")[2]
    await call.result("sendPhoto", **chat, photo=picture, caption="v", has_spoiler=False)
    await call.result("copyMessage", **chat, from_chat_id=ana.id, message_id=photo, caption="w")
    await call.result("forwardMessage", **chat, from_chat_id=ana.id, message_id=photo)
    await call.result("pinChatMessage", **ours)
    await call.result("unpinChatMessage", **chat)
    press = telegram.tap_data(ana.id, sent["message_id"], "b")
    await call.result(
        "answerCallbackQuery", callback_query_id=press, text="ok", show_alert=True, cache_time=0
    )
    bold = [{"type": "bold", "offset": 0, "length": 1}]
    await call.result("sendMessage", **chat, text="a", entities=bold)
    await call.result("deleteMessage", **ours)


async def everything_else(call, telegram, ana):
    group = telegram.add_group("Équipe", by=ana.id, kind="supergroup", bot_status="administrator")
    for chat_id in (ana.id, group.id):
        await call.result("getChat", chat_id=chat_id)
        await call.result("getChatMemberCount", chat_id=chat_id)
    me = await call.result("getMe")
    for user_id in (ana.id, me["id"], telegram.add_person("Bob").id):
        await call.result("getChatMember", chat_id=group.id, user_id=user_id)
    await call.result("getChatAdministrators", chat_id=group.id)
    await call.result("leaveChat", chat_id=group.id)
    commands = [{"command": "aide", "description": "Que faire"}]
    scope = {"scope": {"type": "all_private_chats"}, "language_code": "fr"}
    await call.result("setMyCommands", commands=commands, **scope)
    assert await call.result("getMyCommands", **scope) == commands
    await call.result("deleteMyCommands", **scope)
    for field in ("name", "description", "short_description"):
        method = "My" + "".join(part.title() for part in field.split("_"))
        await call.result(f"set{method}", **{field: "x"})
        assert await call.result(f"get{method}") == {field: "x"}
    await call.result("setChatMenuButton", chat_id=ana.id, menu_button={"type": "commands"})
    assert await call.result("getChatMenuButton", chat_id=ana.id) == {"type": "commands"}
    assert await call.result("getChatMenuButton") == {"type": "default"}


async def every_update(call, telegram, ana):
    message_id = telegram.say(ana.id, "/start a")
    telegram.edit(ana.id, message_id, "b https://example.org/")
    telegram.share_location(ana.id, 43.3, -0.4)
    for kind in ("photo", "voice", "sticker", "document"):
        telegram.send_attachment(ana.id, kind)
    telegram.tap_data(ana.id, message_id, "x")
    telegram.tap_data(ana.id, 999, "x")
    telegram.block(ana.id)
    telegram.restart(ana.id)
    group = telegram.add_group("Équipe", by=ana.id, bot_status="administrator")
    channel = telegram.add_group("Infos", by=ana.id, kind="channel", bot_status="administrator")
    telegram.say(ana.id, "c", chat_id=channel.id)
    telegram.migrate(group.id)
    for status in ("member", "left", "kicked"):
        telegram.set_bot_status(channel.id, status, by=ana.id)
    return await call.result("getUpdates")


async def everything_to_receive(call):
    await call.result(
        "setWebhook", url="http://127.0.0.1:9/hook", allowed_updates=["message"], secret_token="a"
    )
    await call.result("getWebhookInfo")
    await call.result("deleteWebhook", drop_pending_updates=True)


async def test_every_call_answer_and_update_is_as_described(call, telegram, ana):
    await everything_sent(call, telegram, ana)
    await everything_else(call, telegram, ana)
    for update in await every_update(call, telegram, ana):
        assert schema.check_update(update) == [], update
    await everything_to_receive(call)
    assert_right(telegram)
    assert {record.method for record in telegram.log.records} == {method.name for method in METHODS.values()}
    lines = telegram.options.log_path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["method"] for line in lines] == [
        record.method for record in telegram.log.records
    ]


async def test_an_answer_in_the_log_is_as_it_was_sent(call, telegram, ana):
    await call.result("sendMessage", chat_id=ana.id, text="a")
    await call.result("editMessageText", chat_id=ana.id, message_id=1, text="b")
    assert [record.result["text"] for record in telegram.log.calls()] == ["a", "b"]
    assert telegram.log.calls("sendMessage", chat_id=ana.id)[0].params == {"chat_id": ana.id, "text": "a"}


@pytest.mark.parametrize("method", ["sendMessage", "SENDMESSAGE"])
async def test_a_method_may_be_written_in_any_case(call, telegram, ana, method):
    await call.result(method, chat_id=ana.id, text="a")
    assert telegram.log.records[0].method == "sendMessage"
