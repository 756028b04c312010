import asyncio
import gzip
import json

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from domain.errors import SourceError
from sources import fetch
from sources.fetch import Request
from tests.sources import feeds
from tests.sources.feeds import MEGABYTE, FakeTime, Handler, fetching, serving


async def ask(handler: Handler, time: FakeTime, **limits: object) -> object:
    """What a GET of the feed gives."""
    async with serving(handler) as base, fetching(base, time, **limits) as fetcher:
        return (await fetcher.ask(Request("GET", base / "records"))).json


def answering(*answers: web.Response) -> Handler:
    """Give these answers in turn, the last one again and again."""
    left = list(answers)

    async def handler(_: web.Request) -> web.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type=answer.content_type,
            headers={name: value for name, value in answer.headers.items() if name in KEPT},
        )

    return handler


KEPT = {"Retry-After", "Location", "Content-Encoding"}
GOOD = web.json_response({"good": True})


async def test_json_is_given(fake_time):
    assert await ask(answering(GOOD), fake_time) == {"good": True}
    assert await ask(answering(web.Response(status=204)), fake_time) is None


async def test_a_zipped_answer_is_unzipped(fake_time):
    zipped = web.Response(
        body=gzip.compress(b'{"good": true}'),
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    assert await ask(answering(zipped), fake_time) == {"good": True}


async def test_400_kb_that_unzip_to_400_mb_are_refused_at_the_cap(fake_time):
    bomb = feeds.bomb()
    assert len(bomb) < 500_000
    answer = web.Response(body=bomb, content_type="application/json", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match=r"^feed sends more than 8,192 kB; refused$"):
        await ask(answering(answer), fake_time, max_bytes=8 * MEGABYTE)


async def test_a_body_without_end_is_refused_at_the_cap(fake_time):
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b"[" * 65_536)

    with pytest.raises(SourceError, match="sends more than 1,024 kB"):
        await ask(endless, fake_time, max_bytes=MEGABYTE)


