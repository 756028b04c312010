"""Where: a town, a postal code, a département, a position, or online only."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain import trades, typed_answers, typed_availability, typed_dates, typed_text
from domain.alert_drafts import DEPARTMENT_PREFIX, AlertDraft
from domain.alerts import MAX_RADIUS_KM
from domain.communes import Candidate, Commune, Department
from domain.globe import Point
from domain.intents import Intent
from handlers import asking
from handlers.asking import Ask
from handlers.conversation import Draft, Move, To
from handlers.turn import Turn
from messages import buttons, places, questions
from messages.screens import Screen


async def ask_place(turn: Turn, draft: Draft) -> Screen:
    """Where?"""
    return questions.place(turn.translator, AlertDraft.read(draft))


async def on_place(turn: Turn, values: Draft, text: str) -> Move:
    """A town, a postal code, a département, or "online"."""
    draft, intent = AlertDraft.read(values), turn.world.words.intent(text)
    if asking.is_back(intent) or intent is Intent.SKIP:
        return await asking.leave(turn)
    if intent is Intent.ONLINE:
        return await asking.go_on(turn, draft.online(), Ask.SECTORS)
    found = turn.world.gazetteer.search(text)
    if not _is_name(found, text):
        later = _of_later_question(turn, text)
        if later is not None or (intent is not None and not _is_sure(found)):
            # kept for that question; of an alert that is only changed, nothing else is
            kept = later if later and draft.is_first else {}
            return asking.stay(Ask.PLACE, draft, "place_first", **kept)
    if not found:
        return asking.stay(Ask.PLACE, draft, "place_unknown")
    if _is_sure(found):
        return _take_place(draft, found[0].place)
    return To(Ask.PLACE_CHOICE, draft.but(offered=tuple(_code(each.place) for each in found)).written())


async def on_position(turn: Turn, values: Draft, latitude: float, longitude: float) -> Move:
    """The phone's position serves to find the commune, and is not kept."""
    draft = AlertDraft.read(values)
    commune = turn.world.gazetteer.nearest(Point(latitude, longitude))
    if commune is None:
        return asking.stay(Ask.PLACE, draft, "position_abroad")
    turn.say(places.found_by_position(turn.translator, commune))
    return _take_place(draft, commune)


async def on_share_position(turn: Turn, values: Draft, _button: buttons.SharePosition) -> Move:
    """Show the phone's own button."""
    turn.say(questions.share_position(turn.translator))
    return To(Ask.PLACE, AlertDraft.read(values).but().written())


async def on_online_only(turn: Turn, values: Draft, _button: buttons.OnlineOnly) -> Move:
    """No place."""
    return await asking.go_on(turn, AlertDraft.read(values).online(), Ask.SECTORS)


async def ask_place_choice(turn: Turn, values: Draft) -> Screen:
    """Which of these?"""
    draft = AlertDraft.read(values)
    found = [place for code in draft.offered if (place := _place(turn, code))]
    offers = [(_code(place), places.full_label(turn.translator, place)) for place in found]
    return questions.place_choice(turn.translator, draft, offers)


async def on_place_typed_again(turn: Turn, values: Draft, text: str) -> Move:
    """A name or a number written out instead of touched: narrows the choice, or starts it anew."""
    draft = AlertDraft.read(values)
    offered = [place for code in draft.offered if (place := _place(turn, code))]
    chosen = places.chosen_by_text(offered, text)
    if chosen is not None:
        return _take_place(draft, chosen)
    intent = turn.world.words.intent(text)
    if asking.is_back(intent) or intent in {Intent.NO, Intent.SKIP}:
        return To(Ask.PLACE, draft.but().written())
    move = await on_place(turn, values, text)
    if isinstance(move, To) and AlertDraft.read(move.draft).hint:
        return asking.stay(Ask.PLACE_CHOICE, draft, "place_choice_unclear", offered=draft.offered)
    return move


async def on_place_picked(turn: Turn, values: Draft, button: buttons.PickPlace) -> Move:
    """One of the places offered; loaded again, a button is forgeable."""
    draft = AlertDraft.read(values)
    place = _place(turn, button.code)
    if place is None:
        return asking.stay(Ask.PLACE, draft, "place_unknown")
    return _take_place(draft, place)


