"""Which lines run: measured cheaply, and only in tests that are there to measure them.

Measuring slows the program and every library under it, by half; what tests marked `long` or `again` run
through, others run through as well. What a property test runs through is drawn by chance, so examples
must, too. SQLAlchemy steps into a greenlet and back for each statement. Coverage can follow that, at
twice the time of a test; here it is put aside instead while a greenlet runs (none of our rules live
there) and taken up on the way back.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator

import coverage
import greenlet
import hypothesis
import pytest

from domain import doubles, grid
from services import listings
from storage import dialects, inbox, match_queue, matches, matching, outbox, reminders

FIRST = "gw0"
REMEMBERING = (doubles, grid, listings, dialects, inbox, match_queue, matches, matching, outbox, reminders)


class OutsideGreenlets:
    """Keeps a tracer for the greenlet that a thread began with, and from those that it starts."""

    def __init__(self) -> None:
        self._outside = greenlet.getcurrent()
        self._tracer: Callable | None = None

    def __call__(self, _event: str, parties: tuple[greenlet.greenlet, greenlet.greenlet]) -> None:
        origin, target = parties
        if origin is self._outside:
            self._tracer = sys.gettrace()
            sys.settrace(None)
        elif target is self._outside and self._tracer is not None:
            sys.settrace(self._tracer)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    if coverage.Coverage.current() is not None:
        greenlet.settrace(OutsideGreenlets())
        # threads are the libraries' for the most part, and following them took an eighth of a test's time
        threading.settrace(None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What importing runs through is the same in every worker: one measures it."""
    if os.environ.get("PYTEST_XDIST_WORKER", FIRST) == FIRST:  # noqa: TID251 -- how the tests run
        return (yield)
    with unmeasured():
        return (yield)


@contextlib.contextmanager
def unmeasured() -> Iterator[None]:
    """Run through what other tests are there to measure."""
    tracer = sys.gettrace()
    if coverage.Coverage.current() is None or tracer is None:
        yield
        return
    sys.settrace(None)
    try:
        yield
    finally:
        _forget()
        sys.settrace(tracer)


def _forget() -> None:
    """Keep no result that was worked out unmeasured: a measured test would never pass there."""
    for module in REMEMBERING:
        for found in vars(module).values():
            if hasattr(found, "cache_clear"):
                found.cache_clear()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if _is_measured(item):
        return (yield)
    with unmeasured():
        return (yield)


def _is_measured(item: pytest.Item) -> bool:
    """Say whether a test is: only what others do not pass through, and not by chance."""
    cases = item.callspec.indices if hasattr(item, "callspec") else {}
    is_twin = (cases.get("database_url") or cases.get("stage_url")) and item.path.parent.name != "storage"
    is_drawn = hypothesis.is_hypothesis_test(getattr(item, "obj", None))
    is_again = item.get_closest_marker("long") or item.get_closest_marker("again")
    return not (is_twin or is_drawn or is_again)
