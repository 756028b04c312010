"""The one place where an error becomes an answer. The turn's effects are undone by intake."""

import structlog

from domain.errors import StorageError, UserError
from handlers import present
from handlers.context import BotContext
from messages import errors as words
from messages import notices
from messages.screens import Screen

log = structlog.get_logger(__name__)


async def on_error(update: object, context: BotContext) -> None:
    """Say what the person can do; a fault of ours is logged with the update's number only."""
    if isinstance(context.error, StorageError):
        return  # intake tries the update again: its unit of work lets nothing more through
    turn = context.turn
    turn.answers.clear()
    turn.has_failed = True
    if isinstance(context.error, UserError):
        turn.toast(words.said(turn.translator, context.error))
        await present.show(turn)
        return
    log.error(
        "a handler failed",
        update_id=turn.update.update_id,
        exc_info=context.error,
        kind=type(update).__name__,
    )
    turn.say(Screen(notices.something_failed(turn.translator)))
