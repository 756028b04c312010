"""Reading one source once, from the command line."""

from dataclasses import replace

from bot import app, background, lock, sourcing
from bot.clock import ProductClock
from bot.settings import Settings
from bot.sourcing import Sourcing
from domain.imports import SweepResult
from storage import database


async def import_once(settings: Settings, source: str) -> SweepResult:
    """Read a source whole into the database; what it matches is sent by the next `run`.

    Raises SettingsError while the bot runs: it reads its sources itself.
    """
    chosen = replace(settings, event_sources=(source,))
    async with (
        lock.only_one(chosen.database_url),
        database.opened(chosen.database_url) as data,
        background.nursery() as spawn,
        sourcing.opened(chosen, app.surroundings(chosen), spawn) as sources,
    ):
        reading = Sourcing(data, sources, ProductClock(), chosen.operator_chat_ids, wake=_nobody)
        (result,) = await reading.sweep_all()
        return result


def _nobody() -> None:
    """No worker waits here."""
