"""For each rule one deliberately wrong call, refused with Telegram's own words."""

import json

import pytest

from tests.playground.stand_in import TOKEN

PARSE = "Bad Request: can't parse entities: "
OK_BUTTON = {"text": "ok", "callback_data": "go"}


def keyboard(*buttons):
    return {"inline_keyboard": [list(buttons)]}


TEXTS = {
    "no text": ({}, "Bad Request: message text is empty"),
    "empty": ({"text": ""}, "Bad Request: message text is empty"),
    "only spaces": ({"text": " \n "}, "Bad Request: text must be non-empty"),
    "only markup": ({"text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: text must be non-empty"),
    "4097 characters": ({"text": "x" * 4097}, "Bad Request: message is too long"),
    "2049 emoji count double": ({"text": "😀" * 2049}, "Bad Request: message is too long"),
    "another mode": ({"text": "*a*", "parse_mode": "Markdown"}, "Bad Request: unsupported parse_mode"),
    "unknown parameter": ({"text": "a", "colour": "red"}, "Bad Request: unknown parameter colour"),
    "old parameter": (
        {"text": "a", "disable_web_page_preview": True},
        "Bad Request: unknown parameter disable_web_page_preview",
    ),
    "number for a text": ({"text": 5}, 'Bad Request: parameter "text" must be a String'),
    "text for a boolean": (
        {"text": "a", "disable_notification": "yes"},
        'Bad Request: parameter "disable_notification" must be a Boolean',
    ),
    "unknown nested field": (
        {"text": "a", "link_preview_options": {"disabled": True}},
        "Bad Request: unknown field link_preview_options.disabled",
    ),
    "missing nested field": (
        {"text": "a", "reply_parameters": {}},
        'Bad Request: field "reply_parameters.message_id" is required',
    ),
    "an object that is none": (
        {"text": "a", "reply_parameters": "5"},
        'Bad Request: parameter "reply_parameters" must be an Object ReplyParameters',
    ),
    "a list that is none": (
        {"text": "a", "entities": {}},
        'Bad Request: parameter "entities" must be an Array of MessageEntity',
    ),
    "text for a chat": (
        {"text": "a", "chat_id": "Ana"},
        'Bad Request: parameter "chat_id" must be an Integer',
    ),
    "broken JSON": (
        {"text": "a", "reply_parameters": "{"},
        "Bad Request: can't parse reply parameters JSON object",
    ),
    "reply to nothing": (
        {"text": "a", "reply_parameters": {"message_id": 999}},
        "Bad Request: message to be replied not found",
    ),
}
TEXTS |= {
    f"wrong entity {number}": ({"text": "abc", "entities": [entity]}, f"Bad Request: {words}")
    for number, (entity, words) in enumerate(
        [
            (
                {"type": "blink", "offset": 0, "length": 1},
                "can't parse MessageEntity: Unsupported type specified",
            ),
            (
                {"type": "text_link", "offset": 0, "length": 1},
                "can't parse MessageEntity: Can't find field \"url\"",
            ),
            ({"type": "bold", "offset": 2, "length": 2}, "ENTITY_BOUNDS_INVALID"),
            (
                {"type": "bold", "offset": "0", "length": 2},
                'parameter "entities[0].offset" must be of type Integer',
            ),
        ],
    )
}
KEYBOARDS = {
    "65 bytes": (keyboard({"text": "ok", "callback_data": "x" * 65}), "Bad Request: BUTTON_DATA_INVALID"),
    "33 two-byte letters": (
        keyboard({"text": "ok", "callback_data": "é" * 33}),
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "empty data": (keyboard({"text": "ok", "callback_data": ""}), "Bad Request: BUTTON_DATA_INVALID"),
    "no action": (
        keyboard({"text": "ok"}),
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    "two actions": (
        keyboard({**OK_BUTTON, "url": "https://example.org"}),
        (
            "Bad Request: can't parse inline keyboard button: "
            "exactly one action expected, found callback_data, url"
        ),
    ),
    "no label": (
        keyboard({"text": " ", "callback_data": "x"}),
        "Bad Request: inline keyboard button text must be non-empty",
    ),
    "a page of this machine": (
        keyboard({"text": "ok", "url": "http://localhost:8080/"}),
        "Bad Request: inline keyboard button URL 'http://localhost:8080/' is invalid: Wrong HTTP URL",
    ),
    "no link at all": (
        keyboard({"text": "ok", "url": "javascript:alert(1)"}),
        "Bad Request: inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
    ),
    "start payload too long": (
        keyboard({"text": "ok", "url": f"https://t.me/rdv_bot?start={'x' * 65}"}),
        "Bad Request: START_PARAM_INVALID",
    ),
    "start payload of odd letters": (
        keyboard({"text": "ok", "url": "https://t.me/rdv_bot?start=a%20b"}),
        "Bad Request: START_PARAM_INVALID",
    ),
    "copy too much": (
        keyboard({"text": "ok", "copy_text": {"text": "x" * 257}}),
        "Bad Request: BUTTON_COPY_TEXT_INVALID",
    ),
    "nine in a row": (keyboard(*[OK_BUTTON] * 9), "Bad Request: REPLY_MARKUP_TOO_LONG"),
    "101 buttons": ({"inline_keyboard": [[OK_BUTTON]] * 101}, "Bad Request: REPLY_MARKUP_TOO_LONG"),
    "no rows": (
        {"inline_keyboard": [OK_BUTTON]},
        'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    "unknown style": (
        keyboard({**OK_BUTTON, "style": "pink"}),
        "Bad Request: can't parse inline keyboard button: unsupported button style specified",
    ),
    "unknown field": (
        {"inline_keyboard": [[OK_BUTTON]], "resize_keyboard": True},
        "Bad Request: unknown field reply_markup.resize_keyboard",
    ),
    "rows that are none": (
        {"inline_keyboard": "x"},
        'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array',
    ),
    "a button that is none": (
        {"inline_keyboard": [["x"]]},
        "Bad Request: can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ),
    "a label that is none": (
        keyboard({"callback_data": "x"}),
        "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
    ),
    "no keyboard at all": ({"buttons": []}, "Bad Request: unknown field reply_markup.buttons"),
    "a key that is none": (
        {"keyboard": [[5]]},
        "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object",
    ),
    "a key that asks for two things": (
        {"keyboard": [[{"text": "a", "request_contact": True, "request_location": True}]]},
        "Bad Request: can't parse keyboard button: at most one action expected",
    ),
    "a long placeholder": (
        {"keyboard": [["a"]], "input_field_placeholder": "x" * 65},
        "Bad Request: input field placeholder is too long",
    ),
    "a list": ([], "Bad Request: object expected as reply markup"),
    "broken JSON": ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
    "text for a flag": (
        {"keyboard": [["a"]], "resize_keyboard": "yes"},
        'Bad Request: parameter "reply_markup.resize_keyboard" must be of type Boolean',
    ),
}
MARKUP = {
    "<x>a</x>": 'Unsupported start tag "x" at byte offset 0',
    "é<br>": 'Unsupported start tag "br" at byte offset 2',
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "<b>a": 'Can\'t find end tag corresponding to start tag "b"',
    "<b><i>a</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "a</b>": "Unexpected end tag at byte offset 1",
    "<b": "Unclosed start tag at byte offset 0",
    "<b>a</b": "Unclosed end tag at byte offset 4",
    "<a href>a</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    "<a =x>a</a>": 'Empty attribute name in the tag "a" at byte offset 0',
    '<a href="x>a</a>': "Unclosed start tag at byte offset 0",
    "<a href=http://x.fr>a</a>": "Unexpected end of name token at byte offset 8",
    "<span>a</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<tg-emoji emoji-id="x">🙂</tg-emoji>': "Invalid custom emoji identifier specified",
    "<a": "Unclosed start tag at byte offset 0",
    "<a b": 'Unclosed start tag "a" at byte offset 0',
    "<a b=": 'Unclosed start tag "a" at byte offset 0',
    '<tg-time unix="²">midi</tg-time>': "Invalid Unix time specified",
    "<tg-time>midi</tg-time>": "Invalid Unix time specified",
    '<tg-time unix="5" format="z">midi</tg-time>': "Invalid date-time format specified",
    "&#xd800;": (
        "Text contains invalid Unicode characters after decoding HTML entities, "
        "check for unmatched surrogate code units"
    ),
}


@pytest.mark.parametrize(("params", "words"), TEXTS.values(), ids=TEXTS.keys())
async def test_a_wrong_text_is_refused(call, ana, params, words):
    assert await call.refusal("sendMessage", **{"chat_id": ana.id} | params) == words


@pytest.mark.parametrize(("markup", "words"), KEYBOARDS.values(), ids=KEYBOARDS.keys())
async def test_a_wrong_keyboard_is_refused(call, ana, markup, words):
    assert await call.refusal("sendMessage", chat_id=ana.id, text="a", reply_markup=markup) == words


@pytest.mark.parametrize("text", MARKUP)
async def test_wrong_markup_is_refused(call, ana, text):
    words = await call.refusal("sendMessage", chat_id=ana.id, text=text, parse_mode="HTML")
    assert words == PARSE + MARKUP[text]


async def test_a_refused_call_changes_nothing_and_the_log_says_so(call, telegram, ana):
    await call("sendMessage", chat_id=ana.id, text="")
    assert telegram.messages(ana.id) == []
    assert [record.accepted for record in telegram.log.records] == [False]


async def test_each_chat_that_cannot_be_written_to_has_its_words(call, telegram, ana):
    stranger = telegram.add_person("Bob")
    blocked = telegram.add_person("Cléa", has_started=True)
    telegram.block(blocked.id)
    gone = telegram.add_person("Dan", has_started=True)
    telegram.deactivate(gone.id)
    kicked = telegram.add_group("Équipe", by=ana.id, bot_status="kicked")
    left = telegram.add_group("Ville", by=ana.id, kind="supergroup", bot_status="left")
    channel = telegram.add_group("Infos", by=ana.id, kind="channel", bot_status="left")
    told = {
        chat_id: await call.refusal("sendMessage", chat_id=chat_id, text="a")
        for chat_id in (stranger.id, blocked.id, gone.id, kicked.id, left.id, channel.id, 999, "@nobody")
    }
    assert told == {
        stranger.id: "Forbidden: bot can't initiate conversation with a user",
        blocked.id: "Forbidden: bot was blocked by the user",
        gone.id: "Forbidden: user is deactivated",
        kicked.id: "Forbidden: bot was kicked from the group chat",
        left.id: "Forbidden: bot is not a member of the supergroup chat",
        channel.id: "Forbidden: bot is not a member of the channel chat",
        999: "Bad Request: chat not found",
        "@nobody": "Bad Request: chat not found",
    }
    assert await call.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"


async def test_an_upgraded_group_says_where_it_went(call, telegram, ana):
    old = telegram.add_group("Équipe", by=ana.id)
    new_id = telegram.migrate(old.id)
    assert await call("sendMessage", chat_id=old.id, text="a") == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new_id},
    }
    assert (await call("sendMessage", chat_id=new_id, text="a"))["ok"]


async def test_edits_are_refused_with_telegrams_words(call, telegram, ana):
    own = telegram.say(ana.id, "bonjour")
    sent = await call.result("sendMessage", chat_id=ana.id, text="<b>a</b>", parse_mode="HTML")
    keys = {"keyboard": [["a"]]}
    with_keys = await call.result("sendMessage", chat_id=ana.id, text="a", reply_markup=keys)
    place = {"latitude": 43.3, "longitude": -0.37, "title": "Agence", "address": "1 rue"}
    venue = await call.result("sendVenue", chat_id=ana.id, **place)

    async def refusal(**params):
        return await call.refusal("editMessageText", **{"chat_id": ana.id, "text": "b"} | params)

    assert await refusal() == "Bad Request: message identifier is not specified"
    assert await refusal(message_id=999) == "Bad Request: message to edit not found"
    assert await refusal(message_id=own) == "Bad Request: message can't be edited"
    assert await refusal(message_id=with_keys["message_id"]) == "Bad Request: message can't be edited"
    assert (
        await refusal(message_id=venue["message_id"])
        == "Bad Request: there is no text in the message to edit"
    )
    assert (
        await refusal(message_id=sent["message_id"], reply_markup=keys)
        == "Bad Request: inline keyboard expected"
    )
    assert await refusal(message_id=sent["message_id"], text="<b>a</b>", parse_mode="HTML") == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )
    assert await call.refusal("deleteMessage", chat_id=ana.id, message_id=999) == (
        "Bad Request: message to delete not found"
    )


async def test_a_message_of_three_days_ago_cannot_be_deleted(call, ana, clock):
    sent = await call.result("sendMessage", chat_id=ana.id, text="a")
    clock.move(days=3)
    refusal = await call.refusal("deleteMessage", chat_id=ana.id, message_id=sent["message_id"])
    assert refusal == "Bad Request: message can't be deleted for everyone"


TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def test_a_press_can_be_answered_for_150_seconds_and_once(call, telegram, ana, clock):
    sent = await call.result("sendMessage", chat_id=ana.id, text="a", reply_markup=keyboard(OK_BUTTON))
    press = telegram.tap_data(ana.id, sent["message_id"], "go")
    clock.move(seconds=150)
    assert await call.refusal("answerCallbackQuery", callback_query_id=press, text="x" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await call.result("answerCallbackQuery", callback_query_id=press, text="x" * 200)
    assert await call.refusal("answerCallbackQuery", callback_query_id=press) == TOO_OLD
    stale = telegram.tap_data(ana.id, sent["message_id"], "go")
    clock.move(seconds=151)
    assert await call.refusal("answerCallbackQuery", callback_query_id=stale) == TOO_OLD
    assert await call.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_reply_to_nothing_may_be_allowed(call, ana):
    reply = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await call.result("sendMessage", chat_id=ana.id, text="a", reply_parameters=reply)
    assert "reply_to_message" not in sent


async def test_service_messages_cannot_be_copied_and_pins_need_rights_in_groups(call, telegram, ana):
    group = telegram.add_group("Équipe", by=ana.id)
    (joined,) = telegram.messages(group.id)
    source = {"chat_id": ana.id, "from_chat_id": group.id, "message_id": joined["id"]}
    assert await call.refusal("copyMessage", **source) == "Bad Request: message can't be copied"
    assert await call.refusal("forwardMessage", **source) == "Bad Request: message can't be forwarded"
    pin = {"chat_id": group.id, "message_id": joined["id"]}
    assert await call.refusal("pinChatMessage", **pin) == (
        "Bad Request: not enough rights to manage pinned messages in the chat"
    )
    assert await call.refusal("deleteMessage", **pin) == "Bad Request: message can't be deleted for everyone"
    assert (
        await call.refusal("deleteMessage", chat_id=group.id)
        == "Bad Request: message identifier is not specified"
    )


async def test_texts_have_no_caption_to_edit(call, ana):
    sent = await call.result("sendMessage", chat_id=ana.id, text="a")
    refusal = await call.refusal(
        "editMessageCaption", chat_id=ana.id, message_id=sent["message_id"], caption="b"
    )
    assert refusal == "Bad Request: there is no caption in the message to edit"


OTHERS = {
    "sendChatAction": ({"action": "sing"}, "Bad Request: wrong parameter action in request"),
    "sendVenue": ({"latitude": 1, "longitude": 1, "title": "a"}, "Bad Request: address is empty"),
    "sendLocation": ({"latitude": 91, "longitude": 1}, "Bad Request: wrong location specified"),
    "sendDocument": ({"document": "nothing"}, "Bad Request: wrong file identifier/HTTP URL specified"),
    "sendPhoto": ({}, "Bad Request: there is no photo in the request"),
    "getChatMember": ({"user_id": 5}, "Bad Request: invalid user_id specified"),
    "leaveChat": ({}, "Bad Request: chat member status can't be changed in private chats"),
    "copyMessage": ({"from_chat_id": 100_001, "message_id": 999}, "Bad Request: message to copy not found"),
    "forwardMessage": (
        {"from_chat_id": 100_001, "message_id": 9},
        "Bad Request: message to forward not found",
    ),
    "pinChatMessage": ({"message_id": 999}, "Bad Request: message to pin not found"),
    "unpinChatMessage": ({}, "Bad Request: message to unpin not found"),
    "editMessageReplyMarkup": ({"message_id": 9}, "Bad Request: message to edit not found"),
    "getChatAdministrators": ({}, "Bad Request: there are no administrators in the private chat"),
}
OF_THE_BOT = {
    "getFile": ({"file_id": "x"}, "Bad Request: invalid file_id"),
    "setMyCommands": (
        {"commands": [{"command": "Été", "description": "x"}]},
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    "setMyDescription": ({"description": "x" * 513}, "Bad Request: bot description is too long"),
    "setMyShortDescription": (
        {"short_description": "x" * 121},
        "Bad Request: bot short description is too long",
    ),
    "setMyName": ({"name": "x", "language_code": "french"}, "Bad Request: invalid language code specified"),
    "getMyCommands": (
        {"scope": {"type": "world"}},
        "Bad Request: can't parse BotCommandScope: unsupported type specified",
    ),
    "answerCallbackQuery": ({}, 'Bad Request: parameter "callback_query_id" is required'),
    "setChatMenuButton": (
        {"menu_button": {"type": "party"}},
        "Bad Request: can't parse menu button: unsupported type specified",
    ),
    "getChatMenuButton": ({"chat_id": 999}, "Bad Request: chat not found"),
    "deleteMyCommands": (
        {"scope": {"type": "chat"}},
        "Bad Request: can't parse BotCommandScope: chat_id is empty",
    ),
    "setWebhook": (
        {"url": "https://example.org/hook"},
        "Bad Request: bad webhook: this stand-in delivers to its own machine only",
    ),
}


@pytest.mark.parametrize("method", OTHERS)
async def test_each_method_about_a_chat_refuses_what_is_wrong(call, ana, method):
    params, words = OTHERS[method]
    assert await call.refusal(method, chat_id=ana.id, **params) == words


@pytest.mark.parametrize("method", OF_THE_BOT)
async def test_each_method_about_the_bot_refuses_what_is_wrong(call, method):
    params, words = OF_THE_BOT[method]
    assert await call.refusal(method, **params) == words


async def test_the_menu_has_its_limits(call):
    one = {"command": "aide", "description": "Que faire"}
    assert await call.refusal("setMyCommands", commands=[one] * 101) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
    silent = {"command": "aide", "description": ""}
    assert (
        await call.refusal("setMyCommands", commands=[silent])
        == "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"
    )


async def test_a_caption_has_1024_characters_and_a_picture_is_one(call, ana):
    async def send(field, content, caption):
        params = {"chat_id": str(ana.id), "caption": caption}
        return (await call.upload(f"send{field.title()}", field, content, **params)).get("description")

    assert await send("document", b"x", "é" * 1025) == "Bad Request: message caption is too long"
    assert await send("document", b"x", "é" * 1024) is None
    assert await send("photo", b"x", "") == "Bad Request: IMAGE_PROCESS_FAILED"
    stretched = b"\x89PNG\r\n\x1a\n" + b"\0" * 8 + (1).to_bytes(4, "big") + (30).to_bytes(4, "big")
    assert await send("photo", stretched, "") == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    assert await send("document", b"", "") == "Bad Request: file must be non-empty"


async def test_a_wrong_token_and_an_unknown_method_look_as_telegrams(session, opened):
    answers = {}
    for path in (f"bot{TOKEN}x/getMe", f"bot{TOKEN}/sendLove", f"file/bot{TOKEN}x/a", f"file/bot{TOKEN}/a"):
        async with session.get(f"{opened.url}/{path}") as response:
            answers[path.replace(TOKEN, "")] = (
                response.status,
                json.loads(await response.text())["description"],
            )
    assert answers == {
        "botx/getMe": (401, "Unauthorized"),
        "bot/sendLove": (404, "Not Found"),
        "file/botx/a": (401, "Unauthorized"),
        "file/bot/a": (404, "Not Found"),
    }


async def test_a_body_that_is_no_json_object_is_refused(session, opened):
    headers = {"Content-Type": "application/json"}
    for body in (b"[]", b"{", b"\xff"):
        async with session.post(f"{opened.url}/bot{TOKEN}/getMe", data=body, headers=headers) as response:
            assert (await response.json())["description"] == "Bad Request: can't parse the request's body"
