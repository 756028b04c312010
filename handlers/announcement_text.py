"""What an announcement says, in its writer's own words."""

from domain import announcements as rules
from domain.agencies import Member
from domain.announcement_drafts import AnnouncementDraft
from domain.intents import Intent
from handlers import agency_home, asking
from handlers.asking import Ask
from handlers.asking_announcement import Tell
from handlers.conversation import Draft, End, Move, To
from handlers.turn import Turn
from messages import announcement_questions as questions
from messages import announcements, buttons
from messages.screens import Screen
from services import agencies


async def ask_offer(turn: Turn, values: Draft) -> Screen:
    """Is that the text of an announcement?"""
    return questions.offer(turn.translator, AnnouncementDraft.read(values))


async def on_offer_typed(turn: Turn, draft: AnnouncementDraft, member: Member, typed: str) -> Move:
    """Yes, no, or another text."""
    intent = turn.world.words.intent(typed)
    if intent in {Intent.YES, Intent.CONFIRM}:
        return await on_text(turn, draft, member, draft.text)
    if intent is Intent.NO or asking.is_back(intent):
        return await on_drop(turn, draft, member, typed)
    if rules.may_be_one(typed):
        return To(Tell.OFFER, draft.but(text=typed).written())
    return To(Tell.OFFER, draft.but(hint="touch_only").written())


async def on_take_text(turn: Turn, draft: AnnouncementDraft, member: Member, _button: object) -> Move:
    """It is."""
    return await on_text(turn, draft, member, draft.text)


async def ask_text(turn: Turn, values: Draft) -> Screen:
    """What?"""
    member = await agencies.member_of(turn.uow, turn.chat_id)
    if member is None:
        return announcements.refused(turn.translator)
    return questions.text(turn.translator, AnnouncementDraft.read(values), member.agency)


async def on_text(turn: Turn, draft: AnnouncementDraft, member: Member, typed: str) -> Move:
    """The writer's words, as they are."""
    if asking.is_back(turn.world.words.intent(typed)) and len(typed.split()) == 1:
        return await on_drop(turn, draft, member, buttons.DropAnnouncement())
    text = rules.cleaned(typed)
    if not text:
        return To(Tell.TEXT, draft.but(hint="text_empty").written())
    if rules.is_too_long(text):
        return To(Tell.TEXT, draft.but(hint="text_long").written())
    return To(Tell.PREVIEW if draft.is_whole else Ask.PLACE, draft.but(text=text).written())


async def on_keep_text(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """The text stays as it was."""
    return To(Tell.PREVIEW if draft.is_whole else Tell.TEXT, draft.but().written())


async def on_drop(turn: Turn, _draft: AnnouncementDraft, member: Member, _button: object) -> Move:
    """No announcement after all."""
    turn.toast(questions.dropped(turn.translator))
    await agency_home.show(turn, member)
    return End()


async def on_ask_text(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """The text again."""
    return To(Tell.TEXT, draft.but().written())
