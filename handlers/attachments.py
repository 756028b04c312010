"""What the bot can't read: photos, voices, stickers, edits. A kind answer that leads on."""

from telegram import Update

from handlers import questions
from handlers.context import BotContext
from messages import menus


async def on_edit(update: Update, context: BotContext) -> None:
    """An edited message changes nothing: say so, and ask again; a live position is edited all the time."""
    turn, message = context.turn, update.effective_message
    if message and message.location:
        return
    if not await questions.hint(turn, "edited"):
        turn.say(menus.edited(turn.translator))


async def on_other(_update: Update, context: BotContext) -> None:
    """In the midst of questions, the question again with a hint; else ways on."""
    turn = context.turn
    if not await questions.hint(turn, "touch_or_type"):
        turn.say(menus.only_text(turn.translator))


async def on_position(update: Update, context: BotContext) -> None:
    """A shared position: an answer where a place is asked, else nothing we keep."""
    turn, message = context.turn, update.effective_message
    place = message.location if message else None
    if place is None or not await questions.take_position(turn, place.latitude, place.longitude):
        await on_other(update, context)
