"""SQL, and nothing but: tables, queries, the unit of work. Domain objects go in and come out."""

from storage.addresses import DatabaseUnreachableError as DatabaseUnreachableError
from storage.database import Database as Database
from storage.unit_of_work import UnitOfWork as UnitOfWork
