"""`python -m bot doctor`: what is missing or wrong, one line each, in plain words."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from bot import app, background, doctor_telegram, lock, logs, settings, sourcing, tracebacks
from bot.clock import wall
from bot.settings import Settings
from domain.errors import SettingsError, SourceError
from locales import translators, words
from sources.reading import JobEventSource
from storage import checkup, database, postgresql_checkup
from storage.checkup import Finding

LEAST_PYTHON = (3, 11)
LEAST_FREE_MB = 500
SOURCE_TIMEOUT_S = 60


async def report() -> bool:
    """Print every finding; return whether all is well."""
    well = []
    async for is_well, line in _examined():
        print(f"{'✓ ok   ' if is_well else '✗ wrong'}  {line}", flush=True)
        well.append(is_well)
    wrong = well.count(False)
    print("All is well." if not wrong else f"{wrong} of {len(well)} checks found something wrong.")
    return not wrong


async def _examined() -> AsyncIterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield sys.version_info >= LEAST_PYTHON, f"Python {version}; 3.11 or newer is needed"
    try:
        chosen = settings.read()
    except SettingsError as error:
        yield False, f"settings: {error}"
        return
    logs.configure(level="ERROR", form=chosen.log_format, secrets=chosen.secrets)
    yield True, "settings can be read"
    for warning in settings.misspelt():
        yield False, f".env: {warning}"
    async for finding in _stored(chosen):
        yield finding
    is_running = await _is_running(chosen)
    for finding in _ports(chosen, is_running=is_running):
        yield finding
    async for finding in doctor_telegram.findings(chosen):
        yield finding
    async for finding in _events(chosen):
        yield finding


async def _stored(chosen: Settings) -> AsyncIterator[Finding]:
    path = database.file_of(chosen.database_url)
    if path is None:
        async for finding in postgresql_checkup.findings(chosen.database_url):
            yield finding
        return
    for finding in checkup.findings(path):
        yield finding
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free >> 20
    yield free >= LEAST_FREE_MB, f"disk: {free:,} MB free in {folder}; at least {LEAST_FREE_MB} are needed"


def _ports(chosen: Settings, *, is_running: bool) -> Iterator[Finding]:
    yield _port("WEB_PORT", chosen.web_host, chosen.web_port, is_running=is_running)
    if not chosen.telegram_bot_token:
        yield _port("PLAYGROUND_PORT", "127.0.0.1", chosen.playground_port, is_running=is_running)


async def _is_running(chosen: Settings) -> bool:
    path = database.file_of(chosen.database_url)
    if path is not None and not path.exists():
        return False
    try:
        async with lock.only_one(chosen.database_url):
            return False
    except lock.AlreadyRunningError:
        return True
    except SettingsError:
        return False  # can't be had: said of the database itself


def _port(name: str, host: str, port: int, *, is_running: bool) -> Finding:
    if is_running:
        return True, f"{name}: the bot is running now; its ports are not tried"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return False, f"{name}: port {port} on {host} can't be had ({os.strerror(error.errno or 0)})"
    return True, f"{name}: port {port} on {host} is free"


async def _events(chosen: Settings) -> AsyncIterator[Finding]:
    """Load what the program carries with it, then read the first page of each source."""
    try:
        known = app.surroundings(chosen)
        known.read()
        words.load()
        languages = translators.load()
    except Exception as error:  # noqa: BLE001 -- a broken file may break in any way
        yield (
            False,
            f"the program's own files, or ROME_FILE, can't be read ({tracebacks.named(error)})",
        )
        return
    yield True, f"{len(known.communes):,} communes and {len(languages)} languages can be read"
    async with background.nursery() as spawn, sourcing.opened(chosen, known, spawn) as sources:
        for source in sources:
            yield await _source(source)


async def _source(source: JobEventSource) -> Finding:
    pages: Any = source.sweep(now=wall())
    try:
        async with asyncio.timeout(SOURCE_TIMEOUT_S), aclosing(pages):
            page = await anext(pages, None)
    except SourceError as error:
        return False, f"source {error}"
    except TimeoutError:
        return False, f"source {source.name} did not answer within {SOURCE_TIMEOUT_S} s"
    found = len(page.events) if page else 0
    return True, f"source {source.name} answers; {found} events on its first page"
