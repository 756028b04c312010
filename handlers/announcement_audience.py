"""Whom an announcement is for: asked with an alert's questions, and the number of people, live."""

from domain.agencies import Member
from domain.alert_drafts import AlertDraft
from domain.announcement_drafts import AnnouncementDraft
from domain.availability import WHOLE_WEEK
from domain.intents import Intent
from handlers import announcement_text, asking, asking_place, asking_sectors, asking_when
from handlers import asking_announcement as shared
from handlers.asking import Ask
from handlers.asking_announcement import Tell, as_for_alert, by_writer
from handlers.conversation import Draft, Move, To
from handlers.turn import Turn
from messages import announcement_questions as questions
from messages import questions as alert_questions
from messages.screens import Screen


async def ask_place(turn: Turn, values: Draft) -> Screen:
    """Around which place?"""
    return questions.place(turn.translator, AnnouncementDraft.read(values))


async def on_place(turn: Turn, values: Draft, typed: str) -> Move:
    """A place, "everyone", as before, or back."""
    intent = turn.world.words.intent(typed)
    if asking.is_back(intent):
        return await by_writer(announcement_text.on_ask_text)(turn, values, None)
    if intent is Intent.EVERYTHING:
        return await by_writer(on_everyone)(turn, values, None)
    if intent in {Intent.SKIP, Intent.CONFIRM}:
        return await by_writer(on_keep_place)(turn, values, None)
    return await as_for_alert(asking_place.on_place)(turn, values, typed)


async def on_everyone(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """People anywhere."""
    wish = draft.wish.but(commune=None, place_label="", is_online_only=False)
    return To(Ask.SECTORS, draft.but(is_everywhere=True, wish=wish).written())


async def on_keep_place(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """The place of before, if there is one."""
    if not (draft.is_everywhere or draft.wish.commune or draft.wish.is_online_only):
        return To(Ask.PLACE, draft.but(hint="place_first").written())
    return To(Ask.SECTORS, draft.but(wish=draft.wish.but()).written())


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
    audience, count = await shared.counted(turn, draft)
    return questions.which_sectors(turn.translator, draft, audience, count, today=turn.today)


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
    audience, count = await shared.counted(turn, draft) if draft.wish.half_days else (None, 0)
    return questions.when(turn.translator, draft, audience, count, today=turn.today)


async def on_when(turn: Turn, values: Draft, typed: str) -> Move:
    """Moments, or dates, in words; done, or back: an alert's questions would be over here."""
    match turn.world.words.intent(typed):
        case Intent.CONFIRM | Intent.YES:
            return await by_writer(on_when_done)(turn, values, None)
        case Intent.BACK | Intent.CANCEL:
            return await by_writer(on_back_from_when)(turn, values, None)
        case Intent.SKIP:
            return await by_writer(on_any_moment)(turn, values, None)
        case _:
            return await as_for_alert(asking_when.on_when_typed)(turn, values, typed)


async def on_when_done(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """Everything is answered."""
    if not draft.wish.half_days:
        return To(Ask.WHEN, draft.but(hint="when_empty").written())
    return To(Tell.PREVIEW, draft.but(is_whole=True, wish=draft.wish.but()).written())


async def on_any_moment(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """What is ticked, or any moment."""
    wish = draft.wish.but(half_days=draft.wish.half_days or WHOLE_WEEK)
    return To(Tell.PREVIEW, draft.but(is_whole=True, wish=wish).written())


async def on_back_from_when(_turn: Turn, draft: AnnouncementDraft, _member: Member, _button: object) -> Move:
    """To the sectors."""
    return To(Ask.SECTORS, draft.but(wish=draft.wish.but()).written())


async def ask_dates(turn: Turn, values: Draft) -> Screen:
    """Free from when until when?"""
    return alert_questions.dates(turn.translator, AlertDraft.read(_wish(values)))


def _wish(values: Draft) -> Draft:
    draft = AnnouncementDraft.read(values)
    return {**draft.wish.written(), "hint": draft.hint}
