"""The rule of reminders said a second time, on the wall clock only: what the program must agree with."""

import datetime as dt

from domain.reminders import Lead

DAY = dt.timedelta(days=1)


def reminded_at(lead, starts_at, place):
    """Return the date and the time that a clock in this place shows when the reminder comes."""
    start = starts_at.astimezone(place)
    if lead is Lead.DAY_BEFORE:
        return start.date() - DAY, dt.time(17)
    wanted = (starts_at - dt.timedelta(hours=2)).astimezone(place)
    if dt.time(8) <= wanted.time() < dt.time(20):
        return wanted.date(), wanted.time()
    if wanted.time() >= dt.time(20):
        return wanted.date(), dt.time(19)
    if start.date() == wanted.date() and start.time() >= dt.time(8, 45):
        return start.date(), dt.time(8)
    return wanted.date() - DAY, dt.time(19)
