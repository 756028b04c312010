"""What a writer answers: the text, for whom (with an alert's questions), when, and the last word."""

import datetime as dt
import enum
from collections.abc import Awaitable, Callable
from typing import Any

from domain import announcements as rules
from domain import typed_moments
from domain.agencies import Member
from domain.alert_drafts import AlertDraft
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import FURTHEST, Audience
from domain.communes import Commune
from domain.intents import Intent
from domain.subscribers import is_quiet
from handlers import agency_home, asking, asking_place, asking_sectors, asking_when
from handlers.asking import Ask
from handlers.conversation import Draft, End, Move, To
from handlers.turn import Turn
from messages import announcement_questions as questions
from messages import announcements, buttons, reminders
from messages import questions as alert_questions
from messages.readers import Reader
from messages.screens import Screen
from services import agencies
from services import announcements as sending

Act = Callable[..., Awaitable[Move]]
Answered = Callable[[Turn, AnnouncementDraft, Member, Any], Awaitable[Move]]


class Tell(enum.StrEnum):
    """The steps besides those of an alert."""

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


# --- the text


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


# --- for whom


async def ask_place(turn: Turn, values: Draft) -> Screen:
    """Around which place?"""
    return questions.place(turn.translator, AnnouncementDraft.read(values))


async def on_place(turn: Turn, values: Draft, typed: str) -> Move:
    """A place, "everyone", or back."""
    intent = turn.world.words.intent(typed)
    if asking.is_back(intent):
        return await by_writer(on_ask_text)(turn, values, None)
    if intent is Intent.EVERYTHING:
        return await by_writer(on_everyone)(turn, values, None)
    return await as_for_alert(asking_place.on_place)(turn, values, typed)


