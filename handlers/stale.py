"""A button of another time: not an error. Say so kindly, and show the present state."""

from handlers import present
from handlers.turn import Turn
from messages import notices


async def show_present(turn: Turn) -> None:
    """Say that things have moved on, and show where the person stands; a button tapped twice is no news."""
    if not turn.is_on_question:
        turn.toast(notices.stale(turn.translator))
    await present.show(turn)
