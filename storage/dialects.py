"""What the two databases say differently. Everything else in this room is said once.

On SQLite one transaction writes at a time, so what was read stays so until the commit. On PostgreSQL
several do: what one reads in order to change it, or counts on, it locks first.
"""

from collections.abc import Collection, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from storage.without_orm import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_OURS = 731_000
_SHARED = sa.select(sa.func.pg_advisory_xact_lock_shared(_OURS, sa.bindparam("lock", type_=sa.Integer)))
_SEEK = sa.select(sa.func.set_config("enable_seqscan", "off", sa.true()))
_ALONE = sa.select(sa.func.pg_advisory_xact_lock(_OURS, sa.bindparam("lock", type_=sa.Integer)))


class Lock(IntEnum):
    """What several processes must not do at once; numbered under `_OURS` in PostgreSQL."""

    RUNNING = 1
    """Held from the start to the end of a program: with others, or by one that must be alone."""
    MIGRATING = 2
    MATCHING = 3
    """An event is held against all alerts, or wishes change: else a new event and a new alert may miss."""
    REMINDING = 4
    """What is due is queued, or promises change: else one that comes in between is taken for queued."""
    CLAIMING = 5
    """Messages are taken to be sent, or given back: else two of one chat go to two processes, or cross."""
    LEADING = 6
    """Held by the process that ticks, and receives where Telegram does not call us."""
    POSTING = 7
    """A message in a group is counted: else two take its last place of the minute."""


def is_postgresql(connection: AsyncConnection | sa.Connection) -> bool:
    """Return whether other processes may write meanwhile."""
    return connection.dialect.name == "postgresql"


def may_race(connection: AsyncConnection) -> bool:
    """Return whether this transaction writes, and others may at the same time."""
    options = connection.sync_connection.get_execution_options() if connection.sync_connection else {}
    return is_postgresql(connection) and not options.get("postgresql_readonly")


def insert_new(connection: AsyncConnection, table: sa.Table) -> sa.Insert:
    """Insert what is not there yet; what has the same key already stays as it is."""
    return _insert_new(table, on_postgresql=is_postgresql(connection))


async def save(connection: AsyncConnection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or write all of it but its key over the one that is there."""
    await connection.execute(_upsert(table, tuple(row), on_postgresql=is_postgresql(connection)), row)


@lru_cache
def _upsert(table: sa.Table, names: Collection[str], *, on_postgresql: bool) -> sa.Insert:
    key = [column.name for column in table.primary_key]
    insert = _insert(table, on_postgresql=on_postgresql)
    changed = {name: insert.excluded[name] for name in names if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=changed)


@lru_cache  # one object, so that what is built upon it can be kept by it
def _insert_new(table: sa.Table, *, on_postgresql: bool) -> sa.Insert:
    return _insert(table, on_postgresql=on_postgresql).on_conflict_do_nothing()


def _insert(table: sa.Table, *, on_postgresql: bool) -> "sqlite.Insert | postgresql.Insert":
    if on_postgresql:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 -- 70 ms that no start on SQLite needs

        return postgresql.insert(table)
    return sqlite.insert(table)


def in_hand(connection: AsyncConnection, rows: sa.Select[Any]) -> sa.Select[Any]:
    """Read rows that nobody else changes until the end of the transaction, unless it only reads.

    `rows`: a statement made once.
    """
    return _in_hand(rows) if may_race(connection) else rows


@lru_cache
def _in_hand(rows: sa.Select[Any]) -> sa.Select[Any]:
    return rows.with_for_update(key_share=True)


async def share(connection: AsyncConnection, lock: Lock) -> None:
    """Hold this lock with others until the end of the transaction; whoever wants it alone waits."""
    if is_postgresql(connection):
        await connection.execute(_SHARED, {"lock": int(lock)})


async def one_at_a_time(connection: AsyncConnection, lock: Lock) -> None:
    """Wait until nobody else holds this lock, and hold it until the end of the transaction."""
    if is_postgresql(connection):
        await connection.execute(_ALONE, {"lock": int(lock)})


async def seek(connection: AsyncConnection) -> None:
    """Let indexes be used until the end of the transaction, however small a table was when last counted.

    A table that fills in one statement is read through for each of its own rows else.
    """
    if is_postgresql(connection):
        await connection.execute(_SEEK)


def try_for_session(lock: Lock, *, shared: bool = False) -> sa.Select[bool]:
    """Ask for a lock until the end of the session; the answer is false while another has it."""
    take = sa.func.pg_try_advisory_lock_shared if shared else sa.func.pg_try_advisory_lock
    return sa.select(take(_OURS, int(lock)))
