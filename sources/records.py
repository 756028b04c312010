"""One record from outside, of which nothing can be trusted, not even its types."""

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from domain.job_events import Rejected
from sources import plain_text

Record = Mapping[str, Any]
T = TypeVar("T")

OLDEST_YEAR = 2000
FURTHEST = dt.timedelta(days=2 * 366)
"""An event further ahead than two years is a slip of the keyboard: 2503 was seen."""
LONGEST = dt.timedelta(days=366)
DEFAULT_LENGTH = dt.timedelta(hours=1)
"""Of an event whose end nobody told."""
MAX_RAW = 20_000
_LIKELY_NIGHT = dt.timedelta(hours=12)


class UnusableError(Exception):
    """This record cannot become an event; the message is the reason, one English phrase."""


def guarded(make: Callable[[], T], record: Any, *, source: str, id_key: str) -> T | Rejected:
    """Return what `make` makes of a record, or the record with the reason why it makes nothing."""
    try:
        return make()
    except UnusableError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 -- one mad record must not lose its page; it is kept with its reason
        reason = f"unparsable ({type(error).__name__})"
    source_id = line(record, id_key, 40) if isinstance(record, Mapping) else ""
    return Rejected(source=source, source_id=source_id, reason=reason, raw=_raw(record))


def line(record: Record, key: str, limit: int = plain_text.MAX_LINE) -> str:
    """Return a field as one clean line; "" when it is missing or no text."""
    return plain_text.line(record.get(key), limit)


def labels(value: Any) -> list[str]:
    """Return a list of labels, clean, without empty ones; a lone label counts as a list."""
    values = value if isinstance(value, list) else [value]
    return [label for label in (plain_text.line(item, 100) for item in values[:100]) if label]


def number(value: Any) -> float | None:
    """Return a finite number, also from text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def count(value: Any) -> int:
    """Return a count of people, 0 when it is missing or absurd."""
    found = number(value)
    return int(found) if found is not None and 0 < found < 1_000_000 else 0  # noqa: PLR2004 -- no hall is larger


def unwrapped(value: Any) -> Any:
    """Return the value of JSON that was put inside a string, or the value itself."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def mee_id(digits: str) -> int | None:
    """Return an id of « Mes événements emploi », or None when this is none."""
    return int(digits) if re.fullmatch(r"[0-9]{1,12}", digits) and int(digits) else None


def instant(value: Any) -> dt.datetime | None:
    """Return an ISO 8601 instant with its own offset, naive when it has none; None when it is no instant."""
    if not isinstance(value, str):
        return None
    try:
        return dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return None


def span(
    starts: dt.datetime | None, ends: dt.datetime | None, zone: dt.tzinfo, *, now: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """Return start and end in UTC, a slip in the end mended; raise UnusableError when they are absurd.

    Naive ones are local time in `zone`.
    """
    if starts is None:
        raise UnusableError("no date")
    if not OLDEST_YEAR <= starts.year <= now.year + 3:
        raise UnusableError(f"absurd date: year {starts.year}")
    starts = starts if starts.tzinfo else starts.replace(tzinfo=zone)
    if starts - now > FURTHEST:
        raise UnusableError(f"absurd date: {starts.date()}")
    if ends is not None and not OLDEST_YEAR <= ends.year <= now.year + 5:
        raise UnusableError(f"absurd end: year {ends.year}")
    if ends is not None and ends.tzinfo is None:
        ends = ends.replace(tzinfo=zone)
    if ends is None or ends == starts:
        ends = starts + DEFAULT_LENGTH
    if ends < starts:
        ends = _mended(starts, ends)
    if ends - starts > LONGEST:
        raise UnusableError("lasts longer than a year")
    return starts.astimezone(dt.UTC), ends.astimezone(dt.UTC)


def _mended(starts: dt.datetime, ends: dt.datetime) -> dt.datetime:
    """Move an end that lies before the start to the start's day, or to the next for an event by night."""
    same_day = dt.datetime.combine(starts.date(), ends.astimezone(starts.tzinfo).time(), starts.tzinfo)
    if same_day > starts:
        return same_day
    next_day = same_day + dt.timedelta(days=1)
    if dt.timedelta(0) < next_day - starts <= _LIKELY_NIGHT:
        return next_day
    raise UnusableError("ends before it starts")


def _raw(record: Any) -> str:
    """Return the record as it came, shortened."""
    try:
        return json.dumps(record, default=str)[:MAX_RAW]
    except (ValueError, TypeError, RecursionError):
        return f"({type(record).__name__} that cannot be written down)"
