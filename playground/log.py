"""The stand-in's own record of every call: what came, whether it took effect, what was answered.

It is the oracle of the tests: ``accepted`` is true when the call took effect, whatever the reply became.
"""

import collections
import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any, TextIO

from playground import checks

_KEPT = 100_000


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One call. The answer is kept as it was sent, so that a later edit does not change it."""

    number: int
    at: dt.datetime
    method: str
    params: checks.Params
    accepted: bool
    status: int
    answer_json: str
    fault: str | None

    @property
    def answer(self) -> Any:
        """The answer of the Bot API, parsed; the one given up when a fault ate it."""
        return json.loads(self.answer_json) if self.answer_json else None

    @property
    def result(self) -> Any:
        """What the call gave, None when it was refused."""
        return (self.answer or {}).get("result")

    @property
    def chat_id(self) -> int | str | None:
        """The chat that the call was about."""
        return self.params.get("chat_id")

    def line(self) -> str:
        """Write the record as one line of JSON."""
        head = json.dumps(
            {
                "number": self.number,
                "at": self.at.isoformat(),
                "method": self.method,
                "accepted": self.accepted,
                "status": self.status,
                "fault": self.fault,
                "params": self.params,
            },
            ensure_ascii=False,
            default=_upload,
        )
        return f'{head[:-1]}, "answer": {self.answer_json or "null"}}}\n'


def _upload(value: Any) -> Any:
    if isinstance(value, checks.Upload):
        return {"file_name": value.name, "mime": value.mime, "size": len(value.content)}
    raise TypeError(type(value).__name__)


class Log:
    """Records in memory (the newest) and, when a path is given, all of them in a file, flushed at once."""

    def __init__(self, path: Path | None) -> None:
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None
        self.records: collections.deque[Record] = collections.deque(maxlen=_KEPT)
        self._number = 0

    def add(
        self,
        method: str,
        params: checks.Params,
        *,
        at: dt.datetime,
        accepted: bool,
        status: int,
        answer_json: str,
        fault: str | None,
    ) -> None:
        """Record one call."""
        self._number += 1
        record = Record(self._number, at, method, params, accepted, status, answer_json, fault)
        self.records.append(record)
        if self._file:
            self._file.write(record.line())
            self._file.flush()

    def calls(
        self, method: str | None = None, *, chat_id: int | None = None, accepted: bool = True
    ) -> list[Record]:
        """Give the calls that took effect (or those that did not), of one method, about one chat."""
        return [
            record
            for record in self.records
            if record.accepted == accepted
            and method in (None, record.method)
            and chat_id in (None, record.chat_id)
        ]

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
