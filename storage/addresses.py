"""The address of a database, as the operator writes it."""

import re
from pathlib import Path

import sqlalchemy as sa

from domain.errors import SettingsError

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+asyncpg"
_LIKE = "sqlite:///data/bot.db or postgresql://user:password@host/name"
_OPTIONS = {"host", "port", "ssl", "passfile", "target_session_attrs"}
_TLS = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class DatabaseUnreachableError(SettingsError):
    """It can't be opened; the message says what to do."""


def parsed(url: str, setting: str = "DATABASE_URL") -> sa.URL:
    """Return a complete address in its parts; SettingsError when it names neither a file nor a database."""
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        # not chained: the library's words quote the address, password and all
        del error
        raise SettingsError(f"{setting} can't be read; write it like {_LIKE}") from None
    if address.drivername == SQLITE and address.database not in {None, "", ":memory:"}:
        return address
    if address.drivername == POSTGRESQL and address.database:
        _check(address, setting)
        return address
    raise SettingsError(f"{setting} must name an SQLite file or a PostgreSQL database; write it like {_LIKE}")


def completed(url: str, setting: str = "DATABASE_URL") -> str:
    """Return an address with its driver, which may be left out, and asyncpg's own word for TLS."""
    kind, separator, rest = url.partition("://")
    drivers = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgres": POSTGRESQL}
    kind = drivers.get(kind, kind)
    if kind == POSTGRESQL:
        # the word of libpq, which hosts of databases give
        rest = re.sub(r"(?<=[?&])sslmode=", "ssl=", rest)
    return parsed(kind + separator + rest, setting).render_as_string(hide_password=False)


def _check(address: sa.URL, setting: str) -> None:
    """Refuse what would be shown, being part of a password, and what asyncpg would not know."""
    if set("@/ ") & {*(address.host or ""), *(address.database or "")}:
        raise SettingsError(
            f"{setting} can't be read: in its name and password, write @ as %40, / as %2F and : as %3A"
        )
    if unknown := address.query.keys() - _OPTIONS:
        raise SettingsError(
            f"{setting} has an option that is not known ({', '.join(sorted(unknown))}); "
            f"known are {', '.join(sorted(_OPTIONS))}"
        )
    if address.query.get("ssl", "require") not in _TLS:
        raise SettingsError(f"{setting} has an ssl that is not known; write one of {', '.join(_TLS)}")


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
