"""What the program writes about itself: no token, no secret, and nothing that a person typed.

a secret      is struck out of the finished line, wherever it came from
an error      is told by its types and frames; its words only when they are ours (JobBotError)
a library     speaks from WARNING up, and only its fixed words: what it fills in may be a person's
nobody's      errors that no one caught come here too, instead of a bare traceback
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor

from bot import tracebacks
from bot.secrets import Secret

ROOMS = (
    "bot", "handlers", "web", "delivery", "sources", "playground",
    "messages", "services", "locales", "storage", "domain",
)  # fmt: skip
STRUCK_OUT = "***"

_TOKEN = re.compile(r"\d{1,20}(?::|%3A)[\w-]{35,}", re.IGNORECASE | re.ASCII)
_FILLED_IN = re.compile(r"%(?:\(\w+\))?[-#0 +]*[\d.*]*[a-zA-Z]")
"""Where a library's words have a place for what is not told."""
_OURS = frozenset((*ROOMS, "__main__"))

log = structlog.get_logger(__name__)


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Turns a record into a line that anyone may read."""

    def __init__(self, form: str, secrets: Iterable[Secret], *, is_coloured: bool) -> None:
        renderer: Processor = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if form == "json"
            else structlog.dev.ConsoleRenderer(colors=is_coloured)
        )
        super().__init__(
            foreign_pre_chain=_BEFORE,
            processors=[self.remove_processors_meta, _tell_error, renderer],
        )
        self._secrets = sorted({form for secret in secrets for form in _forms(secret.value)}, key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        """Format, then strike out whatever must not be read."""
        if record.name.partition(".")[0] not in _OURS:
            record = logging.makeLogRecord(record.__dict__)
            fixed = (str(record.msg).splitlines() or [""])[0]
            record.msg, record.args = _FILLED_IN.sub("…", fixed), ()
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, STRUCK_OUT)
        return _TOKEN.sub(STRUCK_OUT, line)


def configure(
    *, level: str, form: str, secrets: Iterable[Secret] = (), stream: TextIO | None = None
) -> logging.Handler:
    """Let every logger of the process write to one stream (stderr); return the handler that does."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(form, secrets, is_coloured=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, getattr(logging, level)))
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_BEFORE,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return handler


def catch_all() -> None:
    """Send what nobody caught to the log, in every thread."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda caught: _uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)
    sys.unraisablehook = lambda caught: _uncaught(caught.exc_type, caught.exc_value, caught.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        log.critical("an unexpected error", exc_info=error or kind())


def _tell_error(_logger: object, _method: str, event: EventDict) -> EventDict:
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = tracebacks.told(error)
    return event


def _forms(secret: str) -> set[str]:
    """Return how a secret may be written in a line: as it is, in JSON, in `repr`, in an address."""
    if not secret:
        return set()
    return {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe=""), quote(secret)}


_BEFORE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
