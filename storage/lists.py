"""The lists that statements are given: of few lengths, whatever is in them.

Each length of a list is a statement of its own to a database, prepared and kept for each connection: lists of
1 to 60 made SQLite's share of the memory grow for hours, and PostgreSQL prepare most of them anew each time.
"""

from collections.abc import Collection
from typing import TypeVar

Value = TypeVar("Value")


def padded(values: Collection[Value]) -> list[Value]:
    """Return these, the last one said again until there are 0, 1, 2, 4, 8 … of them."""
    told = list(values)
    length = 1 << (len(told) - 1).bit_length()
    return told + told[-1:] * (length - len(told))
