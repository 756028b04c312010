"""The menu: where a person stands when nothing is asked."""

from handlers.turn import Turn
from messages import menus
from services import alerts


async def show_menu(turn: Turn) -> None:
    """Everything one can do."""
    alert = await alerts.of(turn.uow, turn.chat_id)
    turn.show(menus.menu(turn.translator, turn.subscriber, has_alert=alert is not None))
