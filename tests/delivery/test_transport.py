"""Every row of the answers table, through the library's own Bot and over real sockets."""

import asyncio
import datetime as dt
import json
import logging
import socket
import time
from contextlib import asynccontextmanager

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st
from telegram import error as errors

from delivery import pause, replies, sender, transport
from domain import outcomes
from domain.errors import DeliveryError
from handlers import answering
from handlers.turn import Show, Toast
from messages.screens import Screen
from tests.delivery import crooked

TOKEN = "123456:secret-token-of-some-thirty-five-chars"
BONJOUR = sender.Composed(text="Bonjour")
OPTIONS = transport.Options(connect_timeout=0.4, read_timeout=0.3, upload_timeout=1, patience=2)


@asynccontextmanager
async def talking(url, options=OPTIONS, counted=None, waits=None):
    def count(name, labels):
        if counted is not None:
            counted.append((name, dict(labels)))

    ours = transport.Transport(options, pause=waits or pause.Pause(jitter=lambda: 0), count=count)
    bot = telegram.Bot(TOKEN, base_url=f"{url}/bot", request=ours, get_updates_request=ours)
    async with ours:
        yield bot


async def outcome_of(*answers, options=OPTIONS, composed=BONJOUR):
    async with crooked.running(*answers) as server, talking(server.url, options) as bot:
        return await sender.send(bot, 5, composed)


async def error_of(*answers, options=OPTIONS):
    async with crooked.running(*answers) as server, talking(server.url, options) as bot:
        with pytest.raises(errors.TelegramError) as caught:
            await bot.send_message(5, "Bonjour")
        return caught.value


@pytest.fixture
def nowhere():
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(crooked.MESSAGE, outcomes.Accepted(7), id="accepted"),
        pytest.param(crooked.result({"odd": 1}), outcomes.Accepted(None), id="odd result"),
        pytest.param(crooked.result({"message_id": 7}), outcomes.Accepted(7), id="half a result"),
        pytest.param(crooked.result([]), outcomes.Accepted(None), id="a list for a message"),
        pytest.param(crooked.http(200, b'{"ok": true}'), outcomes.Accepted(None), id="no result"),
        pytest.param(
            crooked.refusal(429, "Too Many Requests: retry after 3", retry_after=3),
            outcomes.Paused(dt.timedelta(seconds=3)),
            id="429",
        ),
        pytest.param(
            crooked.refusal(429, "Too Many Requests"), outcomes.Paused(outcomes.DEFAULT_PAUSE), id="bare 429"
        ),
        pytest.param(
            crooked.http(429, b"slow down", "text/plain"),
            outcomes.Paused(outcomes.DEFAULT_PAUSE),
            id="429 of a gateway",
        ),
        pytest.param(
            crooked.refusal(500, "Internal Server Error: restart"),
            outcomes.NotSent("Internal Server Error: restart"),
            id="500",
        ),
        pytest.param(
            crooked.http(502, crooked.PAGE, "text/html"), outcomes.NotSent("HTTP 502"), id="502 page"
        ),
        pytest.param(crooked.http(504, b""), outcomes.Unknown("HTTP 504"), id="504"),
        pytest.param(crooked.http(406, b""), outcomes.NotSent("HTTP 406"), id="406"),
        pytest.param(crooked.http(413, crooked.PAGE), outcomes.Refused("HTTP 413"), id="413"),
        pytest.param(crooked.http(302, b""), outcomes.NotSent("HTTP 302"), id="redirect"),
        pytest.param(
            crooked.http(200, crooked.PAGE, "text/html"), outcomes.Unknown("unreadable answer"), id="200 page"
        ),
        pytest.param(crooked.http(200, b""), outcomes.Unknown("unreadable answer"), id="200 empty"),
        pytest.param(crooked.http(200, b"[1]"), outcomes.Unknown("unreadable answer"), id="200 list"),
        pytest.param(
            crooked.http(200, b'{"ok": false, "error_code": 401, "description": "Unauthorized"}'),
            outcomes.BotRefused("Unauthorized"),
            id="refusal behind a 200",
        ),
        pytest.param(crooked.reset, outcomes.Unknown("ServerDisconnectedError"), id="reset"),
        pytest.param(crooked.cut, outcomes.Unknown("ClientPayloadError"), id="cut body"),
        pytest.param(crooked.silence, outcomes.Unknown("SocketTimeoutError"), id="read timeout"),
        pytest.param(crooked.refusal(401, "Unauthorized"), outcomes.BotRefused("Unauthorized"), id="401"),
        pytest.param(crooked.refusal(404, "Not Found"), outcomes.BotRefused("Not Found"), id="404"),
        pytest.param(
            crooked.refusal(404, "Not Found: method not found"),
            outcomes.Refused("Not Found: method not found"),
            id="unknown method",
        ),
        pytest.param(
            crooked.refusal(403, "Forbidden: bot was blocked by the user"),
            outcomes.ChatGone("Forbidden: bot was blocked by the user", is_final=False),
            id="blocked",
        ),
        pytest.param(
            crooked.refusal(400, "Bad Request: message is too long"),
            outcomes.Refused("Bad Request: message is too long"),
            id="too long",
        ),
        pytest.param(
            crooked.refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007),
            outcomes.Migrated(-1007),
            id="migrated",
        ),
        pytest.param(
            crooked.refusal(409, "Conflict: terminated"), outcomes.NotSent("Conflict: terminated"), id="409"
        ),
    ],
)
async def test_each_answer_has_its_outcome(answer, expected):
    assert await outcome_of(answer) == expected


