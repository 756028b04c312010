"""To who keeps a group: that the bot was taken in, or may no longer write there."""

from delivery.desk import Desk
from delivery.sender import Composed
from domain.subscribers import Language
from messages import groups as words
from services import groups
from services.deliveries import Dropped


async def notice(desk: Desk) -> Composed | Dropped:
    """Say it as it is now."""
    reader, chat_id = desk.reader_in_reach(), desk.number("group_id")
    known = desk.known.people.get(desk.chat_id)
    if reader is None and known is not None:
        return Dropped("the person left")
    t = reader.t if reader else desk.translators[Language.FRENCH]
    group = await groups.get(desk.uow, chat_id)
    if desk.word("what") == groups.OFFER:
        return desk.composed(words.offer(t, chat_id))
    return desk.composed(words.lost(t, group.title, chat_id)) if group else Dropped("the group is gone")
