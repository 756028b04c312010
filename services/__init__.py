"""Use cases: one async function for each thing that a person or the clock can ask for.

They receive a unit of work and never commit it.
"""

from typing import Protocol

from storage import UnitOfWork as UnitOfWork
from storage.inbox import ReceivedUpdate as ReceivedUpdate


class UnitsOfWork(Protocol):
    """What the edges open their transactions with: the database, as they see it."""

    def unit_of_work(self) -> UnitOfWork:
        """Return a transaction that may write."""
        ...

    def reading(self) -> UnitOfWork:
        """Return a transaction that only reads."""
        ...
