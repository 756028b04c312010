"""Sending what a turn answers, after its effects are committed.

Telegram may refuse an edit (too old, deleted): then the screen comes as a new
message, so that a person always has the present screen.
"""

from typing import assert_never

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest

from handlers.turn import Answer, Remove, SendFile, SendPlace, Show, Toast
from messages.screens import Screen

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def send(bot: Bot, chat_id: int, answers: list[Answer], *, query_id: str | None) -> int | None:
    """Send the answers in order; return the message that now shows the conversation's question.

    Raises telegram.error.TelegramError when the chat can't be written to.
    """
    if query_id is not None:
        toast = next((answer.text for answer in answers if isinstance(answer, Toast)), None)
        await answer_query(bot, query_id, toast)
    question: int | None = None
    for answer in answers:
        match answer:
            case Show():
                shown = await _show(bot, chat_id, answer)
                question = shown if answer.is_question else question
            case Remove():
                await _remove(bot, chat_id, answer.message_id)
            case SendFile():
                await bot.send_document(chat_id, answer.content, filename=answer.name, caption=answer.caption)
            case SendPlace():
                await bot.send_venue(
                    chat_id,
                    title=answer.title,
                    address=answer.address,
                    latitude=answer.latitude,
                    longitude=answer.longitude,
                )
            case Toast():
                pass  # said above: a tap is answered first, whatever comes after
            case _:
                assert_never(answer)
    return question


async def answer_query(bot: Bot, query_id: str, text: str | None) -> None:
    """Answer a tap, so that its button stops spinning; one older than 150 s can't be, and need not."""
    try:
        await bot.answer_callback_query(query_id, text)
    except BadRequest as error:
        if not is_too_late(error):
            raise


async def _show(bot: Bot, chat_id: int, show: Show) -> int:
    screen = show.screen
    if show.edits is not None and (
        screen.keyboard is None or isinstance(screen.keyboard, InlineKeyboardMarkup)
    ):
        edited = await _edit(bot, chat_id, show.edits, screen, screen.keyboard)
        if edited:
            return show.edits
        if not show.is_question and screen.keyboard is None:
            return show.edits  # a line of summary over a message that is gone: nothing to say again
    message = await bot.send_message(
        chat_id,
        screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=screen.keyboard,
        link_preview_options=NO_PREVIEW,
    )
    return message.message_id


async def _edit(
    bot: Bot, chat_id: int, message_id: int, screen: Screen, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Return whether the message now shows the screen."""
    try:
        await bot.edit_message_text(
            screen.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if is_unchanged(error):
            return True
        if is_beyond_editing(error):
            return False
        raise
    return True


async def _remove(bot: Bot, chat_id: int, message_id: int) -> None:
    """Delete a question; one that can't be deleted any more only stays in the way."""
    try:
        await bot.delete_message(chat_id, message_id)
    except BadRequest as error:
        if not is_beyond_deleting(error):
            raise


# Telegram gives no code for these: its wording is compared here, and nowhere else in this room.


def is_unchanged(error: BadRequest) -> bool:
    """Say whether the message already showed just that."""
    return "message is not modified" in error.message.lower()


def is_too_late(error: BadRequest) -> bool:
    """Say whether the tap is too old to be answered."""
    return "query is too old" in error.message.lower()


def is_beyond_editing(error: BadRequest) -> bool:
    """Say whether the message can't be edited any more, or is gone."""
    text = error.message.lower()
    return "message can't be edited" in text or "message to edit not found" in text


def is_beyond_deleting(error: BadRequest) -> bool:
    """Say whether the message can't be deleted any more, or is gone."""
    text = error.message.lower()
    return "message can't be deleted" in text or "message to delete not found" in text
