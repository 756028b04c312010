"""How one method is written down."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from playground import checks
from playground.telegram import Telegram

Call: TypeAlias = Callable[[Telegram, checks.Params], Any]
Waiting: TypeAlias = Callable[[Telegram, checks.Params], Awaitable[Any]]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A result that comes with a sentence, or is already written as JSON."""

    result: Any = True
    description: str | None = None
    result_json: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Method:
    """A name, what it takes, and what it does at once or after a wait."""

    name: str
    takes: checks.Shape
    call: Call | None = None
    wait: Waiting | None = None
    sends: bool = False
    """Whether Telegram's limits on sending count it."""


CAPTION = "caption: String, parse_mode: String, caption_entities: [MessageEntity]"
TEXT = "text: String, parse_mode: String, entities: [MessageEntity], link_preview_options: LinkPreviewOptions"
SENDING = (
    "chat_id: Chat, message_thread_id: Integer, disable_notification: Boolean, protect_content: Boolean, "
    "allow_paid_broadcast: Boolean, message_effect_id: String, reply_parameters: ReplyParameters, "
    "reply_markup: Markup"
)
