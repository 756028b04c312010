"""A real Chromium for the tests that need eyes."""

import os
from pathlib import Path

import pytest

PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str:
    """Return the path of the system's Chromium; without one the test is skipped, in CI it fails."""
    found = next((path for path in PLACES if Path(path).exists()), None)
    if found is None:
        missing = f"no Chromium at {', '.join(PLACES)}: install your system's chromium package"
        if os.environ.get("CI"):  # noqa: TID251 -- a test asks where it runs
            pytest.fail(missing)
        pytest.skip(missing)
    return found
