"""My reminders: listed, and taken back."""

from handlers import event_cards
from handlers.turn import Turn
from messages import listings
from messages import my_reminders as say
from services import reminders


async def show(turn: Turn) -> None:
    """What is still to come, from the beginning."""
    await show_page(turn, 0)


async def show_page(turn: Turn, number: int) -> None:
    """One page of what is still to come; the last one there is, for a page past it."""
    promised = await reminders.of(turn.uow, turn.chat_id, now=turn.now)
    last = max(0, len(promised) - 1) // listings.PAGE
    page = min(max(number, 0), last)
    start = page * listings.PAGE
    shown = [
        say.Promised(stored=stored, reminders=due) for stored, due in promised[start : start + listings.PAGE]
    ]
    turn.show(say.screen(await event_cards.reader(turn), shown, page=page, has_next=page < last))
