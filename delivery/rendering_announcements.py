"""An agency's words to one person; and to their writer, how far they are."""

from delivery.desk import ACTIVE, Desk
from delivery.sender import Composed
from domain.announcements import State
from domain.subscribers import after_the_night
from messages import announcements as words
from services import announcements
from services.deliveries import Dropped, Postponed


async def announcement(desk: Desk) -> Composed | Dropped | Postponed:
    """Say it, unless it was stopped meanwhile; never at night."""
    reader = desk.reader_in_reach(ACTIVE)
    if reader is None:
        return Dropped("the person paused, or left")
    found = desk.announcement()
    if found is None or found.state is State.STOPPED:
        return Dropped(announcements.WITHDRAWN)
    by_day = after_the_night(desk.now, reader.zone)
    if by_day > desk.now:
        return Postponed(by_day)
    screen = words.message(reader.t, found.agency, found.text, found.audience, today=reader.today)
    return desk.composed(screen)


async def progress(desk: Desk) -> Composed | Dropped:
    """How far it is now; the first such message is brought up to date by the later ones."""
    reader = desk.reader_in_reach()
    found = desk.announcement()
    if reader is None or found is None:
        return Dropped("nobody is left to be told")
    figures = await announcements.figures(desk.uow, found.id)
    at_night = await announcements.waits_for_morning(desk.uow, found.id, now=desk.now)
    screen = words.progress(reader, found, figures, waits_for_morning=at_night)
    if desk.word("step") == announcements.BEGUN:
        return desk.composed(screen, silent=True)
    shown = await announcements.progress_message(desk.uow, found.id)
    if shown is None:
        return Dropped("there is nothing to bring up to date")
    return desk.composed(screen, edit=shown)
