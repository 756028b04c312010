"""For every test: nothing is skipped in CI, no secret comes out anywhere, slow readings are shared."""

import os
from collections.abc import Generator

import pytest

from bot import app
from bot.known import Known

pytest_plugins = ["tests.measuring", "tests.brevity", "tests.secret_watch", "tests.databases"]

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


@pytest.fixture(scope="session")
def known():
    """Places and trades: they never change and take seconds to read, so all tests share them."""
    return Known(rome_file=None)


@pytest.fixture(scope="session", autouse=True)
def _every_start_knows_them_already(known):
    read = app.surroundings
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "surroundings", lambda chosen: read(chosen) if chosen.rome_file else known)
        yield
