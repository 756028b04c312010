"""The lists that statements are given: of few lengths, whatever is in them.

Each length of a list is a statement of its own to a database, prepared and kept for each connection: lists of
1 to 60 made SQLite's share of the memory grow for hours, and PostgreSQL prepare most of them anew each time.
"""

from collections.abc import Collection
from typing import TypeVar

Value = TypeVar("Value")


_LONGEST = 1 << 10
"""Longer ones are rare, and PostgreSQL takes no more than 32,767 values."""


def padded(values: Collection[Value]) -> list[Value]:
    """Return these, the last one said again until there are 0, 1, 2, 4, 8 … of them; many as they are."""
    told = list(values)
    if len(told) > _LONGEST:
        return told
    length = 1 << (len(told) - 1).bit_length()
    return told + told[-1:] * (length - len(told))
