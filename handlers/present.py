"""The present screen of a person, drawn from the state alone."""

from handlers import alert_questions, search_questions
from handlers.turn import Turn
from messages import menus
from services import alerts

CONVERSATIONS = (alert_questions.CONVERSATION, search_questions.CONVERSATION)


async def show(turn: Turn) -> None:
    """Ask the question under way again; else the menu, or the welcome to a newcomer."""
    for conversation in CONVERSATIONS:
        if conversation.step_of(turn.state):
            await conversation.ask_again(turn)
            return
    alert = await alerts.of(turn.uow, turn.chat_id)
    if alert is None:
        turn.say(menus.welcome(turn.translator))
        return
    turn.say(menus.menu(turn.translator, turn.subscriber, has_alert=True))
