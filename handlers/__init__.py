"""From an update to an answer. All that a person can do is on this screen."""

from telegram.ext import ChatMemberHandler, MessageHandler, filters

from handlers import (
    agencies,
    attachments,
    browsing,
    errors,
    event_actions,
    group_setup,
    groups,
    menu,
    my_data,
    questions,
    settled_choices,
    stale,
    typing,
)
from handlers.context import BotApplication
from handlers.routing import Buttons, on_buttons, on_command

PRIVATE = filters.ChatType.PRIVATE


def register(application: BotApplication) -> None:
    """Order matters: groups first, for nothing below is for them; what nobody reads last."""
    buttons: Buttons = {
        **menu.BUTTONS,
        **settled_choices.BUTTONS,
        **browsing.BUTTONS,
        **event_actions.BUTTONS,
        **my_data.BUTTONS,
        **agencies.BUTTONS,
        **group_setup.BUTTONS,
    }
    application.add_handlers(
        [
            ChatMemberHandler(groups.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(~PRIVATE, groups.on_message),
            MessageHandler(PRIVATE & filters.UpdateType.EDITED_MESSAGE, attachments.on_edit),
            *(on_command(name, act) for name, act in menu.COMMANDS.items()),
            on_buttons(questions.take_button, buttons, stale.show_present),
            MessageHandler(PRIVATE & filters.LOCATION, attachments.on_position),
            MessageHandler(PRIVATE & filters.TEXT, typing.on_text),
            MessageHandler(PRIVATE, attachments.on_other),
        ]
    )
    application.add_error_handler(errors.on_error)
