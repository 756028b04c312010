"""What the questions behind an announcement share: the right to write, read at every answer; the count."""

import enum
from collections.abc import Awaitable, Callable
from typing import Any

from domain.agencies import Member
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import Audience
from domain.communes import Commune
from handlers import agency_home
from handlers.asking import Ask
from handlers.conversation import Draft, End, Move, To
from handlers.turn import Turn
from services import announcements as sending

Act = Callable[..., Awaitable[Move]]
Answered = Callable[[Turn, AnnouncementDraft, Member, Any], Awaitable[Move]]


class Tell(enum.StrEnum):
    """The steps besides those of an alert."""

    OFFER = "offer"
    TEXT = "text"
    PREVIEW = "preview"
    MOMENT = "moment"


def by_writer(act: Answered) -> Act:
    """Read the person's right before the answer is taken: without it, the conversation is over."""

    async def answered(turn: Turn, values: Draft, answer: Any) -> Move:
        member = await agency_home.writer(turn)
        if member is None:
            return End()
        return await act(turn, AnnouncementDraft.read(values), member, answer)

    return answered


def as_for_alert(act: Act) -> Act:
    """Take an answer as the same question of an alert does; its draft is a part of ours."""

    async def answered(turn: Turn, values: Draft, *answer: Any) -> Move:
        if await agency_home.writer(turn) is None:
            return End()
        draft = AnnouncementDraft.read(values)
        move = await act(turn, draft.wish.written(), *answer)
        if not isinstance(move, To):
            raise TypeError(f"{act} ends the questions of an alert")
        wish = draft.wish.read(move.draft)
        is_everywhere = draft.is_everywhere and move.step != Ask.RADIUS and not wish.is_online_only
        return To(move.step, draft.but(wish=wish, hint=wish.hint, is_everywhere=is_everywhere).written())

    return answered


def commune(turn: Turn, draft: AnnouncementDraft) -> Commune | None:
    """Return the place around which people look; None for no place, and for one no longer known."""
    if draft.is_everywhere or not draft.wish.commune:
        return None
    return turn.world.gazetteer.get(draft.wish.commune)


def zone(turn: Turn, draft: AnnouncementDraft) -> str:
    """Return whose hours are meant: those of the place, else the writer's own."""
    place = commune(turn, draft)
    return place.zone if place else turn.zone


async def counted(turn: Turn, draft: AnnouncementDraft) -> tuple[Audience, int]:
    """Return whom it is for, and how many they are; before the commit nobody is counted."""
    audience = draft.audience(commune(turn, draft))
    if not turn.is_committed:
        return audience, 0
    return audience, await sending.count(turn.uow, audience, now=turn.now)
