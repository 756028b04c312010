"""Column types that turn our values into what both databases keep and compare alike."""

import datetime as dt
import enum
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

E = TypeVar("E", bound=enum.Enum)


class Instant(TypeDecorator[dt.datetime]):
    """An aware datetime, kept as microseconds since 1970 in UTC: exact, and compared as a number."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Refuse a naive datetime by subtracting it from an aware one."""
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Give it back in UTC."""
        return None if value is None else EPOCH + value * _MICROSECOND


class Chosen(TypeDecorator[E]):
    """A member of an enumeration, kept by its value; a value no longer known raises ValueError."""

    impl = sa.String
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind
        self._members = {member.value: member for member in kind}

    def process_bind_param(self, value: E | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Keep the value."""
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> E | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Give the member back."""
        # a look into a dict costs a fifth of asking the enumeration
        return None if value is None else self._members.get(value) or self.kind(value)
