"""From a sentence to a search: what was understood, and what goes without saying."""

import asyncio
import datetime as dt
from dataclasses import replace

from domain import typed_availability, typed_dates, wishes
from domain.alert_drafts import DEPARTMENT_PREFIX, AlertDraft
from domain.alerts import Alert
from domain.communes import Department
from domain.job_events import Mode
from domain.place_table import Place
from domain.wishes import Wish
from handlers.turn import Turn
from messages import places


async def read(turn: Turn, text: str) -> Wish:
    """Understand a sentence; off the event loop, for it may take some tens of milliseconds."""
    known = wishes.Known(turn.world.gazetteer, turn.world.lexicon)
    return await asyncio.to_thread(wishes.read, text, turn.today, known)


def beginning(alert: Alert | None) -> AlertDraft:
    """Return an empty search, around the place of the alert if there is one."""
    if alert is None:
        return AlertDraft(is_first=False, modes=Mode.ON_SITE.value)
    return AlertDraft(
        is_first=False,
        commune=alert.commune,
        place_label=alert.place_label,
        is_online_only=alert.commune is None,
        radius_km=alert.radius_km,
        modes=alert.modes.value,
    )


def with_wish(draft: AlertDraft, wish: Wish) -> AlertDraft:
    """Return the search with what was said; the rest stays. A search for a trade shows that trade only."""
    draft = _placed(draft.but(), wish)
    if wish.sectors:
        letters = "".join(sorted(sector.value for sector in wish.sectors))
        draft = replace(draft, sectors=letters, takes_unknown_sector=False)
    if wish.half_days:
        draft = replace(draft, half_days=wish.half_days)
    if wish.dates:
        first, last = (day.isoformat() if day else "" for day in wish.dates)
        draft = replace(draft, not_before=first, not_after=last)
    return draft


def with_moment(draft: AlertDraft, text: str, today: dt.date) -> AlertDraft | None:
    """Return the search at another moment; None when a text says anything else, or one that is over."""
    half_days = typed_availability.said_alone(text)
    if half_days:
        return draft.but(half_days=half_days)
    dates = typed_dates.said_alone(text, today)
    if dates is None or (dates[1] or today) < today:
        return None
    first, last = dates
    # a weekday that was said before is not meant where one day is
    before = 0 if first == last else draft.half_days
    return draft.but(
        half_days=typed_dates.when(text, today).half_days or before,
        not_before=first.isoformat() if first else "",
        not_after=last.isoformat() if last else "",
    )


def _placed(draft: AlertDraft, wish: Wish) -> AlertDraft:
    """Take the place; who names one looks there, and online only by saying so."""
    if wish.mode is Mode.ONLINE and not wish.places:
        return draft.online()
    if wish.places or wish.is_place_unclear:
        draft = replace(draft, is_online_only=False, commune=None, place_label="")
        mode = Mode.BOTH if wish.mode and Mode.ONLINE in wish.mode else Mode.ON_SITE
        draft = replace(draft, modes=mode.value)
    elif wish.mode is not None and not draft.is_online_only:
        draft = replace(draft, modes=wish.mode.value)
    if len(wish.places) == 1:
        draft = draft.at(wish.places[0], places.label(wish.places[0]))
    draft = replace(draft, radius_km=wish.radius_km or draft.radius_km)
    return replace(
        draft,
        offered=tuple(map(_code, wish.places)) if len(wish.places) > 1 else (),
        hint="place_unknown" if wish.is_place_unclear else "",
    )


def _code(place: Place) -> str:
    return f"{DEPARTMENT_PREFIX}{place.code}" if isinstance(place, Department) else place.code
