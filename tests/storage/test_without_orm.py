"""The engine without the ORM: whoever asks SQLAlchemy for more still gets it."""

import importlib
import sys

import pytest
import sqlalchemy.ext

from storage import without_orm

PACKAGE = "sqlalchemy.ext.asyncio"


@pytest.fixture(autouse=True)
def unread(monkeypatch):
    """As if nobody had asked for it yet; what the others have comes back after the test."""
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(sqlalchemy.ext, "asyncio")
    yield
    for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
        del sys.modules[name]


def test_the_engine_is_read_alone_and_the_rest_when_somebody_asks():
    with without_orm._left_out():
        engine = importlib.import_module(f"{PACKAGE}.engine")
    assert f"{PACKAGE}.session" not in sys.modules
    package = importlib.import_module(PACKAGE)
    assert sqlalchemy.ext.asyncio is package
    assert package.AsyncSession is sys.modules[f"{PACKAGE}.session"].AsyncSession
    assert package.AsyncEngine is engine.AsyncEngine
    assert not hasattr(package, "nothing")


def test_a_package_that_was_read_already_is_used_as_it_is():
    package = importlib.import_module(PACKAGE)
    with without_orm._left_out():
        engine = importlib.import_module(f"{PACKAGE}.engine")
    assert sys.modules[PACKAGE] is package
    assert package.AsyncEngine is engine.AsyncEngine


def test_a_reading_that_fails_leaves_no_empty_package():
    with pytest.raises(ImportError, match="nothing"), without_orm._left_out():
        importlib.import_module(f"{PACKAGE}.nothing")
    assert importlib.import_module(PACKAGE).AsyncSession
