"""Telegram's calls: nobody else's are read, and 200 means kept."""

import gzip
import json

import pytest

from tests.web.front import SECRET
from web import app, webhook

UPDATE = json.dumps({"update_id": 1, "message": {"text": "é"}}, ensure_ascii=False).encode()


async def test_an_update_is_kept_as_it_came_and_then_confirmed(front, world):
    assert await front.call(UPDATE, SECRET) == 200
    assert world.kept == [UPDATE.decode()]
    assert world.counted == [("webhook_calls", {"answer": "200"})]


@pytest.mark.parametrize(
    "secrets",
    [(), ("",), (SECRET[:-1],), (SECRET + "x",), (SECRET.upper(),), (SECRET, SECRET), ("é" * 20,)],
    ids=["none", "empty", "short", "long", "capitals", "twice", "not ASCII"],
)
async def test_without_the_secret_nothing_is_read(front, world, secrets):
    assert await front.call(UPDATE, *secrets) == 403
    assert world.kept == []


async def test_a_secret_of_bytes_that_are_no_text_is_refused_too(front, world):
    answer = await front.raw(
        b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: \xff\xfe\xe9\r\n"
        b"Content-Length: 2\r\n\r\n{}"
    )
    assert answer.startswith(b"HTTP/1.1 403")
    assert world.kept == []


async def test_a_forger_is_answered_before_the_body_has_come(front):
    answer = await front.raw(b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("body", [b"", b"[1]", b"1", b"not json", b"\xff\xfe{}", b"[" * 100_000, b'{"a":'])
async def test_what_is_no_update_is_dropped_and_never_asked_for_again(front, world, body):
    assert await front.call(body, SECRET) == 200
    assert world.kept == []


async def test_an_update_that_cannot_be_kept_is_to_come_again(front, world):
    world.failure = OSError("disk full")
    assert await front.call(UPDATE, SECRET) == 503
    world.failure = None
    assert await front.call(UPDATE, SECRET) == 200
    assert [labels["answer"] for _, labels in world.counted] == ["503", "200"]


async def test_a_body_that_is_too_large_is_refused(front, world):
    body = b'{"a": "' + b"x" * app.LARGEST_BODY + b'"}'
    assert await front.call(body, SECRET) == 413
    assert world.kept == []


async def test_a_body_that_unzips_to_too_much_is_refused(front, world):
    body = gzip.compress(b'{"a": "' + b"x" * (app.LARGEST_BODY * 40) + b'"}')
    assert await front.call(body, SECRET, **{"Content-Encoding": "gzip"}) == 413
    assert world.kept == []


async def test_a_body_that_drips_is_given_up(front, world):
    head = (
        "POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n\r\n"
    )
    answer = await front.raw(head.encode(), b'{"update_id": 1')
    assert answer.startswith(b"HTTP/1.1 408")
    assert world.kept == []


async def test_only_posts_are_calls(front):
    status, *_ = await front.get("/telegram/webhook")
    assert status == 405


def test_a_webhook_without_a_secret_is_not_built(options):
    object.__setattr__(options, "webhook_secret", "")
    with pytest.raises(ValueError, match="secret"):
        webhook.routes(options)


def test_the_secret_is_not_in_the_options_as_shown(options):
    assert SECRET not in repr(options)