async def test_a_refused_connection_surely_sent_nothing(nowhere):
    async with talking(nowhere) as bot:
        assert await sender.send(bot, 5, BONJOUR) == outcomes.NotSent("ClientConnectorError")


async def test_a_name_that_nobody_knows_surely_sent_nothing():
    async with talking("http://nowhere.invalid") as bot:
        assert isinstance(await sender.send(bot, 5, BONJOUR), outcomes.NotSent)


async def test_a_failed_tls_handshake_surely_sent_nothing():
    async with (
        crooked.running(crooked.MESSAGE) as server,
        talking(server.url.replace("http", "https")) as bot,
    ):
        outcome = await sender.send(bot, 5, BONJOUR)
    assert isinstance(outcome, outcomes.NotSent)


async def test_a_full_pool_surely_sent_nothing():
    options = transport.Options(connections=1, connect_timeout=0.2, read_timeout=0.8)
    async with crooked.running(crooked.silence) as server, talking(server.url, options) as bot:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(sender.send(bot, 5, BONJOUR))
            second = tasks.create_task(sender.send(bot, 6, BONJOUR))
        assert first.result() == outcomes.Unknown("SocketTimeoutError")
        assert second.result() == outcomes.NotSent("ConnectionTimeoutError")


async def test_a_server_that_drips_is_given_up_with_an_unknown_outcome():
    def drip(to):
        to.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")

        def drop():
            if not to.is_closing():
                to.write(b" ")
                asyncio.get_running_loop().call_later(0.05, drop)

        drop()

    options = transport.Options(connect_timeout=0.1, read_timeout=0.2)
    started = time.monotonic()
    assert isinstance(await outcome_of(drip, options=options), outcomes.Unknown)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (crooked.refusal(403, "Forbidden: bot was blocked by the user"), errors.Forbidden),
        (crooked.refusal(400, "Bad Request: message is too long"), errors.BadRequest),
        (crooked.refusal(400, "upgraded", migrate_to_chat_id=-7), errors.ChatMigrated),
        (crooked.refusal(409, "Conflict: terminated"), errors.Conflict),
        (crooked.refusal(500, "Internal Server Error"), errors.NetworkError),
        (crooked.refusal(404, "Not Found: method not found"), errors.EndPointNotFound),
        (crooked.refusal(429, "Too Many Requests: retry after 30", retry_after=30), errors.RetryAfter),
        (crooked.refusal(429, "Too Many Requests"), errors.RetryAfter),
        (crooked.silence, errors.TimedOut),
        (crooked.reset, errors.NetworkError),
        (crooked.http(200, crooked.PAGE), errors.TelegramError),
    ],
)
async def test_handlers_get_the_error_that_the_library_would_raise(answer, kind):
    assert type(await error_of(answer)) is kind


