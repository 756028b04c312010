"""The playground: the very program, on its own sample events, beside a stand-in for Telegram."""

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot import app, lock
from bot.app import Running
from bot.clock import ProductClock
from bot.secrets import Secret
from bot.settings import Settings
from domain.communes import Commune
from domain.errors import SettingsError
from domain.sectors import Sector
from domain.subscribers import Language
from locales import formats
from playground import server
from playground.errors import PlaygroundError
from playground.options import Control, Options, Spot
from services import alerts, reminders
from sources import sample
from sources.sample import Sample

TOKEN = "1234567890:playground-stands-in-for-telegram-0"  # noqa: S105 -- opens nothing
NAME, USERNAME = "Rendez-vous emploi", "rendez_vous_emploi_bot"
FRENCH, ENGLISH = "fr", "en"
PEOPLE = (("Léa", FRENCH), ("Omar", ENGLISH))
MOST_SPOTS = 8
PARIS = ZoneInfo("Europe/Paris")


@dataclass(slots=True)
class _Stage:
    """What the controls act on; the program comes after the stand-in, which needs the controls."""

    clock: ProductClock
    program: Running | None = None
    serial: int = 0


@contextlib.asynccontextmanager
async def playing(settings: Settings) -> AsyncIterator[str]:
    """Open the stand-in and run the program against it; give the phone's address."""
    stage = _Stage(ProductClock())
    options = Options(
        port=settings.playground_port,
        token=TOKEN,
        bot_name=NAME,
        bot_username=USERNAME,
        clock=stage.clock,
        search_places=lambda typed: _spots(stage, typed),
        controls=_controls(stage),
    )
    try:
        async with server.running(options) as telegram:
            mine = replace(
                settings,
                telegram_bot_token=Secret(TOKEN),
                telegram_api_url=telegram.url,
                public_url="",
                database_url=f"sqlite+aiosqlite:///{settings.playground_file}",
                web_port=0,
                event_sources=("sample",),
            )
            _start_afresh(settings)
            async with app.running(mine, stage.clock) as program:
                stage.program = program
                for name, language in PEOPLE:
                    telegram.telegram.add_person(name, language)
                yield f"{telegram.url}/phone/"
    except PlaygroundError as error:
        raise SettingsError(str(error)) from error


def _start_afresh(settings: Settings) -> None:
    """The stand-in forgets everything at its end; so does the program beside it."""
    path = settings.playground_file
    with lock.only_one_on(path):
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


def _spots(stage: _Stage, typed: str) -> Sequence[Spot]:
    if stage.program is None:
        return []
    found = stage.program.world.gazetteer.search(typed, MOST_SPOTS)
    communes = [each.place for each in found if isinstance(each.place, Commune)]
    return [
        Spot(f"{commune.name} ({commune.department})", commune.point.latitude, commune.point.longitude)
        for commune in communes
    ]


def _controls(stage: _Stage) -> Sequence[Control]:
    async def hour(_chat_id: int, language: str) -> str:
        return await _move(stage, dt.timedelta(hours=1), language)

    async def day(_chat_id: int, language: str) -> str:
        return await _move(stage, dt.timedelta(days=1), language)

    async def reminder(_chat_id: int, language: str) -> str:
        return await _move_to_reminder(stage, language)

    async def publish(chat_id: int, language: str) -> str:
        return await _publish(stage, chat_id, language)

    return (
        Control({FRENCH: "+1 h", ENGLISH: "+1 h"}, hour),
        Control({FRENCH: "+1 jour", ENGLISH: "+1 day"}, day),
        Control({FRENCH: "Au prochain rappel", ENGLISH: "To the next reminder"}, reminder),
        Control({FRENCH: "Publier un événement", ENGLISH: "Publish an event"}, publish),
    )


async def _move(stage: _Stage, length: dt.timedelta, language: str) -> str:
    stage.clock.move(length)
    if stage.program is not None:
        await stage.program.sourcing.sweep_all()
        await stage.program.look()
        await stage.program.advance()
        await stage.program.tidy()
        stage.program.worker.wake()
    return told(stage.clock(), language)


def told(instant: dt.datetime, language: str) -> str:
    """Say "Lundi 23 novembre, 17 h", in Paris; French for the French, else English."""
    local, tongue = instant.astimezone(PARIS), Language.FRENCH if language == FRENCH else Language.ENGLISH
    day = formats.date(local.date(), tongue, today=local.date())
    return f"{formats.capital(day)}, {formats.hour(local.time(), tongue)}"


async def _move_to_reminder(stage: _Stage, language: str) -> str:
    program = stage.program
    if program is None:
        return ""
    async with program.database.reading() as uow:
        due = await reminders.next_due_at(uow)
    if due is None:
        return "Aucun rappel demandé." if language == FRENCH else "No reminder was asked for."
    return await _move(stage, max(due - stage.clock(), dt.timedelta(0)), language)


async def _publish(stage: _Stage, chat_id: int, language: str) -> str:
    """An event that fits this person's alert appears in the sample source, as a real one would."""
    program = stage.program
    if program is None:
        return ""
    async with program.database.reading() as uow:
        alert = await alerts.of(uow, chat_id)
    if alert is None:
        return (
            "Cette personne n’a encore rien choisi."
            if language == FRENCH
            else "This person has chosen nothing yet."
        )
    stage.serial += 1
    event = sample.event_for(
        program.world.gazetteer.get(alert.commune) if alert.commune else None,
        min(alert.sectors, default=None) if alert.sectors else Sector.TRANSPORT,
        alert.availability,
        now=stage.clock(),
        serial=stage.serial,
    )
    if event is None:
        return "Aucun moment libre à venir." if language == FRENCH else "No free moment ahead."
    for source in program.sources:
        if isinstance(source, Sample):
            await program.sourcing.sweep(source)  # the first one may still be under way: it pushes nothing
            source.publish(event)
            await program.sourcing.sweep(source)
    return f"Publié : {event.title}" if language == FRENCH else f"Published: {event.title}"


async def run(settings: Settings, announce: Callable[[str], None]) -> None:
    """Open the playground until Ctrl-C or SIGTERM; `announce` is told the phone's address."""
    async with playing(settings) as address:
        announce(address)
        await app.stopped()
