"""Each row of the table, in Telegram's own words."""

import datetime as dt
from pathlib import Path

import pytest
from telegram.error import BadRequest

from domain import outcomes

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "delivery", "handlers", "messages", "services", "web")
DEFAULT = outcomes.Paused(outcomes.DEFAULT_PAUSE)
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"retry_after": 35}, outcomes.Paused(dt.timedelta(seconds=35))),
        ({}, DEFAULT),
        (None, DEFAULT),
        ({"retry_after": "soon"}, DEFAULT),
        ({"retry_after": 10**20}, outcomes.Paused(dt.timedelta(days=1))),
        ({"retry_after": -1}, outcomes.Paused(dt.timedelta(0))),
    ],
)
def test_too_many_requests_pauses_for_as_long_as_telegram_says_or_a_default(parameters, expected):
    assert outcomes.of_answer(429, "Too Many Requests: retry after 35", parameters) == expected


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (500, "Internal Server Error"),
        (500, "Internal Server Error: restart"),
        (502, "Bad Gateway"),
        (503, "Service Unavailable"),
        (406, "Not Acceptable"),
        (409, "Conflict: terminated by other getUpdates request"),
        (302, "Found"),
    ],
)
def test_a_failure_of_the_server_is_tried_again(status, description):
    assert outcomes.of_answer(status, description) == outcomes.NotSent(description)


def test_a_gateway_that_gave_up_waiting_leaves_the_outcome_unknown():
    assert outcomes.of_answer(504, "Gateway Timeout") == outcomes.Unknown("Gateway Timeout")


@pytest.mark.parametrize(
    ("description", "is_final"),
    [
        ("Forbidden: bot was blocked by the user", False),
        ("Forbidden: user is deactivated", True),
        ("Forbidden: bot can't initiate conversation with a user", False),
        ("Forbidden: bot was kicked from the group chat", False),
        ("Forbidden: bot was kicked from the supergroup chat", False),
        ("Forbidden: bot was kicked from the channel chat", False),
        ("Forbidden: bot is not a member of the supergroup chat", False),
        ("Forbidden: bot is not a member of the channel chat", False),
        ("Forbidden: the group chat was deleted", True),
    ],
)
def test_a_closed_chat_is_gone_and_for_good_when_the_account_is(description, is_final):
    assert outcomes.of_answer(403, description) == outcomes.ChatGone(description, is_final=is_final)


@pytest.mark.parametrize(
    ("description", "is_final"),
    [
        ("Bad Request: chat not found", False),
        ("Bad Request: private chat not found", False),
        ("Bad Request: USER_IS_BLOCKED", False),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", False),
        ("Bad Request: not enough rights to send text messages to the chat", False),
        ("Bad Request: have no rights to send a message", False),
        ("Bad Request: need administrator rights in the channel chat", False),
        ("Bad Request: INPUT_USER_DEACTIVATED", True),
    ],
)
def test_a_chat_can_be_gone_in_a_bad_request_too(description, is_final):
    assert outcomes.of_answer(400, description) == outcomes.ChatGone(description, is_final=is_final)


def test_an_upgraded_group_has_a_new_id():
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    answer = outcomes.of_answer(400, words, {"migrate_to_chat_id": -1001234567890})
    assert answer == outcomes.Migrated(-1001234567890)


@pytest.mark.parametrize(
    "description",
    [
        NOT_MODIFIED,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        "Bad Request: message to edit not found",
        "Bad Request: message to delete not found",
        "Bad Request: message can't be edited",
        "Bad Request: message can't be deleted",
    ],
)
def test_what_is_already_so_or_too_late_is_nothing_to_do(description):
    expected = outcomes.Unchanged(description, is_so=description == NOT_MODIFIED)
    assert outcomes.of_answer(400, description) == expected
    # as python-telegram-bot's errors quote it
    assert type(outcomes.of_answer(400, BadRequest(description).message)) is outcomes.Unchanged


def test_telegrams_words_stand_in_one_place():
    words = outcomes._ALREADY_SO + outcomes._TOO_LATE + outcomes._GONE + outcomes._FINAL
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 50
    read = [(path.name, each) for path in files for each in words if each in path.read_text("utf-8").lower()]
    assert read == []


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        (400, "Bad Request: message is too long"),
        (400, "Bad Request: message text is empty"),
        (400, "Bad Request: message to be replied not found"),
        (400, "Bad Request: BUTTON_DATA_INVALID"),
        (413, "Request Entity Too Large"),
        (404, "Not Found: method not found"),
    ],
)
def test_a_message_that_will_never_pass_is_our_fault(status, description):
    assert outcomes.of_answer(status, description) == outcomes.Refused(description)


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
def test_a_refused_token_is_about_the_bot_and_not_the_message(status, description):
    assert outcomes.of_answer(status, description) == outcomes.BotRefused(description)
