"""From an update to an answer. All that a person can do is on this screen."""

from telegram.ext import ChatMemberHandler, MessageHandler, filters

from handlers import (
    agencies,
    attachments,
    browsing,
    errors,
    event_actions,
    free_text,
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
        **{kind: free_text.leaving(act) for kind, act in menu.BUTTONS.items()},
        **settled_choices.BUTTONS,
        **browsing.BUTTONS,
        **event_actions.BUTTONS,
        **my_data.BUTTONS,
        **agencies.BUTTONS,
        **group_setup.BUTTONS,
        **free_text.BUTTONS,
    }
    conversations = (questions.take_button, free_text.take_button)
    application.add_handlers(
        [
            ChatMemberHandler(groups.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(~PRIVATE, groups.on_message),
            MessageHandler(PRIVATE & filters.UpdateType.EDITED_MESSAGE, attachments.on_edit),
            *(on_command(name, free_text.leaving(act)) for name, act in menu.COMMANDS.items()),
            on_buttons(conversations, buttons, stale.show_present),
            MessageHandler(PRIVATE & filters.LOCATION, free_text.on_position),
            MessageHandler(PRIVATE & filters.TEXT, typing.on_text),
            MessageHandler(PRIVATE, attachments.on_other),
        ]
    )
    application.add_error_handler(errors.on_error)
