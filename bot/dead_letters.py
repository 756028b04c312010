"""`python -m bot deadletters`: what was given up, told without a word of anybody's, and tried again."""

import argparse
import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager

from bot.clock import ProductClock
from bot.settings import Settings
from domain.dead_letters import DeadMessage, DeadUpdate, without_private_parts
from services import dead_letters
from services.dead_letters import Found
from services.housekeeping import INBOX_KEPT, OUTBOX_KEPT
from storage import Database, database

ALL = "all"
AT_MOST = 200
"""Lines of each kind."""
_LONGEST_NUMBER = 18


def which(text: str) -> str:
    """Check what follows `--retry`: a message's number, or all."""
    if text == ALL or (text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        return text
    raise argparse.ArgumentTypeError(f"“{text}” is neither a message's number nor “{ALL}”")


async def told(settings: Settings) -> list[str]:
    """Return what was given up, latest first, a line each; the bot may run meanwhile."""
    async with _opened(settings) as data, data.reading() as uow:
        found = await dead_letters.found(uow, limit=AT_MOST)
    return [*_lines(found, ProductClock()())]


async def retry(settings: Settings, asked: str) -> int:
    """Let a message, or all, be sent by the bot, which may run meanwhile; return how many will be."""
    outbox_id = None if asked == ALL else int(asked)
    async with _opened(settings) as data, data.unit_of_work() as uow:
        return await dead_letters.retry(uow, outbox_id, now=ProductClock()())


def _opened(settings: Settings) -> AbstractAsyncContextManager[Database]:
    return database.opened(settings.database_url, beside_others=True)


def _lines(found: Found, now: dt.datetime) -> Iterator[str]:
    yield f"Messages given up: {found.message_count} (kept for {OUTBOX_KEPT.days} days)"
    yield from (_message(message, now) for message in found.messages)
    yield f"Updates set aside: {found.update_count} (kept for {INBOX_KEPT.days} days, without their text)"
    yield from (_update(update) for update in found.updates)
    if found.messages:
        yield f"To send messages again: python -m bot deadletters --retry {found.messages[0].id}, or {ALL}."


def _message(message: DeadMessage, now: dt.datetime) -> str:
    late = ", too late to try again" if message.expires_at <= now else ""
    return (
        f"  message {message.id}: {message.kind.value} (lane {message.lane.name.lower()}), "
        f"due {_instant(message.due_at)}, given up {_instant(message.settled_at)} "
        f"at attempt {message.attempts}{late}: {without_private_parts(message.reason)}"
    )


def _update(update: DeadUpdate) -> str:
    return (
        f"  update {update.id}, received {_instant(update.received_at)}: "
        f"{without_private_parts(update.reason)}"
    )


def _instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
