"""Nobody holds a connection by being slow, and a port that can't be had is told in one sentence."""

import asyncio
import contextlib

import pytest

from domain.errors import SettingsError
from web import app, serving


async def test_half_a_head_is_cut_off(front):
    assert await front.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-") == b""


async def test_silence_is_cut_off(front):
    assert await front.raw() == b""


async def test_a_kept_connection_is_cut_off_when_nothing_more_comes(front):
    answer = await front.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /hea")
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"alive\n")


async def test_many_slow_callers_do_not_keep_others_out(front, patience):
    async with contextlib.AsyncExitStack() as slow:
        for _ in range(patience.connections - 2):
            _, writer = await _open(front)
            slow.callback(writer.close)
            writer.write(b"GET / HTTP/1.1\r\n")
        async with asyncio.timeout(0.4):
            assert (await front.get("/healthz"))[0] == 200


async def test_one_caller_too_many_is_turned_away(front, patience):
    async with contextlib.AsyncExitStack() as held:
        for _ in range(patience.connections):
            _, writer = await _open(front)
            held.callback(writer.close)
        assert await front.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n") == b""


async def _open(front):
    host, port = front.url.removeprefix("http://").rsplit(":", 1)
    return await asyncio.open_connection(host, int(port))


async def test_a_port_that_is_taken_is_told_in_one_sentence(front, options):
    port = int(front.url.rsplit(":", 1)[1])
    with pytest.raises(SettingsError, match=rf"^port {port} is taken; .* set WEB_PORT to a free port$"):
        async with serving.serving(app.web_app(options), "127.0.0.1", port):
            pass


async def test_a_host_that_is_not_ours_is_told_in_one_sentence(options):
    with pytest.raises(SettingsError, match="correct WEB_HOST and WEB_PORT"):
        async with serving.serving(app.web_app(options), "203.0.113.1", 0):
            pass


async def test_an_answer_under_way_is_finished_at_the_close(options, world):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow():
        begun.set()
        await may_end.wait()
        return world.health

    object.__setattr__(options, "ready", slow)
    async with contextlib.AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving.serving(app.web_app(options), "127.0.0.1", 0))
        host, port = url.removeprefix("http://").rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, may_end.set)
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
