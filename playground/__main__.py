"""A stand-in for Telegram as a process of its own: ``python -m playground --port 0 --token T --log FILE``."""

import argparse
import asyncio
import datetime as dt
import json
import signal
import sys
import time
from pathlib import Path

from playground import errors, faults, server


def main() -> None:
    """Open a playground until SIGTERM or Ctrl-C; print its address when it is ready."""
    asked = _arguments()
    try:
        asyncio.run(_run(asked))
    except errors.PlaygroundError as error:
        sys.exit(str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", required=True)
    parser.add_argument("--log", type=Path, help="where every call is written, one line of JSON each")
    parser.add_argument("--faults", default="", help="a seed, or JSON as POST /phone/api/faults takes it")
    parser.add_argument(
        "--pace", type=float, default=1.0, help="real seconds in a second of the server's waits"
    )
    return parser.parse_args()


async def _run(asked: argparse.Namespace) -> None:
    options = server.Options(
        port=asked.port,
        token=asked.token,
        bot_name="Playground",
        bot_username="playground_bot",
        clock=_real_time,
        search_places=lambda _query: (),
        log_path=asked.log,
        steerable=True,
        pace=asked.pace,
    )
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with server.running(options) as playground:
        if asked.faults:
            wish = json.loads(asked.faults)
            faults.apply_json(
                playground.telegram.faults, {"plan": {"seed": wish}} if isinstance(wish, int) else wish
            )
        sys.stdout.write(f"{playground.url}\n")
        sys.stdout.flush()
        await over.wait()


def _real_time() -> dt.datetime:
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


if __name__ == "__main__":
    main()
