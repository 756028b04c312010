"""The phone's JSON API, as the page in the browser and the tests use it."""

import asyncio
import json

import aiohttp
import pytest

from playground import options, server
from playground.errors import PhoneError
from tests.playground import stand_in

EMPTY = {
    "edited": False,
    "silent": False,
    "html": "",
    "inline_keyboard": [],
    "document": None,
    "photo": None,
    "venue": None,
    "location": None,
    "reply_to": None,
}
KEYS = {"text": "", "kind": "other", "data": None, "url": None, "copy_text": None, "style": None}


@pytest.fixture
async def chat(phone, ana):
    async def read():
        return await phone.get(f"people/{ana.id}/chat")

    return read


async def test_people_are_added_and_listed(phone, telegram):
    ana = await phone.post("people", first_name="Ana", language_code="en")
    assert ana == {"id": ana["id"], "first_name": "Ana", "language_code": "en", "blocked": False}
    assert await phone.get("people") == [ana]
    await phone.post("people", first_name=" ", expected=400)


async def test_the_bot_tells_who_it_is_by_language(phone, call):
    await call.result("setMyDescription", description="Des événements")
    await call.result("setMyDescription", description="Events", language_code="en")
    await call.result("setMyShortDescription", short_description="RDV")
    await call.result("setMyName", name="Appointment", language_code="en")
    told = {"username": "rdv_bot", "short_description": "RDV"}
    assert await phone.get("bot") == {**told, "name": "Rendez-vous", "description": "Des événements"}
    assert await phone.get("bot?language_code=en") == {**told, "name": "Appointment", "description": "Events"}


async def test_a_chat_shows_every_kind_of_message(phone, call, ana, chat):
    keyboard = [
        [
            {"text": "Oui", "callback_data": "yes", "style": "success"},
            {"text": "Site", "url": "https://example.org/"},
        ],
        [{"text": "Copier", "copy_text": {"text": "A1"}}, {"text": "Chercher", "switch_inline_query": "x"}],
    ]
    text = "<b>Forum</b>\n&lt;ici&gt;"
    await call.result(
        "sendMessage",
        chat_id=ana.id,
        text=text,
        parse_mode="HTML",
        disable_notification=True,
        reply_markup={"inline_keyboard": keyboard},
    )
    await call.result(
        "sendVenue", chat_id=ana.id, latitude=43.3, longitude=-0.4, title="Agence", address="1 rue"
    )
    await call.result("sendLocation", chat_id=ana.id, latitude=43.3, longitude=-0.4)
    await call.upload("sendDocument", "document", b"BEGIN:VCALENDAR", chat_id=str(ana.id), caption="Agenda")
    await call.result("sendMessage", chat_id=ana.id, text="oui", reply_parameters={"message_id": 1})
    messages = (await chat())["messages"]
    document = messages[3]["document"]
    always = EMPTY | {"from": "bot", "date": "2026-05-04T12:00:00+00:00"}
    point = {"latitude": 43.3, "longitude": -0.4}
    assert messages == [
        always
        | {
            "id": 1,
            "silent": True,
            "html": "<b>Forum</b>\n&lt;ici&gt;",
            "inline_keyboard": [
                [
                    KEYS | {"text": "Oui", "kind": "callback", "data": "yes", "style": "success"},
                    KEYS | {"text": "Site", "kind": "url", "url": "https://example.org/"},
                ],
                [KEYS | {"text": "Copier", "kind": "copy", "copy_text": "A1"}, KEYS | {"text": "Chercher"}],
            ],
        },
        always | {"id": 2, "venue": {"title": "Agence", "address": "1 rue", **point}},
        always | {"id": 3, "location": point},
        always
        | {"id": 4, "html": "Agenda", "document": {"name": "agenda.ics", "size": 15, "url": document["url"]}},
        always | {"id": 5, "html": "oui", "reply_to": 1},
    ]


async def test_files_come_down_with_their_name(call, ana, chat, opened):
    session = call.session
    sent = await call.upload("sendDocument", "document", b"BEGIN:VCALENDAR", chat_id=str(ana.id))
    url = (await chat())["messages"][0]["document"]["url"]
    async with session.get(opened.url + url) as response:
        assert await response.read() == b"BEGIN:VCALENDAR"
        assert response.headers["Content-Disposition"] == 'attachment; filename="agenda.ics"'
    kept = await call.result("getFile", file_id=sent["result"]["document"]["file_id"])
    async with session.get(f"{opened.url}/file/bot{stand_in.TOKEN}/{kept['file_path']}") as response:
        assert (await response.read(), response.content_type) == (b"BEGIN:VCALENDAR", "text/calendar")
    again = await call.result("sendDocument", chat_id=ana.id, document=kept["file_id"])
    assert again["document"]["file_name"] == "agenda.ics"


