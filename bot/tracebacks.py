"""An error as the log tells it: types, frames and causes; its own words only when we wrote them.

What a library, or Python itself, says in an error may hold what a person typed, or an address
with a token in it.
"""

import errno
import sqlite3
import traceback
from collections.abc import Iterator

from domain.errors import JobBotError

_DEEPEST = 10
"""Causes and groups followed; an error may, by accident, be its own cause."""


def told(error: BaseException) -> str:
    """Return the traceback, oldest cause first."""
    return "\n".join(_lines(error, _DEEPEST))


def named(error: BaseException) -> str:
    """Return one line: the type, and what is known not to be a person's words."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = _safe_words(error)
    return f"{name}: {words}" if words else name


def _lines(error: BaseException, depth: int) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and depth:
        yield from _lines(before, depth - 1)
        yield "which led to" if error.__cause__ else "and while that was handled"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield named(error)
    if isinstance(error, BaseExceptionGroup) and depth:
        for number, inner in enumerate(error.exceptions, start=1):
            yield f"  {number} of {len(error.exceptions)} in this group:"
            yield from (f"    {line}" for part in _lines(inner, depth - 1) for line in part.splitlines())


def _safe_words(error: BaseException) -> str:
    if isinstance(error, JobBotError):
        return str(error)
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno, str(error.errno))
    if isinstance(error, sqlite3.Error):
        return str(getattr(error, "sqlite_errorname", ""))
    return ""
