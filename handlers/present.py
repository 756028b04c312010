"""The present screen of a person, drawn from the state alone."""

from handlers import agency_home, questions
from handlers.turn import Turn
from messages import menus
from services import agencies


async def show(turn: Turn) -> None:
    """Ask the question under way again; else the menu, a writer's home, or the welcome to a newcomer."""
    if await questions.ask_again(turn):
        return
    alert = await turn.alert()
    member = await agencies.member_of(turn.uow, turn.chat_id)
    if alert is not None:
        is_writer = member is not None
        turn.say(menus.menu(turn.translator, turn.subscriber, has_alert=True, is_writer=is_writer))
    elif member is not None:
        turn.say(await agency_home.screen(turn, member))
    else:
        turn.say(menus.welcome(turn.translator))
