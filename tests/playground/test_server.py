"""Opening and closing a playground, as a part of a program and as a process of its own."""

import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import socket
import sys
import threading
import time

import aiohttp
import pytest

from playground import __main__, server
from tests.playground import stand_in


async def test_a_taken_port_is_told_in_one_sentence(settings, opened):
    port = int(opened.url.rpartition(":")[2])
    taken = dataclasses.replace(settings, port=port, log_path=None)
    with pytest.raises(server.PortTaken, match=f"^Port {port} is taken: close the other program, or set"):
        async with server.running(taken):
            pass


async def test_only_this_machine_may_reach_it(settings):
    with pytest.raises(server.NotLoopback, match=r"0\.0\.0\.0 is refused"):
        async with server.running(dataclasses.replace(settings, host="0.0.0.0")):  # noqa: S104 -- refused, that is the point
            pass


@contextlib.asynccontextmanager
async def process(*arguments):
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "playground",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def test_a_process_of_its_own_prints_its_address_records_and_ends_cleanly(tmp_path, session):
    log = tmp_path / "calls.jsonl"
    faults = json.dumps({"kind": "reply_lost", "method": "sendMessage"})
    given = ("--port", "0", "--token", stand_in.TOKEN, "--log", str(log), "--faults", faults)
    async with asyncio.timeout(20), process(*given) as running:
        url = (await running.stdout.readline()).decode().strip()
        phone, call = stand_in.Telephone(session, url), stand_in.Caller(session, url)
        (person_id,) = (await phone.post("crowd", count=1, has_started=True))["ids"]
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await call("sendMessage", chat_id=person_id, text="a")
        records = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        assert [(one["method"], one["accepted"], one["fault"]) for one in records] == [
            ("sendMessage", True, "reply_lost"),
        ]
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 0
        assert stand_in.TOKEN not in log.read_text(encoding="utf-8")


async def test_a_process_takes_a_seed_for_its_faults(session):
    given = ("--port", "0", "--token", stand_in.TOKEN, "--faults", "7", "--pace", "0.01")
    async with asyncio.timeout(20), process(*given) as running:
        url = (await running.stdout.readline()).decode().strip()
        assert url.startswith("http://127.0.0.1:")
        running.send_signal(signal.SIGINT)
        assert await running.wait() == 0


def test_the_command_opens_a_playground_until_it_is_told_to_stop(monkeypatch, capsys, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = ["playground", "--port", str(port), "--token", stand_in.TOKEN, "--faults", "7"]
    monkeypatch.setattr(sys, "argv", told)

    def stop_once_open():
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop_once_open, daemon=True)
    stopper.start()
    __main__.main()
    stopper.join(5)
    assert capsys.readouterr().out == f"http://127.0.0.1:{port}\n"


async def test_a_process_on_a_taken_port_says_so(opened):
    port = opened.url.rpartition(":")[2]
    async with asyncio.timeout(20), process("--port", port, "--token", stand_in.TOKEN) as running:
        _, words = await running.communicate()
        assert running.returncode == 1
        assert words.decode().strip().startswith(f"Port {port} is taken")
