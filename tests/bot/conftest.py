"""A folder of its own with no setting set, and logging put back as it was."""

import logging
import sys
import threading

import pytest
import structlog

from bot import logs, settings


@pytest.fixture(autouse=True)
def _logging_as_before(monkeypatch):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for room in logs.ROOMS:
        logging.getLogger(room).setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The operator's folder."""
    monkeypatch.chdir(tmp_path)
    for name in settings.NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEB_PORT", "0")
    monkeypatch.setenv("PLAYGROUND_PORT", "0")
    return tmp_path
