"""A stage to be shaken: what must not happen is asked for by each test itself."""

import io
import logging

import pytest
import structlog

from bot import logs
from bot.secrets import Secret
from chaos.victim import free_port
from tests.journeys import stage as journeys

SECRET = "webhook-secret-that-must-never-be-seen"


class Shaken(journeys.Stage):
    """A stage on which updates may be set aside, and may be none that Telegram would send."""

    async def _check_that_nothing_failed(self) -> None:
        """Each test asks by itself."""

    def _hold_against_telegrams_description(self) -> None:
        """Each journey does."""


@pytest.fixture
def mode(request):
    """How updates come: "polling", unless a test is parametrised with "webhook"."""
    return getattr(request, "param", "polling")


@pytest.fixture
async def stage(tmp_path, mode):
    port = free_port()
    webhook = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": SECRET}
    stage = Shaken(tmp_path, environ={"WEB_PORT": str(port)} | (webhook if mode == "webhook" else {}))
    await stage.open()
    await stage.start()
    yield stage
    await stage.close()


@pytest.fixture
def lea(stage):
    return stage.person("Léa", "fr")


@pytest.fixture
def written():
    """Return all that was written to the log so far, from DEBUG up."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(
        level="DEBUG", form="json", secrets=[Secret(journeys.TOKEN), Secret(SECRET)], stream=stream
    )
    yield stream.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    for room in logs.ROOMS:
        logging.getLogger(room).setLevel(logging.NOTSET)
    structlog.reset_defaults()
