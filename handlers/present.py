"""The present screen of a person, drawn from the state alone."""

from handlers import questions
from handlers.turn import Turn
from messages import menus
from services import agencies


async def show(turn: Turn) -> None:
    """Ask the question under way again; else the menu, or the welcome to a newcomer."""
    if await questions.ask_again(turn):
        return
    alert = await turn.alert()
    if alert is None:
        turn.say(menus.welcome(turn.translator))
        return
    is_writer = await agencies.member_of(turn.uow, turn.chat_id) is not None
    turn.say(menus.menu(turn.translator, turn.subscriber, has_alert=True, is_writer=is_writer))