async def on_everyone(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """People anywhere."""
    wish = draft.wish.but(commune=None, place_label="", is_online_only=False)
    return To(Ask.SECTORS, draft.but(is_everywhere=True, wish=wish).written())


async def on_ask_text(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """The text again."""
    return To(Tell.TEXT, draft.but().written())


async def on_ask_place(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """The place again."""
    return To(Ask.PLACE, draft.but(wish=draft.wish.but()).written())


async def ask_place_choice(turn: Turn, values: Draft) -> Screen:
    """Which of these?"""
    return await asking_place.ask_place_choice(turn, _wish(values))


async def ask_radius(turn: Turn, values: Draft) -> Screen:
    """How far?"""
    return questions.radius(turn.translator, AnnouncementDraft.read(values))


async def on_radius(turn: Turn, values: Draft, typed: str) -> Move:
    """A distance, or back."""
    if asking.is_back(turn.world.words.intent(typed)):
        return await by_writer(on_ask_place)(turn, values, None)
    return await as_for_alert(asking_place.on_radius_typed)(turn, values, typed)


async def ask_sectors(turn: Turn, values: Draft) -> Screen:
    """Who look for what? With the number of people, live."""
    draft = AnnouncementDraft.read(values)
    audience, count = await _counted(turn, draft)
    return questions.which_sectors(turn.translator, draft, audience, count)


async def on_sectors(turn: Turn, values: Draft, typed: str) -> Move:
    """A job, or back."""
    if asking.is_back(turn.world.words.intent(typed)):
        return await by_writer(on_back_from_sectors)(turn, values, None)
    return await as_for_alert(asking_sectors.on_trade)(turn, values, typed)


async def on_back_from_sectors(
    _turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object
) -> Move:
    """To the place, or its radius."""
    has_radius = not draft.is_everywhere and not draft.wish.is_online_only
    return To(Ask.RADIUS if has_radius else Ask.PLACE, draft.but(wish=draft.wish.but()).written())


async def ask_when(turn: Turn, values: Draft) -> Screen:
    """Who are free when? With the number of people, live."""
    draft = AnnouncementDraft.read(values)
    audience, count = await _counted(turn, draft) if draft.wish.half_days else (None, 0)
    return questions.when(turn.translator, draft, audience, count, today=turn.today)


async def on_when(turn: Turn, values: Draft, typed: str) -> Move:
    """Moments, or dates, in words; done, or back: an alert's questions would be over here."""
    match turn.world.words.intent(typed):
        case Intent.CONFIRM | Intent.YES:
            return await by_writer(on_when_done)(turn, values, None)
        case Intent.BACK | Intent.CANCEL:
            return await by_writer(on_back_from_when)(turn, values, None)
        case _:
            return await as_for_alert(asking_when.on_when_typed)(turn, values, typed)


async def on_when_done(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """Everything is answered."""
    if not draft.wish.half_days:
        return To(Ask.WHEN, draft.but(hint="when_empty").written())
    return To(Tell.PREVIEW, draft.but(is_whole=True, wish=draft.wish.but()).written())


async def on_back_from_when(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """To the sectors."""
    return To(Ask.SECTORS, draft.but(wish=draft.wish.but()).written())


async def ask_dates(turn: Turn, values: Draft) -> Screen:
    """Free from when until when?"""
    return alert_questions.dates(turn.translator, AlertDraft.read(_wish(values)))


# --- the last word


async def ask_preview(turn: Turn, values: Draft) -> Screen:
    """The message as it will be read, for how many, when."""
    draft = AnnouncementDraft.read(values)
    member = await agencies.member_of(turn.uow, turn.chat_id)
    if member is None:
        return announcements.refused(turn.translator)
    audience, count = await _counted(turn, draft)
    zone = _zone(turn, draft)
    return questions.preview(
        turn.translator,
        draft,
        member.agency,
        audience,
        count,
        moment=_moment(turn, draft),
        waits_for_morning=draft.due_at is None and is_quiet(turn.now, zone),
    )


async def on_touch(_turn: Turn, draft: AnnouncementDraft, _member: Member, _typed: str) -> Move:
    """To send to many takes a button, or its whole label."""
    return To(Tell.PREVIEW, draft.but(hint="touch").written())


async def on_test(turn: Turn, draft: AnnouncementDraft, member: Member, _button: object) -> Move:
    """The message, to its writer alone; then the question again."""
    audience = draft.audience(_commune(turn, draft))
    turn.say(announcements.message(turn.translator, member.agency, draft.text, audience))
    await sending.tested(turn.uow, member, now=turn.now)
    return To(Tell.PREVIEW, draft.but().written(), below=True)


async def on_send(turn: Turn, draft: AnnouncementDraft, member: Member, _button: object) -> Move:
    """Send it, or promise to."""
    if draft.due_at is not None and draft.due_at <= turn.now:
        return To(Tell.PREVIEW, draft.but(hint="moment_past", send_at="").written())
    audience = draft.audience(_commune(turn, draft))
    announcement = await sending.send(turn.uow, member, draft.text, audience, at=draft.due_at, now=turn.now)
    people = announcements.people(turn.translator, announcement.size)
    text = questions.sent(turn.translator, people, _moment(turn, draft))
    turn.show(announcements.under_way(turn.translator, text, announcement))
    return End()


async def ask_moment(turn: Turn, values: Draft) -> Screen:
    """When?"""
    draft = AnnouncementDraft.read(values)
    commune = _commune(turn, draft)
    return questions.moment(turn.translator, draft, commune.name if commune else "Paris")


async def on_ask_moment(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """Choose when."""
    return To(Tell.MOMENT, draft.but().written())


async def on_moment(turn: Turn, draft: AnnouncementDraft, _member: Member, typed: str) -> Move:
    """A day and an hour, by day, where the people are."""
    if asking.is_back(turn.world.words.intent(typed)):
        return To(Tell.PREVIEW, draft.but().written())
    zone = _zone(turn, draft)
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


def _wish(values: Draft) -> Draft:
    draft = AnnouncementDraft.read(values)
    return {**draft.wish.written(), "hint": draft.hint}


def _commune(turn: Turn, draft: AnnouncementDraft) -> Commune | None:
    if draft.is_everywhere or not draft.wish.commune:
        return None
    return turn.world.gazetteer.get(draft.wish.commune)


def _zone(turn: Turn, draft: AnnouncementDraft) -> str:
    commune = _commune(turn, draft)
    return commune.zone if commune else turn.zone


def _moment(turn: Turn, draft: AnnouncementDraft) -> str:
    reader = Reader(t=turn.translator, zone=_zone(turn, draft), now=turn.now)
    return reminders.moment(reader, draft.due_at) if draft.due_at else ""


async def _counted(turn: Turn, draft: AnnouncementDraft) -> tuple[Audience, int]:
    audience = draft.audience(_commune(turn, draft))
    return audience, await sending.count(turn.uow, audience)
