"""What: sectors by buttons, or by a typed job."""

from collections.abc import Sequence

from domain import trades
from domain.alert_drafts import AlertDraft
from domain.intents import Intent
from domain.sectors import Sector
from handlers import asking
from handlers.asking import Ask
from handlers.conversation import Draft, Move, To
from handlers.turn import Turn
from messages import buttons, questions
from messages.screens import Screen


async def ask_sectors(turn: Turn, draft: Draft) -> Screen:
    """What?"""
    return questions.which_sectors(turn.translator, AlertDraft.read(draft))


async def on_trade(turn: Turn, values: Draft, text: str) -> Move:
    """A job is typed: its sectors are offered, and ticked only by the person."""
    draft = AlertDraft.read(values)
    match turn.world.words.intent(text):
        case Intent.BOTH if draft.offered:
            return await asking.go_on(turn, draft.but(sectors=_with_all_offered(draft)), Ask.WHEN)
        case Intent.EVERYTHING:
            return await asking.go_on(turn, draft.but(sectors=""), Ask.WHEN)
        case Intent.SKIP:
            return await asking.go_on(turn, draft.but(), Ask.WHEN)
        case Intent.CONFIRM | Intent.YES:
            return await _confirm_sectors(turn, draft)
        case Intent.BACK | Intent.CANCEL:
            return await on_back_from_sectors(turn, values, buttons.Back())
        case _:
            return _offering(draft, trades.suggest(text, turn.world.lexicon))


def _offering(draft: AlertDraft, offers: Sequence[trades.Suggestion]) -> Move:
    if not offers:
        return asking.stay(Ask.SECTORS, draft, "trade_unclear")
    letters = tuple(dict.fromkeys(offer.sector.value for offer in offers))
    return To(Ask.SECTORS, draft.but(offered=letters).written())


async def on_sector(_turn: Turn, values: Draft, button: buttons.ToggleSector) -> Move:
    """Tick or untick; a letter that is no sector changes nothing."""
    draft = AlertDraft.read(values)
    known = button.letter in set(Sector)
    return To(Ask.SECTORS, (draft.toggled_sector(button.letter) if known else draft).written())


async def on_all_sectors(turn: Turn, values: Draft, _button: buttons.AllSectors) -> Move:
    """No preference."""
    return await asking.go_on(turn, AlertDraft.read(values).but(sectors=""), Ask.WHEN)


async def on_unknown_sector(_turn: Turn, values: Draft, _button: buttons.ToggleUnknownSector) -> Move:
    """Take, or refuse, events whose sector nobody told."""
    draft = AlertDraft.read(values)
    return To(Ask.SECTORS, draft.but(takes_unknown_sector=not draft.takes_unknown_sector).written())


async def on_see_all_sectors(_turn: Turn, values: Draft, _button: buttons.AskPlaceAgain) -> Move:
    """Not those offered: the whole list."""
    return To(Ask.SECTORS, AlertDraft.read(values).but().written())


async def on_sectors_done(turn: Turn, values: Draft, _button: buttons.Done) -> Move:
    """Go on with what is ticked."""
    return await _confirm_sectors(turn, AlertDraft.read(values))


async def _confirm_sectors(turn: Turn, draft: AlertDraft) -> Move:
    """With one sector offered and none ticked, "yes" means that one; with several, which?"""
    if draft.offered and not set(draft.offered) & set(draft.sectors):
        if len(draft.offered) > 1:
            return asking.stay(Ask.SECTORS, draft, "offers_unclear", offered=draft.offered)
        draft = draft.toggled_sector(draft.offered[0])
    return await asking.go_on(turn, draft.but(), Ask.WHEN)


def _with_all_offered(draft: AlertDraft) -> str:
    return "".join(sorted({*draft.sectors, *draft.offered}))


async def on_back_from_sectors(turn: Turn, values: Draft, _button: buttons.Back) -> Move:
    """To the place, or its radius."""
    draft = AlertDraft.read(values)
    if not draft.is_first:
        return await asking.leave(turn)
    return To(Ask.PLACE if draft.is_online_only else Ask.RADIUS, draft.but().written())
