"""SQLAlchemy's asynchronous engine without its ORM, which we never use and which its package imports.

That is 80 ms and 7 MiB of every start. So the package stands empty while the one file of it that we need
is read; whoever asks it for anything else later gets that too, ORM and all.
"""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy.ext

_PACKAGE = "sqlalchemy.ext.asyncio"


@contextmanager
def _left_out() -> Iterator[None]:
    """Let files of the package be read without the package's own, unless that was read already."""
    spec = importlib.util.find_spec(_PACKAGE)
    if _PACKAGE in sys.modules or spec is None or spec.loader is None:
        yield
        return
    loader, package = spec.loader, importlib.util.module_from_spec(spec)

    def rest(name: str) -> Any:
        del vars(package)["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    sys.modules[_PACKAGE] = package
    try:
        yield
    except BaseException:
        del sys.modules[_PACKAGE]
        raise
    vars(sqlalchemy.ext)["asyncio"] = package
    vars(package)["__getattr__"] = rest


with _left_out():
    from sqlalchemy.ext.asyncio.engine import AsyncConnection as AsyncConnection
    from sqlalchemy.ext.asyncio.engine import AsyncEngine as AsyncEngine
    from sqlalchemy.ext.asyncio.engine import AsyncTransaction as AsyncTransaction
    from sqlalchemy.ext.asyncio.engine import create_async_engine as create_async_engine
