"""When: moments of the week, on site or online, and between which dates."""

import datetime as dt

from domain import typed_availability, typed_dates
from domain.alert_drafts import AlertDraft
from domain.availability import WHOLE_WEEK
from domain.intents import Intent
from domain.job_events import Mode
from handlers import asking
from handlers.asking import Ask
from handlers.conversation import Draft, Move, To
from handlers.turn import Turn
from messages import buttons, questions
from messages.screens import Screen

_MODES = {Intent.ON_SITE: Mode.ON_SITE, Intent.ONLINE: Mode.ONLINE, Intent.BOTH: Mode.BOTH}


async def ask_when(turn: Turn, draft: Draft) -> Screen:
    """When?"""
    return questions.when(turn.translator, AlertDraft.read(draft), today=turn.today)


async def on_when_typed(turn: Turn, values: Draft, text: str) -> Move:
    """Moments, or dates, in words; "tous les jours" is also a frequency, so they are read first."""
    draft = AlertDraft.read(values)
    said = typed_dates.when(text, turn.today)
    if not said.half_days and not said.dates:
        return await _on_word(turn, draft, turn.world.words.intent(text))
    if said.half_days:
        # "pas le mercredi" takes it away from what is chosen, if anything is left then
        left = draft.half_days & said.half_days if typed_availability.only_refuses(text) else 0
        draft = draft.but(half_days=left or said.half_days)
    if said.dates:
        return _with_dates(turn, draft, said.dates, otherwise=Ask.WHEN)
    return To(Ask.WHEN, draft.written())


async def _on_word(turn: Turn, draft: AlertDraft, intent: Intent | None) -> Move:
    match intent:
        case Intent.CONFIRM | Intent.YES:
            return await on_when_done(turn, draft.written(), buttons.Done())
        case Intent.BACK | Intent.CANCEL:
            return await on_back_from_when(turn, draft.written(), buttons.Back())
        case Intent.SKIP:
            return await asking.keep(turn, draft.but(half_days=draft.half_days or WHOLE_WEEK))
        case Intent.EVERYTHING:
            return To(Ask.WHEN, draft.but(half_days=WHOLE_WEEK).written())
        case Intent.ON_SITE | Intent.ONLINE | Intent.BOTH if not draft.is_online_only:
            return To(Ask.WHEN, draft.but(modes=_MODES[intent].value).written())
        case _:
            return asking.stay(Ask.WHEN, draft, "when_unclear")


async def on_half_days(_turn: Turn, values: Draft, button: buttons.ToggleHalfDays) -> Move:
    """Tick or untick moments."""
    return To(Ask.WHEN, AlertDraft.read(values).toggled_half_days(button.mask).written())


async def on_show_days(_turn: Turn, values: Draft, button: buttons.ShowDays) -> Move:
    """Day by day, or whole rows and columns."""
    return To(Ask.WHEN, AlertDraft.read(values).but(by_day=bool(button.by_day)).written())


async def on_mode(_turn: Turn, values: Draft, button: buttons.ToggleMode) -> Move:
    """On site, online."""
    return To(Ask.WHEN, AlertDraft.read(values).toggled_mode(button.mode).written())


async def on_ask_dates(_turn: Turn, values: Draft, _button: buttons.AskDates) -> Move:
    """From when until when?"""
    return To(Ask.DATES, AlertDraft.read(values).but().written())


async def on_when_done(turn: Turn, values: Draft, _button: buttons.Done) -> Move:
    """The last answer: the alert is kept."""
    draft = AlertDraft.read(values)
    if not draft.half_days:
        return asking.stay(Ask.WHEN, draft, "when_empty")
    return await asking.keep(turn, draft.but())


async def on_back_from_when(turn: Turn, values: Draft, _button: buttons.Back) -> Move:
    """To the sectors."""
    draft = AlertDraft.read(values)
    return To(Ask.SECTORS, draft.but().written()) if draft.is_first else await asking.leave(turn)


async def ask_dates(turn: Turn, draft: Draft) -> Screen:
    """From when until when?"""
    return questions.dates(turn.translator, AlertDraft.read(draft))


async def on_dates_typed(turn: Turn, values: Draft, text: str) -> Move:
    """Dates in words."""
    draft = AlertDraft.read(values)
    match turn.world.words.intent(text):
        case Intent.BACK | Intent.CANCEL | Intent.SKIP:
            return To(Ask.WHEN, draft.but().written())
        case Intent.EVERYTHING:
            return To(Ask.WHEN, draft.but(not_before="", not_after="").written())
        case _:
            dates = typed_dates.date_range(text, turn.today)
    if dates is None:
        return asking.stay(Ask.DATES, draft, "dates_unclear")
    return _with_dates(turn, draft, dates, otherwise=Ask.DATES)


async def on_any_dates(_turn: Turn, values: Draft, _button: buttons.AnyDates) -> Move:
    """No first and no last day."""
    return To(Ask.WHEN, AlertDraft.read(values).but(not_before="", not_after="").written())


async def on_back_from_dates(_turn: Turn, values: Draft, _button: buttons.Back) -> Move:
    """The dates stay as they were."""
    return To(Ask.WHEN, AlertDraft.read(values).but().written())


def _with_dates(
    turn: Turn, draft: AlertDraft, dates: tuple[dt.date | None, dt.date | None], *, otherwise: Ask
) -> Move:
    first, last = dates
    # "from 3 June", and later "until the end of July": one bound leaves the other, unless it can't
    before, after = draft.dates()
    if first and not last and after and first <= after:
        last = after
    elif last and not first and before and before <= last:
        first = before
    if last and last < turn.today:
        return asking.stay(otherwise, draft, "dates_past")
    return To(
        Ask.WHEN,
        draft.but(
            not_before=first.isoformat() if first else "", not_after=last.isoformat() if last else ""
        ).written(),
    )
