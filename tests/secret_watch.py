"""Reads all that the tests' programs write, and fails the test in which a secret or a person comes out.

Two nets: the log as the program itself writes it, at DEBUG, on every handler of the root logger; and
whatever else pytest caught (stdout, stderr, the log of tests that configure it themselves).
"""

import io
import logging
import re
from collections.abc import Generator

import pytest

from bot import logs

MARKER = "marqueur-personnel"
"""Planted by tests wherever a person's own words go."""
SECRETS = ("must-never-be-seen", "never-shown", MARKER)
"""Part of every token and secret of the tests, and of what they plant as personal."""
FORBIDDEN = re.compile("|".join(map(re.escape, SECRETS)), re.IGNORECASE)


class Watch(io.TextIOBase):
    """A stream that keeps only the lines that should not have been written."""

    def __init__(self) -> None:
        self.caught: list[str] = []

    def write(self, text: str) -> int:
        self.caught += [line for line in text.splitlines() if FORBIDDEN.search(line)]
        return len(text)


WATCH = Watch()


def listen() -> None:
    """Let the program log as it does at LOG_LEVEL=DEBUG, into the watch; knows no secret to strike out."""
    root = logging.getLogger()
    others = [handler for handler in root.handlers if getattr(handler, "stream", None) is not WATCH]
    logs.configure(level="DEBUG", form="json", stream=WATCH)
    root.handlers[:] = [*others, *root.handlers]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before any fixture: one that configures the log itself is left to its test."""
    WATCH.caught.clear()
    listen()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    streams = [
        text for name, text in report.sections if "log" not in name
    ]  # pytest formats the log its own way
    told = [line for text in streams for line in text.splitlines() if FORBIDDEN.search(line)]
    if call.when == "call" and (found := WATCH.caught + told):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} wrote a secret, or something personal:\n" + "\n".join(found[:5])
    return report
