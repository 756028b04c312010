"""For every test: nothing is skipped in CI, no secret comes out anywhere, slow readings are shared."""

import os
from collections.abc import Generator

import pytest

from bot import app

pytest_plugins = ["tests.secret_watch", "tests.databases"]

IN_CI = bool(os.environ.get("CI"))  # noqa: TID251 -- says where the tests run, not how the program does


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _not_skipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _not_skipped(report)


def _not_skipped(report):
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} (in CI, a test that is skipped fails)"
    return report


@pytest.fixture(scope="session", autouse=True)
def _places_and_trades_are_read_once():
    """They never change and take seconds to read: the whole session shares what the first start read."""
    read, known = app.surroundings, {}

    def surroundings(settings):
        key = settings.rome_file
        if key not in known:
            known[key] = read(settings)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "surroundings", surroundings)
        yield