async def test_a_refused_token_is_a_delivery_error_and_never_written_into_any_text():
    error = await error_of(crooked.refusal(401, "Unauthorized"))
    assert isinstance(error, replies.TokenRefusedError)
    assert isinstance(error, DeliveryError)
    async with crooked.running(crooked.refusal(401, "Unauthorized")) as server, talking(server.url) as bot:
        with pytest.raises(replies.TokenRefusedError):
            await bot.initialize()
        await bot.shutdown()


def chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "answer",
    [
        crooked.silence,
        crooked.reset,
        crooked.cut,
        crooked.http(200, f"<p>no /bot{TOKEN}/sendMessage here</p>".encode()),
        crooked.http(502, f"<p>no /bot{TOKEN}/sendMessage here</p>".encode()),
        crooked.refusal(400, f"Bad Request: /bot{TOKEN}/sendMessage is odd"),
        crooked.refusal(401, f"Unauthorized: {TOKEN}"),
        b"nonsense\r\n\r\n",
    ],
)
async def test_the_token_is_in_no_error_log_or_outcome(answer, caplog):
    async with crooked.running(answer) as server, talking(server.url) as bot:
        # the library tells its address when a bot is made: bot/logs.py keeps that one silent
        caplog.set_level(logging.DEBUG)
        outcome = await sender.send(bot, 5, BONJOUR)
        with pytest.raises(errors.TelegramError) as caught:
            await bot.send_message(5, "Bonjour")
    seen = [repr(outcome), caplog.text]
    for error in chain(caught.value):
        seen += [repr(error), str(error), repr(error.__dict__)]
    assert TOKEN not in "".join(seen)


async def test_a_call_that_can_not_even_connect_does_not_tell_the_token(nowhere, caplog):
    async with talking(nowhere) as bot:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(errors.NetworkError) as caught:
            await bot.send_message(5, "Bonjour")
    assert TOKEN not in caplog.text + "".join(map(repr, chain(caught.value)))


async def test_answers_wait_for_the_end_of_a_pause_and_are_then_sent():
    waits = pause.Pause(jitter=lambda: 0)
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url, waits=waits) as bot:
        waits.begin(dt.timedelta(seconds=0.3))
        started = time.monotonic()
        assert (await bot.send_message(5, "Bonjour")).message_id == 7
        assert time.monotonic() - started >= 0.3


async def test_an_answer_that_meets_a_429_is_tried_again_after_it():
    counted = []
    too_many = crooked.refusal(429, "Too Many Requests: retry after 1", retry_after=1)
    async with crooked.running(too_many, crooked.MESSAGE) as server:
        async with talking(server.url, counted=counted) as bot:
            assert (await bot.send_message(5, "Bonjour")).message_id == 7
        assert len(server.requests) == 2
    assert counted == [
        ("telegram_calls", {"method": "sendMessage", "outcome": "Paused"}),
        ("telegram_calls", {"method": "sendMessage", "outcome": "Accepted"}),
    ]


async def test_an_answer_does_not_wait_longer_than_its_patience():
    waits = pause.Pause(jitter=lambda: 0)
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url, waits=waits) as bot:
        waits.begin(dt.timedelta(minutes=5))
        with pytest.raises(errors.RetryAfter):
            await bot.send_message(5, "Bonjour")
        assert server.requests == []


async def test_a_delivery_is_told_of_a_pause_at_once_and_nothing_leaves():
    waits = pause.Pause(clock=lambda: 0, jitter=lambda: 0)
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url, waits=waits) as bot:
        waits.begin(dt.timedelta(minutes=5))
        assert await sender.send(bot, 5, BONJOUR) == outcomes.Paused(dt.timedelta(minutes=5))
        assert server.requests == []


