"""What the row of the pace must do, as plain arithmetic on whole microseconds."""

from dataclasses import dataclass, replace

from domain import pace

SECOND = 1_000_000


@dataclass(frozen=True)
class Row:
    next_at: int
    paused_until: int
    may_cut_at: int
    share: float = 1.0


def new(now):
    return Row(now, 0, 0)


def take(row, now, count, rate, accepted=0):
    """Return the row after, and where the slots that were given begin and end; None while paused."""
    gained = row.share + pace.STEP * accepted / pace.STEP_AFTER / rate
    share = min(gained, pace.ceiling(rate) / rate)
    if row.paused_until > now:
        return replace(row, share=share), None
    is_set_back = row.next_at > now + 60 * SECOND * max(1, 1 / rate)
    first = now if is_set_back else max(row.next_at, now - round(pace.CATCH_UP_S * SECOND))
    end = first + round(count * SECOND / rate / share)
    return replace(row, share=share, next_at=end), (first, end)


def pause(row, now, seconds):
    return replace(row, paused_until=max(row.paused_until, now + round(seconds * SECOND)))


def slow_down(row, now, rate):
    if row.may_cut_at > now:
        return row
    least = pace.floor(rate) / rate
    return replace(row, share=max(row.share * pace.CUT, least), may_cut_at=now + 5 * SECOND)
