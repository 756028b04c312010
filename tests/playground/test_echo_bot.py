"""An unmodified python-telegram-bot, with an inline keyboard, runs against the stand-in."""

import contextlib
import json

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from tests.playground import bot_api_schema, stand_in


async def on_start(update: Update, context):
    keyboard = ReplyKeyboardMarkup(
        [[KeyboardButton("📍", request_location=True)]],
        one_time_keyboard=True,
        input_field_placeholder="Une ville ?",
    )
    await update.message.reply_text(f"Bonjour {' '.join(context.args)}", reply_markup=keyboard)


async def on_text(update: Update, _context):
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Encore", callback_data="again:1")]])
    await update.effective_message.reply_html(
        f"<b>{update.effective_message.text_html}</b>", reply_markup=keyboard
    )


async def on_button(update: Update, _context):
    await update.callback_query.answer("Voilà", show_alert=True)
    await update.callback_query.edit_message_text(f"Encore : {update.callback_query.data}")


async def on_location(update: Update, _context):
    await update.message.reply_venue(43.3, -0.37, "Agence", "1 rue de la Paix")
    await update.message.reply_document(b"BEGIN:VCALENDAR", filename="agenda.ics", caption="Agenda")


async def on_anything(update: Update, _context):
    await update.effective_message.reply_text("Écrivez-moi plutôt.", do_quote=True)


@contextlib.asynccontextmanager
async def echo_bot(opened):
    root = opened.url
    builder = Application.builder().token(stand_in.TOKEN)
    app = builder.base_url(f"{root}/bot").base_file_url(f"{root}/file/bot").build()
    app.add_handler(CommandHandler("start", on_start))
    app.add_handler(CallbackQueryHandler(on_button))
    app.add_handler(MessageHandler(filters.LOCATION, on_location))
    app.add_handler(MessageHandler(filters.TEXT, on_text))
    app.add_handler(MessageHandler(filters.ALL, on_anything))
    async with app:
        await app.start()
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield app
        await app.updater.stop()
        await app.stop()


@pytest.fixture
async def echo(opened):
    async with echo_bot(opened) as app:
        yield app


def last(start):
    return lambda messages: (
        messages and messages[-1]["from"] == "bot" and start in messages[-1]["html"] and messages[-1]
    )


async def converse(telegram):
    ana = telegram.add_person("Ana", "fr")
    telegram.restart(ana.id, "pau")
    await telegram.until(ana.id, last("Bonjour pau"))
    assert telegram.screen(ana.id)["reply_keyboard"] == {
        "rows": [[{"text": "📍", "request_location": True}]],
        "one_time": True,
        "placeholder": "Une ville ?",
    }
    telegram.share_location(ana.id, 43.3, -0.37)
    with_file = await telegram.until(ana.id, last("Agenda"))
    assert with_file["document"]["name"] == "agenda.ics"
    assert telegram.messages(ana.id)[-2]["venue"]["title"] == "Agence"
    assert telegram.screen(ana.id)["reply_keyboard"] is None
    telegram.say(ana.id, "où & <quand> 😀 ?")
    echoed = await telegram.until(ana.id, last("<b>où &amp; &lt;quand&gt; 😀 ?</b>"))
    listener = telegram.listen(ana.id)
    assert telegram.tap(ana.id, echoed["id"], 0, 0) == {"kind": "callback"}
    edited = await telegram.until(ana.id, last("Encore : again:1"))
    assert (edited["id"], edited["edited"], edited["inline_keyboard"]) == (echoed["id"], True, [])
    assert listener.get_nowait() == {"type": "toast", "text": "Voilà", "alert": True}
    telegram.send_voice(ana.id)
    quoting = await telegram.until(ana.id, last("Écrivez-moi plutôt."))
    assert quoting["reply_to"] == quoting["id"] - 1


@pytest.mark.usefixtures("echo")
async def test_a_whole_conversation(telegram):
    await converse(telegram)


@pytest.mark.usefixtures("echo")
async def test_every_kind_of_update_is_understood(telegram, echo):
    ana = telegram.add_person("Ana", "fr")
    seen = []
    echo.add_handler(MessageHandler(filters.ALL, lambda update, _context: seen.append(update)), group=-1)
    for kind in ("photo", "voice", "sticker", "document"):
        telegram.send_attachment(ana.id, kind)
        await telegram.until(ana.id, lambda messages: messages and messages[-1]["from"] == "bot")
    group = telegram.add_group("Équipe", by=ana.id)
    telegram.say(ana.id, "/start@rdv_bot", chat_id=group.id)
    await telegram.until(group.id, last("Bonjour"))


@pytest.mark.shared
@bot_api_schema.needs_schema
@pytest.mark.usefixtures("echo")
async def test_every_call_and_answer_of_the_conversation_is_as_described(telegram):
    await converse(telegram)
    for record in telegram.log.records:
        assert bot_api_schema.check_record(json.loads(record.line())) == []
    called = {record.method for record in telegram.log.calls()}
    assert called >= {"getMe", "getUpdates", "sendMessage", "sendVenue", "sendDocument", "editMessageText"}
