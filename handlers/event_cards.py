"""What the handlers of events share: the reader, an event loaded again, its card."""

from domain.job_events import StoredEvent
from handlers.turn import Turn
from messages import cards
from messages.readers import Reader
from services import browsing


async def reader(turn: Turn) -> Reader:
    """Return for whom the texts of this turn are made."""
    alert = await turn.alert()
    return Reader(t=turn.translator, zone=turn.zone, now=turn.now, alert=alert)


async def load(turn: Turn, job_event_id: int) -> StoredEvent | None:
    """Return the event behind a button as it stands now; say so kindly when it is gone."""
    stored = await browsing.event(turn.uow, job_event_id)
    if stored is None:
        turn.show(cards.gone(turn.translator))
    return stored


async def show(turn: Turn, stored: StoredEvent, *, origin: str) -> None:
    """Show the card of an event."""
    person = await reader(turn)
    match = browsing.why(person.alert, stored.event)
    turn.show(cards.card(person, stored, match, origin=origin))
    await turn.mark_seen([stored])