async def test_a_drip_runs_out_of_time(fake_time):
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    with pytest.raises(SourceError, match=r"^feed did not answer within 0\.1 s$"):
        await ask(drip, fake_time, total_seconds=0.1, attempts=2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            web.Response(text="<html>Maintenance</html>", content_type="text/html"),
            "answered a web page instead of data",
        ),
        (web.Response(text="hello", content_type="text/plain"), "answered something else than JSON"),
        (
            web.Response(text='{"results": [{"uid": "1"', content_type="application/json"),
            "sent only part of its answer",
        ),
        (
            web.Response(text='{"results": [{"uid": "1', content_type="application/json"),
            "sent only part of its answer",
        ),
        (web.Response(text="bonjour {", content_type="application/json"), "sent something that is not JSON"),
        (
            web.Response(text="[" * 100_000, content_type="application/json"),
            "sent something that is not JSON",
        ),
        (
            web.Response(body=b'"\xff\xfe"', content_type="application/json"),
            "sent something that is not JSON",
        ),
        (
            web.Response(
                body=b"not gzip", content_type="application/json", headers={"Content-Encoding": "gzip"}
            ),
            "sent a damaged answer",
        ),
        (
            web.Response(body=b"{}", content_type="application/json", headers={"Content-Encoding": "br"}),
            "answered in an encoding we did not ask for",
        ),
        (
            web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
            "inside the network; refused",
        ),
        (
            web.Response(status=302, headers={"Location": "http://localhost:1/"}),
            "inside the network; refused",
        ),
        (
            web.Response(status=302, headers={"Location": "http://169.254.169.254/"}),
            "inside the network; refused",
        ),
        (
            web.Response(status=302, headers={"Location": "http://[::ffff:10.0.0.1]/"}),
            "inside the network; refused",
        ),
        (web.Response(status=302, headers={"Location": "http://127.1/"}), "not a web address; refused"),
        (web.Response(status=302, headers={"Location": "file:///etc/passwd"}), "not a web address; refused"),
        (web.Response(status=302, headers={"Location": "ftp://example.org/"}), "not a web address; refused"),
        (web.Response(status=302, headers={"Location": "/again"}), "redirects without end"),
        (web.Response(status=302), "redirects without end"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nonsense_reads_as_one_plain_line(fake_time, answer, said):
    with pytest.raises(SourceError) as caught:
        await ask(answering(answer), fake_time)
    assert str(caught.value).startswith("feed ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_half_a_body_is_asked_for_again(fake_time):
    asked = 0

    async def breaking_off(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        if asked > 1:
            return web.json_response({"asked": asked})
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"asked"')
        assert request.transport
        request.transport.close()
        return response

    assert await ask(breaking_off, fake_time) == {"asked": 2}


async def test_a_server_out_of_order_is_asked_again_later_and_later(fake_time):
    down = web.Response(status=502, text="<html>", content_type="text/html")
    assert await ask(answering(down, down, GOOD), fake_time) == {"good": True}
    first, second = [wait for wait in fake_time.slept if wait > 0.1]
    assert 0.25 <= first <= 0.75
    assert 0.5 <= second <= 1.5
    with pytest.raises(SourceError, match=r"^feed is out of order \(502\)$"):
        await ask(answering(down), fake_time)


async def test_a_429_is_obeyed_by_everyone(fake_time):
    slow_down = web.Response(status=429, headers={"Retry-After": "7"})
    before = fake_time.now
    assert await ask(answering(slow_down, GOOD), fake_time) == {"good": True}
    assert 7 <= fake_time.now - before < 7.5
    with pytest.raises(SourceError, match=r"^feed asks us to slow down \(429\)$"):
        await ask(answering(web.Response(status=429, headers={"Retry-After": "86400"})), fake_time)


async def test_a_429_that_does_not_say_how_long_is_asked_again(fake_time):
    vague = web.Response(status=429, headers={"Retry-After": "Mon, 15 Jun 2026 10:00:00 GMT"})
    assert await ask(answering(vague, web.Response(status=429), GOOD), fake_time) == {"good": True}


async def test_a_refusal_is_an_answer(fake_time):
    refusal = web.json_response({"message": "no"}, status=400)
    async with serving(answering(refusal)) as base, fetching(base, fake_time) as fetcher:
        answer = await fetcher.ask(Request("GET", base))
    assert (answer.status, answer.json, answer.is_ok) == (400, {"message": "no"}, False)


async def test_a_refusal_that_is_a_web_page_is_an_answer_without_json(fake_time):
    refusal = web.Response(status=404, text="<html>", content_type="text/html")
    async with serving(answering(refusal)) as base, fetching(base, fake_time) as fetcher:
        answer = await fetcher.ask(Request("GET", base))
    assert (answer.status, answer.json) == (404, None)


async def test_what_is_not_http_is_said_to_be_none(fake_time):
    async def chatter(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    async with server:
        base = URL.build(scheme="http", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        async with fetching(base, fake_time, attempts=1) as fetcher:
            with pytest.raises(SourceError, match=r"^feed gave an answer that is not HTTP"):
                await fetcher.ask(Request("GET", base))


async def test_a_feed_that_is_not_there_is_said_to_be_out_of_reach(fake_time):
    async with serving(answering(GOOD)) as base:
        pass
    async with fetching(base, fake_time, attempts=2) as fetcher:
        with pytest.raises(SourceError, match=r"^feed cannot be reached$"):
            await fetcher.ask(Request("GET", base))


async def test_redirects_within_the_feed_are_followed_with_the_same_headers(fake_time):
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/old":
            raise web.HTTPFound("/new?page=2")
        return web.json_response([str(request.rel_url), request.headers.get("X-Key")])

    async with serving(handler) as base, fetching(base, fake_time) as fetcher:
        answer = await fetcher.ask(Request("GET", base / "old", headers={"X-Key": "k"}))
    assert answer.json == ["/new?page=2", "k"]


async def test_a_form_is_never_redirected(fake_time):
    moved = web.Response(status=307, headers={"Location": "/elsewhere"})
    async with serving(answering(moved)) as base, fetching(base, fake_time) as fetcher:
        with pytest.raises(SourceError, match="must not be redirected"):
            await fetcher.ask(Request("POST", base, data={"secret": "s"}))


async def test_loopback_is_open_to_the_configured_port_only(fake_time):
    async with serving(answering(GOOD)) as inner, serving(answering(GOOD)) as base:
        async with fetching(base, fake_time) as fetcher:
            with pytest.raises(SourceError, match="inside the network"):
                await fetcher.ask(Request("GET", inner))
        async with fetching(base.with_host("localhost"), fake_time) as fetcher:
            assert (await fetcher.ask(Request("GET", base.with_host("localhost")))).json == {"good": True}
            with pytest.raises(SourceError, match="inside the network"):
                await fetcher.ask(Request("GET", inner.with_host("localhost")))


async def test_a_public_name_that_resolves_to_loopback_is_refused(fake_time):
    """DNS rebinding: what counts is the address that is connected to."""
    async with fetching(URL("https://example.org"), fake_time, attempts=1) as fetcher:
        with pytest.raises(SourceError, match="inside the network"):
            await fetcher.ask(Request("GET", URL("http://localhost:9/")))


async def test_a_large_answer_is_parsed_beside_the_loop():
    body = json.dumps(["é" * 1_000] * 1_000).encode()
    assert len(await fetch.parse(body)) == 1_000


async def test_nothing_stays_open(fake_time):
    async with serving(answering(GOOD)) as base:
        async with fetching(base, fake_time) as fetcher:
            await fetcher.ask(Request("GET", base))
        with pytest.raises((SourceError, RuntimeError, aiohttp.ClientError)):
            await fetcher.ask(Request("GET", base))