async def test_polling_passes_while_everything_else_is_paused():
    waits = pause.Pause()
    async with crooked.running(crooked.result([])) as server, talking(server.url, waits=waits) as bot:
        waits.begin(dt.timedelta(minutes=5))
        assert await bot.get_updates(timeout=0) == ()


KEYBOARD = telegram.InlineKeyboardMarkup(
    [
        [telegram.InlineKeyboardButton("Me le rappeler 😀", callback_data="r5", style="primary")],
        [telegram.InlineKeyboardButton("Voir", url="https://example.org/é")],
    ]
)


KEYS, OTHER_KEYS = (
    telegram.ReplyKeyboardMarkup([["Oui", "Non"]], resize_keyboard=True, input_field_placeholder=text)
    for text in ("é ?", "Où ?")
)
NO_KEYS = telegram.ReplyKeyboardRemove()
READ_AS = {"parse_mode": "HTML", "link_preview_options": telegram.LinkPreviewOptions(is_disabled=True)}


@pytest.mark.parametrize(
    ("composed", "named"),
    [
        (BONJOUR, {}),
        (sender.Composed(text="<b>é</b>", keyboard=KEYBOARD, silent=True), {"disable_notification": True}),
        (
            sender.Composed(text="é", reply_to=7),
            {"reply_parameters": telegram.ReplyParameters(7, None, True)},
        ),
        (sender.Composed(text="é", keyboard=KEYBOARD, edit=7), {"message_id": 7}),
    ],
)
async def test_a_delivery_says_what_the_library_would_say(composed, named):
    """The worker goes past its methods, as answers do."""
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url) as bot:
        call = bot.edit_message_text if composed.edit else bot.send_message
        for chat_id in (5, -1001234567890):
            await sender.send(bot, chat_id, composed)
            await call(
                chat_id=chat_id, text=composed.text, reply_markup=composed.keyboard, **READ_AS, **named
            )
        sent = [_said(request) for request in server.requests]
    assert sent[0] == sent[1]
    assert sent[2] == sent[3] != sent[0]


@pytest.mark.parametrize(
    ("answers", "query", "call", "named"),
    [
        ([Show(Screen("<b>é</b>", KEYBOARD))], None, "send_message", {"reply_markup": KEYBOARD}),
        ([Show(Screen("é", KEYS))], None, "send_message", {"reply_markup": KEYS}),
        ([Show(Screen("é", OTHER_KEYS))], None, "send_message", {"reply_markup": OTHER_KEYS}),
        ([Show(Screen("é", NO_KEYS))], None, "send_message", {"reply_markup": NO_KEYS}),
        ([Show(Screen("é", KEYBOARD), edits=7)], None, "edit_message_text", {"reply_markup": KEYBOARD}),
        ([Toast("é")], "77", "answer_callback_query", {"text": "é"}),
        ([], "77", "answer_callback_query", {}),
    ],
)
async def test_an_answer_says_what_the_library_would_say(answers, query, call, named):
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url) as bot:
        await answering.send(bot, 5, answers, query_id=query)
        match call:
            case "answer_callback_query":
                await bot.answer_callback_query(query, **named)
            case "edit_message_text":
                await bot.edit_message_text("é", 5, 7, **READ_AS, **named)
            case _:
                await bot.send_message(5, answers[0].screen.text, **READ_AS, **named)
        ours, theirs = [_said(request) for request in server.requests]
    assert ours == theirs