async def on_place_refused(_turn: Turn, values: Draft, _button: buttons.AskPlaceAgain) -> Move:
    """None of these."""
    return To(Ask.PLACE, AlertDraft.read(values).but().written())


async def ask_radius(turn: Turn, draft: Draft) -> Screen:
    """How far?"""
    return questions.radius(turn.translator, AlertDraft.read(draft))


async def on_radius_typed(turn: Turn, values: Draft, text: str) -> Move:
    """A number of kilometres; or another place, if it surely is one."""
    draft, intent = AlertDraft.read(values), turn.world.words.intent(text)
    if asking.is_back(intent):
        return await on_back_from_radius(turn, values, buttons.Back())
    if intent is Intent.SKIP:
        return await asking.go_on(turn, draft.but(), Ask.SECTORS)
    km = typed_answers.radius_km(text) if intent is not Intent.BOTH else None  # "les deux" are no 2 km
    if km is None or not 1 <= km <= MAX_RADIUS_KM:
        found = turn.world.gazetteer.search(text)
        if _is_sure(found) and (_is_name(found, text) or _of_later_question(turn, text) is None):
            return _take_place(draft, found[0].place)
        return asking.stay(Ask.RADIUS, draft, "radius_unclear")
    return await asking.go_on(turn, draft.but(radius_km=km), Ask.SECTORS)


async def on_radius(turn: Turn, values: Draft, button: buttons.PickRadius) -> Move:
    """One of the distances."""
    km = min(max(button.km, 1), MAX_RADIUS_KM)
    return await asking.go_on(turn, AlertDraft.read(values).but(radius_km=km), Ask.SECTORS)


async def on_back_from_radius(turn: Turn, values: Draft, _button: buttons.Back) -> Move:
    """Another place; from a change of the distance alone, the choices."""
    alert = await turn.alert()
    if alert is not None and alert.commune == AlertDraft.read(values).commune:
        return await asking.leave(turn)
    return To(Ask.PLACE, AlertDraft.read(values).but().written())


def _is_sure(found: Sequence[Candidate]) -> bool:
    return bool(found) and found[0].sure


def _is_name(found: Sequence[Candidate], text: str) -> bool:
    """Say whether a place is called so, or surely meant by its beginning: "mars" for Marseille."""
    typed = typed_text.folded(text)
    return any(
        name == typed or (each.sure and name.startswith(typed))
        for each in found
        for name in (typed_text.folded(each.place.name),)
    )


def _of_later_question(turn: Turn, text: str) -> Mapping[str, Any] | None:
    """Return the answer to a question that comes after the place; None if it says anything else."""
    if sectors := trades.named(text, turn.world.lexicon):
        return {"sectors": "".join(sector.value for sector in sectors)}
    if half_days := typed_availability.said_alone(text):
        return {"half_days": half_days}
    dates = typed_dates.said_alone(text, turn.today)
    if dates is None:
        return None
    first, last = dates
    if (last or first or turn.today) <= turn.today or first == last:
        return {}  # over, or no bound ("tout de suite"), or one day, with which an alert would end
    return {"not_before": first.isoformat() if first else "", "not_after": last.isoformat() if last else ""}


def _take_place(draft: AlertDraft, place: Commune | Department) -> Move:
    placed = draft.at(place, places.label(place))
    return To(Ask.RADIUS, placed.written())


async def on_back_from_place(turn: Turn, _values: Draft, _button: buttons.Back) -> Move:
    """Before the first question: the welcome; from a single change: the choices."""
    return await asking.leave(turn)


def _code(place: Commune | Department) -> str:
    return f"{DEPARTMENT_PREFIX}{place.code}" if isinstance(place, Department) else place.code


def _place(turn: Turn, code: str) -> Commune | Department | None:
    if code.startswith(DEPARTMENT_PREFIX):
        return turn.world.gazetteer.department(code.removeprefix(DEPARTMENT_PREFIX))
    return turn.world.gazetteer.get(code)
