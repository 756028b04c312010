"""A wish written in one sentence: "je cherche un truc dans la cuisine vers pau la semaine pro".

Each reader takes its part of the sentence away, so that the next one does not read it again: the dates,
the way of attending, the place, the trade, and what is left tells the parts of the week.
"""

import datetime as dt
from dataclasses import dataclass

from domain import (
    trades,
    typed_availability,
    typed_bounds,
    typed_date_words,
    typed_text,
    wish_places,
    wish_words,
)
from domain.alerts import MAX_RADIUS_KM
from domain.availability import WHOLE_WEEK
from domain.job_events import Mode
from domain.lexicon import Lexicon
from domain.place_table import Place
from domain.sectors import Sector
from domain.typed_bounds import DateRange
from domain.wish_places import Known as Known

_LEAST_SCORE = 30.0
_LEAST_SCORE_OF_A_SLIP = 50.0
"""Where no word is the very name of a trade: what only resembles one stays below."""
_SHARE_OF_BEST = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was understood; what was not said is None, or empty."""

    places: tuple[Place, ...] = ()
    """Several when the name has several places, the likeliest first."""
    is_place_unclear: bool = False
    """A place was named that nobody knows."""
    radius_km: int | None = None
    sectors: tuple[Sector, ...] = ()
    half_days: int | None = None
    """A mask of `domain.availability`."""
    dates: DateRange | None = None
    mode: Mode | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was understood."""
        return self == Wish()


def read(text: str, today: dt.date, known: Known) -> Wish:
    """Return what a sentence wishes for; `today` is that of the person. Never raises.

    A moment alone ("bonne soirée", "merci, à demain") is no wish, unless something is looked for.
    """
    said = typed_text.flattened(text)
    found = wish_places.by_code(typed_date_words.regular(said), known.gazetteer)
    dates, rest = _dates(found.rest, today)
    radius_km, rest = _radius(rest)
    mode, rest = wish_words.mode(rest), wish_words.without_modes(rest)
    if not found.places:
        found = wish_places.by_name(rest, known)
    sectors = _sectors(found.rest, known.lexicon)
    half_days = typed_availability.half_days(wish_words.moments(found.rest))
    is_wish = bool(found.places or found.is_unclear or sectors or mode)
    if not (is_wish or (dates and wish_words.is_seeking(said))):
        return Wish()
    return Wish(
        places=found.places,
        is_place_unclear=found.is_unclear,
        radius_km=radius_km,
        sectors=sectors,
        half_days=half_days if half_days != WHOLE_WEEK else None,
        dates=dates,
        mode=mode,
    )


def _dates(text: str, today: dt.date) -> tuple[DateRange | None, str]:
    """Read the dates of a regular text, and take them away; "urgent" and "maintenant" bound nothing."""
    bounds = typed_bounds.gathered(text, typed_date_words.said(text, today), habits=False)
    for begin, end in reversed(bounds.used):
        text = f"{text[:begin]} , {text[end:]}"
    dates = bounds.resolved(today) if bounds.are_set else None
    if dates == (today, None) or (dates and dates[1] and dates[1] < today):
        dates = None
    return dates, text


def _radius(text: str) -> tuple[int | None, str]:
    found = wish_words.RADIUS.search(text)
    if found is None or not 1 <= int(found["km"]) <= MAX_RADIUS_KM:
        return None, text
    return int(found["km"]), f"{text[: found.start()]} {text[found.end() :]}"


def _sectors(text: str, lexicon: Lexicon) -> tuple[Sector, ...]:
    """Return the sectors of the trades that are clearly named, the likeliest first."""
    words = [word for word in typed_text.folded(text).split() if word not in wish_words.SMALL]
    offers = trades.suggest(" ".join(words), lexicon)
    named = any(wish_places.is_trade(word, lexicon) for word in words)
    least = max(
        [
            _LEAST_SCORE if named else _LEAST_SCORE_OF_A_SLIP,
            *(offer.score * _SHARE_OF_BEST for offer in offers[:1]),
        ]
    )
    return tuple(offer.sector for offer in offers if offer.score >= least)
