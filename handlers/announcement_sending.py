"""The last word on an announcement: its preview, a test, when, and sent."""

import datetime as dt

from domain import typed_moments
from domain.agencies import Member
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import FURTHEST
from domain.intents import Intent
from domain.subscribers import is_quiet
from handlers import asking
from handlers import asking_announcement as shared
from handlers.asking_announcement import Tell
from handlers.conversation import Draft, End, Move, To
from handlers.turn import Turn
from messages import announcement_questions as questions
from messages import announcements, reminders
from messages.buttons import SendAnnouncement
from messages.readers import Reader
from messages.screens import Screen
from services import agencies
from services import announcements as sending


async def ask_preview(turn: Turn, values: Draft) -> Screen:
    """The message as it will be read, for how many, when."""
    draft = AnnouncementDraft.read(values)
    member = await agencies.member_of(turn.uow, turn.chat_id)
    if member is None:
        return announcements.refused(turn.translator)
    audience, count = await shared.counted(turn, draft)
    zone = shared.zone(turn, draft)
    return questions.preview(
        turn.translator,
        draft,
        member.agency,
        audience,
        count,
        moment=_moment(turn, draft),
        waits_for_morning=draft.due_at is None and is_quiet(turn.now, zone),
        today=turn.today,
    )


async def on_typed(turn: Turn, draft: AnnouncementDraft, member: Member, typed: str) -> Move:
    """To send to many takes a button, or its whole label."""
    if questions.is_sending(turn.translator, typed, _moment(turn, draft)):
        return await on_send(turn, draft, member, questions.send_button(draft))
    return To(Tell.PREVIEW, draft.but(hint="touch").written())


async def on_test(turn: Turn, draft: AnnouncementDraft, member: Member, _button: object) -> Move:
    """The message, to its writer alone; then the question again."""
    if _is_further_up(turn):  # the second of two taps: the copy of the first stands there
        return To(Tell.PREVIEW, draft.but().written())
    audience = draft.audience(shared.commune(turn, draft))
    turn.say(announcements.message(turn.translator, member.agency, draft.text, audience, today=turn.today))
    await sending.tested(turn.uow, member, now=turn.now)
    return To(Tell.PREVIEW, draft.but().written(), below=True)


async def on_send(turn: Turn, draft: AnnouncementDraft, member: Member, button: SendAnnouncement) -> Move:
    """Send it, or promise to: what stands on the present preview, never on one further up, or before."""
    if _is_further_up(turn) or button != questions.send_button(draft):
        return To(Tell.PREVIEW, draft.but(hint="changed").written())
    if draft.due_at is not None and draft.due_at <= turn.now:
        # the moment is asked for anew, not made "now": a second tap would send what was to wait
        return To(Tell.MOMENT, draft.but(hint="moment_past").written())
    audience = draft.audience(shared.commune(turn, draft))
    announcement = await sending.send(turn.uow, member, draft.text, audience, at=draft.due_at, now=turn.now)
    text = questions.sent(turn.translator, _moment(turn, draft))
    turn.show(announcements.under_way(turn.translator, text, announcement))
    return End()


def _is_further_up(turn: Turn) -> bool:
    return turn.tapped is not None and not turn.is_on_question


async def ask_moment(turn: Turn, values: Draft) -> Screen:
    """When?"""
    draft = AnnouncementDraft.read(values)
    commune = shared.commune(turn, draft)
    return questions.moment(turn.translator, draft, commune.name if commune else "Paris")


async def on_ask_moment(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """Choose when."""
    return To(Tell.MOMENT, draft.but().written())


async def on_moment(turn: Turn, draft: AnnouncementDraft, _member: Member, typed: str) -> Move:
    """A day and an hour, by day, where the people are."""
    intent = turn.world.words.intent(typed)
    if asking.is_back(intent) or intent is Intent.SKIP:
        return To(Tell.PREVIEW, draft.but().written())
    if intent is Intent.AT_ONCE:
        return To(Tell.PREVIEW, draft.but(send_at="").written())
    zone = shared.zone(turn, draft)
    today = Reader(t=turn.translator, zone=zone, now=turn.now).today
    at = typed_moments.moment(typed, today, zone)
    hint = "moment_unclear" if at is None else _fault(at, turn.now, zone)
    if at is None or hint:
        return To(Tell.MOMENT, draft.but(hint=hint).written())
    return To(Tell.PREVIEW, draft.but(send_at=at.isoformat()).written())


async def on_at_once(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """As soon as it is confirmed."""
    return To(Tell.PREVIEW, draft.but(send_at="").written())


async def on_back_from_moment(
    _turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object
) -> Move:
    """The moment stays as it was."""
    return To(Tell.PREVIEW, draft.but().written())


def _fault(at: dt.datetime, now: dt.datetime, zone: str) -> str:
    if at <= now:
        return "moment_past"
    if at > now + FURTHEST:
        return "moment_far"
    return "moment_night" if is_quiet(at, zone) else ""


def _moment(turn: Turn, draft: AnnouncementDraft) -> str:
    reader = Reader(t=turn.translator, zone=shared.zone(turn, draft), now=turn.now)
    return reminders.moment(reader, draft.due_at) if draft.due_at else ""
