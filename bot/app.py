"""The composition root: builds everything, gives it, takes it apart in reverse order."""

import asyncio
import datetime as dt
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import structlog
from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

import handlers
from bot import background, crew, scheduler, sourcing, telegram_side
from bot.clock import ProductClock, wall
from bot.crew import Crew, Work
from bot.failpoints import Failpoint
from bot.known import Known
from bot.metrics import Metrics
from bot.observing import Observer
from bot.roles import Role
from bot.scheduler import Tick
from bot.settings import Settings
from bot.sourcing import Sourcing
from delivery import transport
from delivery.composer import Composer
from delivery.limiter import Limiter
from delivery.pacing import Pacing
from delivery.parts import Options as WorkerOptions
from delivery.parts import Parts, in_flight
from delivery.pause import Pause
from delivery.shared_limiter import SharedLimiter
from delivery.worker import Worker
from domain.outcomes import ChatGone
from handlers.context import AppData, BotApplication, BotContext
from handlers.intake import Intake
from handlers.world import World
from locales import translators, words
from services import UnitOfWork, announcements, groups, housekeeping, reminders, subscribers
from services.deliveries import Consequences
from sources.reading import JobEventSource
from storage import Database, database
from storage.session import Bell
from web import serving
from web.app import web_app
from web.options import WebOptions

LOOK_EVERY = dt.timedelta(seconds=5)
ADVANCE_EVERY = dt.timedelta(seconds=1)
SWEEP_EVERY = dt.timedelta(minutes=30)
TIDY_EVERY = dt.timedelta(minutes=10)
LAST_ANSWERS_S = 5.0
CONNECTIONS_FOR_ANSWERS = 92
"""And for polling; 100 in all at the usual rate."""
PREPARE_AFTER_S = 5.0
"""What is known of places and trades takes two seconds to read: not in the rush of a start."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The program, running."""

    database: Database
    known: Known
    world: World
    sources: list[JobEventSource]
    sourcing: Sourcing
    worker: Worker
    intake: Intake
    wake: Callable[[], None]
    """Messages were queued: whoever delivers looks now."""
    failing: set[int] = field(default_factory=set)
    """Announcements whose failure is in the log: once is enough."""

    async def look(self) -> None:
        """Ask what is due by now: what every tick does, and what a moved clock asks for."""
        async with self.database.unit_of_work() as uow:
            queued = await reminders.queue_due(uow, now=self.world.clock())
        if queued:
            self.wake()

    async def advance(self) -> None:
        """Begin the announcements that are due, go on with those under way."""
        now = self.world.clock()
        async with self.database.reading() as uow:
            sizes = await announcements.look_ahead(uow, now=now)
        if sizes is None:
            return
        async with self.database.unit_of_work() as uow:
            queued = await announcements.advance(uow, sizes, failing=self.failing, now=now)
        if queued:
            self.wake()

    async def tidy(self) -> None:
        """End pauses, erase who left, forget what is over."""
        async with self.database.unit_of_work() as uow:
            await housekeeping.tidy(uow, now=self.world.clock())


@asynccontextmanager
async def running(
    settings: Settings, clock: Callable[[], dt.datetime], role: Role = Role.ALL
) -> AsyncIterator[Running]:
    """Build the program, start what its role does of it, give it, stop it in reverse order.

    Raises SettingsError with one sentence when something outside is wrong.
    """
    async with AsyncExitStack() as stack:
        others = await stack.enter_async_context(crew.joined(settings.database_url, role))
        data = await stack.enter_async_context(database.opened(settings.database_url))
        spawn = await stack.enter_async_context(background.nursery())
        metrics = Metrics()
        pause = Pause()
        application = await stack.enter_async_context(_telegram(settings, pause, metrics))
        known = surroundings(settings)
        rate = settings.send_rate_per_second
        limiter = SharedLimiter(rate, pause, data) if data.is_shared else Limiter(rate)
        world = _world(settings, clock, application, known, limiter)
        reached = Failpoint(settings.die_at)
        worker = _worker(
            settings,
            data,
            world=world,
            application=application,
            limiter=limiter,
            pause=pause,
            metrics=metrics,
            reached=reached,
        )
        ring = partial(others.ring, Bell.UPDATES) if others.is_shared else None
        wake = partial(others.ring, Bell.MESSAGES)
        intake = Intake(application, data, world, metrics.count_one, reached, ring)
        sources = await stack.enter_async_context(sourcing.opened(settings, known, spawn))
        reading = Sourcing(data, sources, clock, settings.operator_chat_ids, wake)
        program = Running(data, known, world, sources, reading, worker, intake, wake)
        handlers.register(application)
        observer = Observer(
            units=data,
            worker=worker,
            transport=cast(transport.Transport, application.bot.request),
            pause=pause,
            metrics=metrics,
            clock=clock,
            sources=frozenset(settings.event_sources),
            own_name=world.own_name,
            others=others,
            role=role,
        )
        # before Telegram is asked: whoever looks after us must see that we live, however long it is away
        await stack.enter_async_context(_web(settings, observer, intake, role))
        await telegram_side.greet(application)
        await stack.enter_async_context(_at_work(program, settings, others, role))
        yield program