async def test_whatever_a_person_sends_reaches_the_bot(phone, call, ana):
    path = f"people/{ana.id}/send"
    first = await phone.post(path, text="/start abc")
    await phone.post(path, location={"latitude": 43.3, "longitude": -0.4})
    for kind in ("photo", "voice", "sticker", "document"):
        await phone.post(path, **{kind: True})
    await phone.post(path, edit={"message_id": first["message_id"], "text": "autre"})
    updates = await call.result("getUpdates")
    kinds = [next(iter(one.keys() - {"update_id"})) for one in updates]
    assert kinds == ["message"] * 6 + ["edited_message"]
    assert updates[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert updates[1]["message"]["location"] == {"latitude": 43.3, "longitude": -0.4}
    assert updates[6]["edited_message"]["text"] == "autre"
    async with phone.session.post(
        f"{phone.root}/phone/api/{path}", data="[", headers={"X-Phone": "1"}
    ) as response:
        assert response.status == 400
    for wrong in ({}, {"text": " "}, {"location": {}}, {"photo": False}, {"dance": True}):
        await phone.post(path, expected=400, **wrong)
    await phone.post(path, edit={"message_id": 99, "text": "x"}, expected=404)
    await phone.post("people/5/send", text="x", expected=404)


async def test_a_button_is_tapped_by_its_place_or_by_forged_data(phone, call, ana):
    rows = [[{"text": "Oui", "callback_data": "yes"}, {"text": "Site", "url": "https://example.org/"}]]
    await call.result("sendMessage", chat_id=ana.id, text="?", reply_markup={"inline_keyboard": rows})
    path = f"people/{ana.id}/tap"
    assert await phone.post(path, message_id=1, row=0, column=0) == {"kind": "callback"}
    assert await phone.post(path, message_id=1, row=0, column=1) == {
        "kind": "url",
        "url": "https://example.org/",
    }
    assert (await phone.post(path, message_id=1, data="forged"))["kind"] == "callback"
    await phone.post(path, message_id=1, row=1, column=0, expected=404)
    await phone.post(path, message_id=9, row=0, column=0, expected=404)
    await phone.post(path, message_id=1, expected=400)
    presses = [one["callback_query"] for one in await call.result("getUpdates")]
    assert [(one["from"]["id"], one["data"], one["message"]["text"]) for one in presses] == [
        (ana.id, "yes", "?"),
        (ana.id, "forged", "?"),
    ]


async def test_a_press_under_a_deleted_message_shows_that_it_is_gone(telegram, call, ana):
    await call.result("sendMessage", chat_id=ana.id, text="?")
    await call.result("deleteMessage", chat_id=ana.id, message_id=1)
    telegram.tap_data(ana.id, 1, "old")
    (update,) = await call.result("getUpdates")
    assert update["callback_query"]["message"] == {
        "chat": telegram.chats[ana.id].body,
        "message_id": 1,
        "date": 0,
    }


async def test_reply_keys_stay_until_used_once_or_taken_away(call, telegram, phone, ana, chat):
    async def keys():
        return (await chat())["reply_keyboard"]

    one_time = {"keyboard": [["Pau", {"text": "📍", "request_location": True}]], "one_time_keyboard": True}
    shown = {
        "rows": [[{"text": "Pau", "request_location": False}, {"text": "📍", "request_location": True}]],
        "one_time": True,
        "placeholder": None,
    }
    await call.result("sendMessage", chat_id=ana.id, text="où ?", reply_markup=one_time)
    await call.result("sendMessage", chat_id=ana.id, text="?", reply_markup={"inline_keyboard": []})
    assert await keys() == shown
    await phone.post(f"people/{ana.id}/send", text="Pau")
    assert await keys() is None
    staying = {"keyboard": [["a"]], "resize_keyboard": True, "input_field_placeholder": "ici"}
    await call.result("sendMessage", chat_id=ana.id, text="où ?", reply_markup=staying)
    await phone.post(f"people/{ana.id}/send", text="Pau")
    assert (await keys())["placeholder"] == "ici"
    await call.result("sendMessage", chat_id=ana.id, text="ok", reply_markup={"remove_keyboard": True})
    assert await keys() is None


async def test_the_menu_is_the_narrowest_in_the_persons_language(call, ana, chat):
    def menu(description):
        return [{"command": "aide", "description": description}]

    async def seen():
        return (await chat())["commands"]

    assert await seen() == []
    await call.result("setMyCommands", commands=menu("all"))
    assert await seen() == menu("all")
    await call.result("setMyCommands", commands=menu("tous"), language_code="fr")
    await call.result("setMyCommands", commands=menu("everybody else"), language_code="en")
    assert await seen() == menu("tous")
    await call.result("setMyCommands", commands=menu("moi"), scope={"type": "chat", "chat_id": ana.id})
    assert await seen() == menu("moi")
    await call.result("deleteMyCommands", scope={"type": "chat", "chat_id": ana.id})
    assert await seen() == menu("tous") == await call.result("getMyCommands", language_code="fr")


async def test_blocking_stops_both_sides_and_tells_the_bot(phone, call, ana):
    assert await phone.post(f"people/{ana.id}/block") == {"blocked": True}
    await phone.post(f"people/{ana.id}/block")
    await phone.post(f"people/{ana.id}/send", text="a", expected=409)
    assert (
        await call.refusal("sendMessage", chat_id=ana.id, text="a")
        == "Forbidden: bot was blocked by the user"
    )
    assert await phone.post(f"people/{ana.id}/unblock") == {"blocked": False}
    await phone.post(f"people/{ana.id}/block")
    assert await phone.post(f"people/{ana.id}/restart") == {"blocked": False}
    updates = await call.result("getUpdates")
    changes = [
        (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
        for one in updates
        if (change := one.get("my_chat_member"))
    ]
    assert changes == [("member", "kicked"), ("kicked", "member")] * 2
    assert updates[-1]["message"]["text"] == "/start"


async def test_a_stream_tells_everything_that_happens(opened, call, phone, ana):
    told, telegram, session = [], opened.telegram, call.session
    url = f"{opened.url}/phone/api/people/{ana.id}/stream"
    async with session.get(url) as stream, asyncio.timeout(10):
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b": open\n"
        telegram.say(ana.id, "a")
        rows = [[{"text": "Oui", "callback_data": "yes"}]]
        await call.result("sendMessage", chat_id=ana.id, text="b", reply_markup={"inline_keyboard": rows})
        await call.result("editMessageText", chat_id=ana.id, message_id=2, text="c")
        press = telegram.tap_data(ana.id, 2, "yes")
        await call.result("answerCallbackQuery", callback_query_id=press, text="Voilà")
        await call.result("sendChatAction", chat_id=ana.id, action="typing")
        await call.result("sendMessage", chat_id=ana.id, text="d", reply_markup={"keyboard": [["Pau"]]})
        await call.result("deleteMessage", chat_id=ana.id, message_id=2)
        telegram.block(ana.id)
        assert await phone.post("controls/0", person_id=ana.id, language_code="fr") == {
            "text": f"fait pour {ana.id}"
        }
        while not told or told[-1]["type"] != "clock":
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                told.append(json.loads(line[6:]))
    shown = [(one["type"], one.get("message", {}).get("html")) for one in told]
    assert shown == [
        ("message", "a"),
        ("message", "b"),
        ("edit", "c"),
        ("toast", None),
        ("typing", None),
        ("message", "d"),
        ("keyboard", None),
        ("delete", None),
        ("state", None),
        ("clock", None),
    ]
    assert told[3] == {"type": "toast", "text": "Voilà", "alert": False}
    assert told[7:] == [
        {"type": "delete", "id": 2},
        {"type": "state", "blocked": True},
        {"type": "clock", "now": "2026-05-04T13:00:00+00:00"},
    ]


async def test_a_stream_and_a_long_poll_end_at_once_when_the_playground_closes(settings, session):
    async with asyncio.timeout(5):
        async with server.running(settings) as opened, asyncio.TaskGroup() as group:
            ana = opened.telegram.add_person("Ana")
            stream = await session.get(f"{opened.url}/phone/api/people/{ana.id}/stream")
            await stream.content.readline()
            poll = stand_in.Caller(session, opened.url)("getUpdates", timeout=50)
            waiting = group.create_task(poll)
            await stand_in.eventually(lambda: opened.telegram.polling.has_caller)
            opened.telegram.close()
            assert (await waiting)["description"] == "Internal Server Error: restart"
            assert await stream.content.read() == b"\n"


async def test_places_clock_and_controls(phone, ana, clock):
    assert await phone.get("places?q=Toulouse") == [
        {"name": "Toulouse (31)", "latitude": 43.6, "longitude": 1.44}
    ]
    assert await phone.get("clock") == {"now": "2026-05-04T12:00:00+00:00"}
    assert await phone.get("controls") == [{"id": 0, "label": "1 h later"}]
    assert await phone.get("controls?language_code=fr") == [{"id": 0, "label": "1 h après"}]
    await phone.post("controls/9", person_id=ana.id, expected=404)
    await phone.post("controls/0", person_id=5, expected=404)


async def test_a_foreign_page_can_neither_read_nor_act(session, opened, ana):
    async def status(method, path, **headers):
        async with session.request(method, opened.url + path, headers=headers) as response:
            return response.status

    assert await status("GET", "/phone/api/people", Host="evil.example:80") == 403
    assert await status("GET", "/phone/api/people", Host="localhost:80") == 200
    assert await status("GET", f"/bot{stand_in.TOKEN}/getMe", Host="evil.example") == 403
    assert await status("POST", f"/phone/api/people/{ana.id}/block") == 403
    assert await status("POST", f"/phone/api/people/{ana.id}/block", **{"X-Phone": "1"}) == 200


async def test_pages_are_served_with_safe_headers_and_nothing_outside_their_folder(session, opened):
    async with session.get(f"{opened.url}/") as response:
        assert (response.status, response.url.path) == (200, "/phone/")
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers
    for path in (
        "../server.py",
        "%2e%2e/server.py",
        "..%2fserver.py",
        "%00",
        "/etc/passwd",
        "",
        "nothing.js",
    ):
        url = aiohttp.client.URL(f"{opened.url}/phone/static/{path}", encoded=True)
        async with session.get(url) as response:
            assert response.status == 404, path


async def test_groups_hear_only_what_is_meant_for_the_bot(phone, call, telegram, ana):
    group = (await phone.post("groups", title="Équipe", by=ana.id))["id"]
    for text in ("bonjour", "/start", "eh @rdv_bot"):
        await phone.post(f"groups/{group}/say", person_id=ana.id, text=text)
    sent = await call.result("sendMessage", chat_id=group, text="oui ?")
    telegram.say(ana.id, "réponse", chat_id=group, reply_to=sent["message_id"])
    updates = await call.result("getUpdates")
    heard = [one["message"].get("text", "") for one in updates if "message" in one]
    assert heard == ["", "/start", "eh @rdv_bot", "réponse"]
    assert updates[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    await phone.post(f"groups/{group}/status", status="administrator", by=ana.id)
    await phone.post(f"groups/{group}/say", person_id=ana.id, text="entre nous")
    assert (await call.result("getUpdates", offset=-1))[0]["message"]["text"] == "entre nous"
    new_id = (await phone.post(f"groups/{group}/migrate"))["id"]
    moved, arrived = [one["message"] for one in await call.result("getUpdates", offset=-2)]
    assert (moved["migrate_to_chat_id"], arrived["migrate_from_chat_id"]) == (new_id, group)
    await phone.post("groups/-5/say", person_id=ana.id, text="x", expected=404)
    await phone.post("groups", title="?", expected=400)
    await phone.post("groups", title="?", by=5, expected=404)


async def test_a_channel_and_who_is_in_a_chat(call, telegram, ana):
    channel = telegram.add_group("Infos", by=ana.id, kind="channel", bot_status="administrator")
    posted = await call.result("sendMessage", chat_id=channel.id, text="a")
    assert (posted["sender_chat"]["type"], "from" in posted) == ("channel", False)
    telegram.say(ana.id, "b", chat_id=channel.id)
    assert "channel_post" in (await call.result("getUpdates", offset=-1))[0]
    admins = await call.result("getChatAdministrators", chat_id=channel.id)
    assert [one["status"] for one in admins] == ["creator", "administrator"]
    me = await call.result("getMe")
    status = {
        user: (await call.result("getChatMember", chat_id=channel.id, user_id=user))["status"]
        for user in (ana.id, me["id"])
    }
    assert status == {ana.id: "creator", me["id"]: "administrator"}
    assert await call.result("getChatMemberCount", chat_id=channel.id) == 2
    assert await call.result("leaveChat", chat_id=channel.id)
    refusal = await call.refusal("sendMessage", chat_id=channel.id, text="a")
    assert refusal == "Forbidden: bot is not a member of the channel chat"


async def test_tests_can_steer_from_outside(phone, call, telegram):
    ids = (await phone.post("crowd", count=3, has_started=True))["ids"]
    await phone.post(f"people/{ids[0]}/deactivate")
    assert await call.refusal("sendMessage", chat_id=ids[0], text="a") == "Forbidden: user is deactivated"
    await phone.post("faults", kind="server_error", method="getMe")
    assert (await call("getMe"))["error_code"] == 500
    await phone.post("faults", kind="flood", expected=400)
    await phone.post("crowd", expected=400)
    await call.result("sendMessage", chat_id=ids[1], text="un événement")
    shown = await phone.get(f"chats/{ids[1]}/messages?until=un")
    assert [one["html"] for one in shown] == ["un événement"]


async def test_waiting_from_outside_has_a_deadline(phone, session, opened, ana):
    url = f"{opened.url}/phone/api/chats/{ana.id}/messages?until=never&within=0.05"
    async with session.get(url) as response:
        assert response.status == 408
    async with session.get(f"{opened.url}/phone/api/chats/5/messages") as response:
        assert response.status == 404


async def test_only_a_steerable_playground_is_steered_from_outside(settings, session):
    closed = options.Options(
        **{name: getattr(settings, name) for name in options.Options.__slots__} | {"steerable": False}
    )
    async with server.running(closed) as opened, session.get(f"{opened.url}/phone/api/log") as response:
        assert response.status == 404


async def test_a_deep_link_starts_the_bot_with_its_payload(telegram, call):
    ana = telegram.add_person("Ana")
    telegram.open_link(ana.id, "pau_64")
    assert (await call.result("getUpdates"))[0]["message"]["text"] == "/start pau_64"
    with pytest.raises(PhoneError):
        telegram.open_link(ana.id, "x" * 65)


async def test_waiting_for_a_message_or_a_call_ends_when_it_comes_or_tells_what_was_there(
    telegram, call, ana
):
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(telegram.until(ana.id, lambda messages: [m["html"] for m in messages]))
        logged = group.create_task(telegram.until_logged(lambda records: len(records) == 1))
        await asyncio.sleep(0)
        await call.result("sendMessage", chat_id=ana.id, text="a")
    assert (waiting.result(), logged.result()) == (["a"], True)
    with pytest.raises(TimeoutError, match=r"not within 0.01 s; at the end: .*'html': 'a'"):
        await telegram.until(ana.id, lambda messages: len(messages) > 1, within=0.01)


async def test_labels_are_found_by_their_text(telegram, call, ana):
    rows = [[{"text": "Oui", "callback_data": "yes"}], [{"text": "Non merci", "callback_data": "no"}]]
    await call.result("sendMessage", chat_id=ana.id, text="?", reply_markup={"inline_keyboard": rows})
    assert telegram.tap_text(ana.id, "Non") == {"kind": "callback"}
    with pytest.raises(PhoneError, match="no button says"):
        telegram.tap_text(ana.id, "Peut-être")


async def test_what_a_phone_cannot_do_is_told(telegram, call, ana):
    sent = await call.result("sendMessage", chat_id=ana.id, text="a")
    for wrong in (
        lambda: telegram.send_attachment(ana.id, "hologram"),
        lambda: telegram.say(ana.id, "x" * 4097),
        lambda: telegram.edit(ana.id, sent["message_id"], "b"),
        lambda: telegram.migrate(ana.id),
    ):
        with pytest.raises(PhoneError):
            wrong()
    telegram.deactivate(ana.id)
    with pytest.raises(PhoneError, match="this account is closed"):
        telegram.say(ana.id, "a")


async def test_a_quiet_stream_says_that_it_is_still_there(opened, session, ana, monkeypatch):
    monkeypatch.setattr("playground.phone._KEEP_ALIVE", 0.01)
    async with session.get(f"{opened.url}/phone/api/people/{ana.id}/stream") as stream, asyncio.timeout(5):
        lines = [await stream.content.readline() for _ in range(3)]
    assert lines == [b": open\n", b"\n", b": still here\n"]


async def test_the_log_is_read_from_outside(phone, session, call, opened):
    await call.result("getMe")
    await call.result("getMyCommands")
    async with session.get(f"{opened.url}/phone/api/log?after=1") as response:
        (line,) = (await response.text()).splitlines()
    assert json.loads(line)["method"] == "getMyCommands"
