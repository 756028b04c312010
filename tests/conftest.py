"""For every test: nothing is skipped in CI, no secret comes out anywhere."""

import os
from collections.abc import Generator

import pytest

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