def _said(request):
    """The method, the kind of body, and each parameter, whether it came as JSON or as a text of JSON."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.decode().lower().split("\r\n")
    kind = [header for header in headers if header.startswith("content-type")]
    parameters = {name: _read(value) for name, value in json.loads(body).items()}
    return line, kind, {name: value for name, value in parameters.items() if value is not False}


def _read(value):
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


async def test_files_are_uploaded_with_their_name_and_kind():
    async with crooked.running(crooked.MESSAGE) as server:
        async with talking(server.url) as bot:
            await bot.send_document(5, telegram.InputFile(b"BEGIN:VCALENDAR", "rendez-vous.ics"), caption="é")
        request = server.requests[0]
    assert b"multipart/form-data" in request
    assert b'name="document"; filename="rendez-vous.ics"' in request
    assert b"BEGIN:VCALENDAR" in request
    assert "é".encode() in request


async def test_a_file_is_downloaded_as_it_is():
    counted = []
    raw = crooked.http(200, b"\x00raw", "image/png")
    async with crooked.running(raw) as server, talking(server.url, counted=counted) as bot:
        assert await bot.request.retrieve(f"{server.url}/file/bot{TOKEN}/photos/1.png") == b"\x00raw"
    assert counted == [("telegram_calls", {"method": "download", "outcome": "Accepted"})]


async def test_a_file_that_is_gone_is_an_error():
    async with crooked.running(crooked.refusal(404, "Not Found")) as server, talking(server.url) as bot:
        with pytest.raises(errors.TelegramError):
            await bot.request.retrieve(f"{server.url}/file/bot{TOKEN}/photos/1.png")


async def test_a_call_may_ask_for_more_time_or_for_no_limit():
    def late(to):
        asyncio.get_running_loop().call_later(0.5, to.write, crooked.MESSAGE)

    async with crooked.running(late) as server, talking(server.url) as bot:
        with pytest.raises(errors.TimedOut):
            await bot.send_message(5, "Bonjour")
        assert await bot.send_message(5, "Bonjour", read_timeout=2)
        assert await bot.send_message(5, "Bonjour", read_timeout=None)


async def test_it_opens_once_and_opens_again_after_closing():
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url) as bot:
        await bot.request.initialize()
        await bot.request.shutdown()
        await bot.request.shutdown()
        with pytest.raises(errors.NetworkError, match="not initialized"):
            await bot.send_message(5, "Bonjour")
        await bot.request.initialize()
        assert await bot.send_message(5, "Bonjour")


async def test_a_refused_call_of_ours_is_told_apart_from_telegrams_refusal():
    async with crooked.running(crooked.MESSAGE) as server, talking(server.url) as bot:
        with pytest.raises(AttributeError):
            await sender.send(bot, 5, sender.Composed(text="Bonjour", keyboard=object()))
        assert server.requests == []


@given(st.binary(max_size=200), st.sampled_from([200, 204, 400, 401, 403, 404, 429, 500]))
def test_no_body_whatever_breaks_the_reading(body, status):
    reply = replies.of_answer(status, body, secret=TOKEN)
    assert (reply.error is None) == isinstance(reply.outcome, outcomes.Accepted)


@given(
    st.dictionaries(
        st.sampled_from(["ok", "result", "error_code", "description", "parameters"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.dictionaries(
            st.sampled_from(["retry_after", "migrate_to_chat_id", "message_id"]), st.integers()
        ),
    )
)
def test_no_answer_whatever_breaks_the_reading(answer):
    reply = replies.of_answer(400, json.dumps(answer).encode(), secret="")
    assert (reply.error is None) == (answer.get("ok") is True)


def test_a_refusal_can_be_kept_whatever_characters_it_names():
    reply = replies.of_answer(
        400, b'{"ok": false, "error_code": 400, "description": "half: \\ud83d"}', secret=""
    )
    assert reply.outcome == outcomes.Refused("half: ?")


async def test_it_remembers_how_telegram_was_at_the_last_call():
    refused, broken = crooked.refusal(401, "Unauthorized"), crooked.http(502, b"Bad Gateway")
    async with crooked.running(refused, crooked.MESSAGE, broken, crooked.MESSAGE) as server:
        seen = []
        async with talking(server.url) as bot:
            assert (bot.request.is_refused, bot.request.away_for) == (False, 0)
            for _ in range(4):
                await sender.send(bot, 5, BONJOUR)
                seen.append((bot.request.is_refused, bot.request.away_for > 0))
    assert seen == [(True, False), (False, False), (False, True), (False, False)]


async def test_it_knows_since_when_nobody_is_there(nowhere):
    async with talking(nowhere) as bot:
        await sender.send(bot, 5, BONJOUR)
        first = bot.request.away_for
        await sender.send(bot, 5, BONJOUR)
        assert bot.request.away_for > first > 0
