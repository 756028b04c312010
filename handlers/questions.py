"""Which conversation is under way: an update is an answer to its question, if it can be."""

from handlers import alert_questions, announcement_questions, group_setup, search_questions
from handlers.conversation import Conversation
from handlers.turn import Turn
from messages.buttons import Button

PLAIN = (alert_questions.CONVERSATION, announcement_questions.CONVERSATION, group_setup.CONVERSATION)
CONVERSATIONS = (*PLAIN, search_questions.CONVERSATION)
"""A search gives way to all else that is asked: its answers are taken last, in `free_text`."""
FEW_WORDS = 4


def under_way(turn: Turn) -> Conversation | None:
    """Return the conversation whose question is on the screen; None when nothing is asked, or searched."""
    return next((each for each in PLAIN if each.step_of(turn.state)), None)


def is_for_others(turn: Turn, text: str) -> bool:
    """Say whether a typed text is someone's own words for others, in which no command is looked for."""
    conversation = under_way(turn)
    step = conversation.step_of(turn.state) if conversation else None
    return step is not None and step.takes_any_text and len(text.split()) > FEW_WORDS


async def ask_again(turn: Turn) -> bool:
    """Ask the present question once more; False when nothing is asked."""
    for conversation in CONVERSATIONS:
        if conversation.step_of(turn.state):
            await conversation.ask_again(turn)
            return True
    return False


async def take_text(turn: Turn, text: str) -> bool:
    """Take a typed answer; False when nothing is asked."""
    conversation = under_way(turn)
    return conversation is not None and await conversation.take_text(turn, text)


async def take_button(turn: Turn, button: Button) -> bool:
    """Take a tapped answer; False when the present question has no such button."""
    conversation = under_way(turn)
    return conversation is not None and await conversation.take_button(turn, button)


async def take_position(turn: Turn, latitude: float, longitude: float) -> bool:
    """Take a shared position; False when nothing asks for one."""
    conversation = under_way(turn)
    return conversation is not None and await conversation.take_position(turn, latitude, longitude)


async def hint(turn: Turn, hint: str) -> bool:
    """Ask the present question again, saying why; False when nothing is asked."""
    conversation = under_way(turn)
    return conversation is not None and await conversation.hint(turn, hint)
