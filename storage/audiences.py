"""The rule of `domain.announcements.is_for` for all alerts at once, over the rows that matching reads."""

import datetime as dt

import sqlalchemy as sa

from domain import grid, masks, sectors
from domain.announcements import Audience
from domain.subscribers import Standing
from storage.alerts import ONLINE_CELL
from storage.tables import alert_cells, alerts, subscribers


def wanting(audience: Audience) -> sa.Select[tuple[int]]:
    """Select the numbers of the alerts that it suits, whoever owns them."""
    if audience.point is None and not audience.is_online:
        return sa.select(alerts.c.id.label("alert_id")).where(*_wants_anywhere(audience))
    return sa.select(alert_cells.c.alert_id).where(*_is_placed(audience), *_wants(audience))


def fitting(found: sa.Subquery, *, joined_by: dt.datetime) -> sa.Select[tuple[int, int, str]]:
    """Select (alert_id, subscriber_id, zone) of those alerts whose owners may be written to.

    `found`: alerts by number (alert_id). Someone with several comes several times; who came after
    `joined_by` (UTC) does not: it was not for them.
    """
    return (
        sa.select(found.c.alert_id, alerts.c.subscriber_id, subscribers.c.zone)
        .join(alerts, alerts.c.id == found.c.alert_id)
        .join(subscribers, subscribers.c.id == alerts.c.subscriber_id)
        # groups, which Telegram numbers below zero, hear of events only
        .where(
            subscribers.c.standing == Standing.ACTIVE,
            subscribers.c.id > 0,
            subscribers.c.created_at <= joined_by,
        )
    )


def _is_placed(audience: Audience) -> list[sa.ColumnElement[bool]]:
    cell = alert_cells.c
    if audience.point is None:
        return [cell.cell == ONLINE_CELL]
    x, y, z = grid.xyz(audience.point)
    chord = (cell.x - x) * (cell.x - x) + (cell.y - y) * (cell.y - y) + (cell.z - z) * (cell.z - z)
    return [
        cell.cell.in_(grid.cells_around(audience.point)),
        chord <= cell.squared_reach,
        chord <= grid.squared_reach(audience.radius_km),
    ]


def _wants(audience: Audience) -> list[sa.ColumnElement[bool]]:
    mask, availability = alert_cells.c.mask, audience.availability
    conditions = [mask.bitwise_and(availability.half_days << masks.HALF_DAYS_AT) != 0]
    if audience.sectors:
        conditions.append(mask.bitwise_and(sectors.to_mask(audience.sectors)) != 0)
    if availability.not_after:
        conditions.append(alert_cells.c.first_day <= availability.not_after.toordinal())
    if availability.not_before:
        conditions.append(alert_cells.c.last_day >= availability.not_before.toordinal())
    return conditions


def _wants_anywhere(audience: Audience) -> list[sa.ColumnElement[bool]]:
    """The same, read off the alerts: one that takes events on site and online has two rows of cells."""
    alert, availability = alerts.c, audience.availability
    conditions = [alert.half_days.bitwise_and(availability.half_days) != 0]
    if audience.sectors:
        shared = alert.sectors.bitwise_and(sectors.to_mask(audience.sectors))
        conditions.append(sa.or_(alert.sectors == 0, shared != 0))
    if availability.not_after:
        conditions.append(sa.or_(alert.not_before.is_(None), alert.not_before <= availability.not_after))
    if availability.not_before:
        conditions.append(sa.or_(alert.not_after.is_(None), alert.not_after >= availability.not_before))
    return conditions
