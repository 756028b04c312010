"""The menu: where a person stands when nothing is asked."""

from handlers.turn import Turn
from messages import menus
from services import agencies


async def show_menu(turn: Turn) -> None:
    """Everything one can do."""
    alert = await turn.alert()
    is_writer = await agencies.member_of(turn.uow, turn.chat_id) is not None
    screen = menus.menu(turn.translator, turn.subscriber, has_alert=alert is not None, is_writer=is_writer)
    turn.show(screen)
