"""Use cases: one async function for each thing that a person or the clock can ask for.

They receive a unit of work and never commit it.
"""

from storage import UnitOfWork as UnitOfWork
