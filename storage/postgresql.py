"""PostgreSQL's rules: several processes, each with a few connections; rows are locked, not the whole.

A transaction that writes sees what is committed at each of its statements (READ COMMITTED): what it reads
in order to change is locked first (`storage.dialects`). One that only reads sees one instant.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa

from storage.addresses import shown
from storage.without_orm import AsyncConnection, AsyncEngine, create_async_engine

WRITERS, READERS = 12, 4
CONNECT_TIMEOUT_S = 10
WAIT_S = 30
SILENCE_S = 8
_SESSION = {
    "application_name": "rendez-vous-emploi",
    # 54 keys look dear to the planner: compiling took longer than asking
    "jit": "off",
    "lock_timeout": f"{WAIT_S}s",
    # a process that hangs in a transaction gives its locks back
    "idle_in_transaction_session_timeout": "120s",
    # the server knows within 8 s that a machine has vanished, undoes what it had begun, and frees its locks
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{SILENCE_S * 1000}",
}


@asynccontextmanager
async def engines(url: str) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine]]:
    """Give the engine of writers and that of readers; close both."""
    writer = _engine(url, WRITERS, isolation_level="READ COMMITTED")
    readers = _engine(
        url,
        READERS,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    try:
        yield writer, readers
    finally:
        await readers.dispose()
        await writer.dispose()


@asynccontextmanager
async def apart(url: str) -> AsyncIterator[AsyncConnection]:
    """Give a connection outside the pools, each of whose statements stands alone; close it, however it is."""
    engine = create_async_engine(
        url,
        connect_args={"timeout": CONNECT_TIMEOUT_S, "server_settings": _SESSION},
        poolclass=sa.NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
    )
    connection = await engine.connect()
    try:
        yield connection
    finally:
        # at once: the server may be out of reach, and nothing is under way that it would not undo
        await connection.invalidate()
        await connection.close()


def _engine(url: str, connections: int, **options: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        connect_args={"timeout": CONNECT_TIMEOUT_S, "server_settings": _SESSION},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,  # a restarted server closed them all: found out before a transaction, not in it
        hide_parameters=True,
        **options,
    )


def explained(url: str, error: Exception) -> str:
    """Say in one sentence why a database can't be opened, and what to do."""
    state = sqlstate(error)
    if state in {"28P01", "28000"}:
        return f"{shown(url)} refuses the name or the password; check both in DATABASE_URL"
    if state == "3D000":
        return f"{shown(url)} does not exist; create it (createdb), or change DATABASE_URL"
    if state == "42501":
        return f"{shown(url)} lets this user make no tables; make the user its owner, or change DATABASE_URL"
    if state == "53300":
        return f"{shown(url)} has no connection left for us; raise max_connections, or stop who holds them"
    if state is None:
        return f"{shown(url)} can't be reached ({_said(error)}); start PostgreSQL, or change DATABASE_URL"
    return f"{shown(url)} can't be used ({_said(error)}); see PostgreSQL's log, or change DATABASE_URL"


def sqlstate(error: BaseException) -> str | None:
    """Return PostgreSQL's code for an error; None when none came back from it."""
    state: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state


def _said(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return getattr(cause, "strerror", None) or str(cause).strip() or type(cause).__name__


async def vacuum(connection: AsyncConnection, tables: Iterable[str]) -> None:
    """Clear what was deleted from these tables and their indexes; what someone still reads goes later."""
    # past SQLAlchemy, which would begin a transaction
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(tables)}")