@asynccontextmanager
async def _at_work(program: Running, settings: Settings, others: Crew, role: Role) -> AsyncIterator[None]:
    """Do what the role asks for; at the end, what was begun is finished or given back."""
    work = Work(
        handle=program.intake.run if role.works else None,
        schedule=partial(_schedule, program, settings) if role.schedules else None,
        hears={Bell.UPDATES: program.intake.wake, Bell.MESSAGES: program.worker.wake} if role.works else {},
    )
    # without any one of the group nothing works: an error in it ends the program, for whoever starts it anew
    async with background.nursery() as spawn, asyncio.TaskGroup() as vital:
        working = vital.create_task(others.do(work))
        delivering = [vital.create_task(program.worker.run())] if role.works else []
        if work.handle or work.schedule:
            spawn(_prepare(program.known))
        try:
            yield
        finally:
            program.worker.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_ANSWERS_S):
                    await program.intake.finish()
            await background.end(working)
            if delivering:
                await asyncio.wait(delivering)


async def _schedule(program: Running, settings: Settings) -> None:
    """Tick and receive, for ever."""
    bot = program.intake.application.bot
    ticks = [
        Tick("reminders", LOOK_EVERY, program.look),
        Tick("announcements", ADVANCE_EVERY, program.advance),
        Tick("sources", SWEEP_EVERY, program.sourcing.sweep_all),
        Tick("operators", TIDY_EVERY, program.sourcing.tell_operators),
        Tick("housekeeping", TIDY_EVERY, program.tidy),
    ]
    async with background.nursery() as spawn:
        spawn(telegram_side.introduce(bot, program.world.translators))
        for tick in ticks:
            spawn(scheduler.ticking(tick))
        await telegram_side.receive(bot, settings, program.intake)


async def _prepare(known: Known) -> None:
    await asyncio.sleep(PREPARE_AFTER_S)
    await asyncio.to_thread(known.read)


@asynccontextmanager
async def _web(settings: Settings, observer: Observer, intake: Intake, role: Role) -> AsyncIterator[None]:
    options = WebOptions(
        ready=observer.ready,
        render=observer.render,
        count=observer.metrics.count,
        receive=intake.receive if settings.public_url and role.listens else None,
        webhook_secret=settings.webhook_secret.value,
        bot_url=lambda: f"https://t.me/{name}" if (name := observer.own_name()) else "",
        operator=settings.operator_name,
        is_https=settings.public_url.startswith("https://"),
    )
    async with serving.serving(web_app(options), host=settings.web_host, port=settings.web_port):
        yield


def surroundings(settings: Settings) -> Known:
    """Return the places and the trades that everything reads."""
    return Known(settings.rome_file)


def _world(
    settings: Settings,
    clock: Callable[[], dt.datetime],
    application: BotApplication,
    known: Known,
    limiter: Pacing,
) -> World:
    return World(
        clock=clock,
        known=known,
        words=words.load(),
        translators=translators.load(),
        own_name=partial(telegram_side.own_name, application),
        may_answer=limiter.may_answer,
        operator_chats=settings.operator_chat_ids,
    )


@asynccontextmanager
async def _telegram(settings: Settings, pause: Pause, metrics: Metrics) -> AsyncIterator[BotApplication]:
    """Build python-telegram-bot's application over our transport; its Updater and JobQueue stay unused."""
    connections = CONNECTIONS_FOR_ANSWERS + in_flight(settings.send_rate_per_second)
    request = transport.Transport(
        transport.Options(connections=connections), pause=pause, count=metrics.count
    )
    bot: ExtBot[None] = ExtBot(
        settings.telegram_bot_token.value,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=request,
    )
    application: BotApplication = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=BotContext, bot_data=AppData))
        .build()
    )
    # the library closes the transport only after a start that succeeded
    async with request:
        try:
            yield application
        finally:
            await application.shutdown()


def _worker(
    settings: Settings,
    data: Database,
    *,
    world: World,
    application: BotApplication,
    limiter: Pacing,
    pause: Pause,
    metrics: Metrics,
    reached: Callable[[str], None],
) -> Worker:
    parts = Parts(
        unit_of_work=data.unit_of_work,
        bot=application.bot,
        pause=pause,
        limiter=limiter,
        compose=Composer(data.reading, world.translators).compose,
        consequences=Consequences(on_chat_gone=_lose, on_migrated=subscribers.migrate),
        clock=world.clock,
        wall=wall,
        count=metrics.count,
        reached=reached,
    )
    return Worker(parts, WorkerOptions.at(settings.send_rate_per_second))


async def _lose(uow: UnitOfWork, chat_id: int, gone: ChatGone, now: dt.datetime) -> None:
    await groups.lose(uow, chat_id, is_final=gone.is_final, now=now)


async def run(settings: Settings, role: Role = Role.ALL) -> None:
    """Run until Ctrl-C or SIGTERM."""
    async with running(settings, ProductClock(), role) as program:
        log.info("ready", role=role.value, bot=program.world.own_name(), sources=settings.event_sources)
        await stopped()
        log.info("stopping")
    log.info("stopped")


async def stopped() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    try:
        await asked.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
