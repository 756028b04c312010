"""The Bot API's methods: one table of what each takes and what it does."""

from playground.methods import bot, chats, editing, files, messages, receiving
from playground.methods.table import Method

METHODS: dict[str, Method] = {
    method.name.lower(): method
    for family in (receiving, messages, files, editing, chats, bot)
    for method in family.METHODS
}
