"""The address of a database, as the operator writes it."""

from pathlib import Path

import sqlalchemy as sa

from domain.errors import SettingsError

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_LIKE = f"{SQLITE}:///data/bot.db or {POSTGRESQL}://user:password@host/name"


class DatabaseUnreachableError(SettingsError):
    """It can't be opened; the message says what to do."""


def parsed(url: str, setting: str = "DATABASE_URL") -> sa.URL:
    """Return an address in its parts; SettingsError when it names neither a file nor a database."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        # not chained: the library's words quote the address, password and all
        del error
        raise SettingsError(f"{setting} can't be read; write it like {_LIKE}") from None
    if address.drivername == SQLITE and address.database not in {None, "", ":memory:"}:
        return address
    if address.drivername == POSTGRESQL and address.database:
        return address
    raise SettingsError(f"{setting} must name an SQLite file or a PostgreSQL database; write it like {_LIKE}")


def completed(url: str, setting: str) -> str:
    """Return an address in which the driver may be left out: sqlite:///data/bot.db, postgresql://host/name."""
    kind, separator, rest = url.partition("://")
    drivers = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgres": POSTGRESQL}
    return parsed(drivers.get(kind, kind) + separator + rest, setting).render_as_string(hide_password=False)


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite address; None when the database is PostgreSQL's."""
    address = parsed(url)
    return Path(str(address.database)) if address.drivername == SQLITE else None


def password_of(url: str) -> str:
    """Return the password in an address, or nothing."""
    return str(parsed(url).password or "")


def shown(url: str) -> str:
    """Return what names the database to its operator: no password, and nothing after a question mark."""
    address = parsed(url)
    if address.drivername == SQLITE:
        return str(address.database)
    where = address.host or address.query.get("host", "localhost")
    port = f":{address.port}" if address.port else ""
    return f"the PostgreSQL database {address.database} on {where}{port}"
