"""What happened, by the stand-in's own log, and whether it may: each breach is one line.

What may double is counted by blows: a kill may double as many messages as were in flight, and only such as
were taken before it and came again after it.
"""

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TITLE = re.compile(r"(?:Rencontre|Forum) \d+\b")
LOSES_ANSWER = {"reply_lost", "cut_body", "empty_200"}
"""Faults that let a call take effect and its sender not know."""
SETTLED_S = 10.0
"""By then the program has noted what Telegram answered, or it was killed before, however busy the machine."""
LAST_ONE_S = 30.0
"""The one message to somebody that was worded before they left is sent by then."""
BAD_REQUEST, FORBIDDEN = 400, 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to the stand-in."""

    number: int
    at: float
    """Seconds since 1970."""
    method: str
    chat: int
    text: str
    query: str
    """The tap that is answered."""
    is_taken: bool
    status: int
    fault: str
    said: str
    """Why it was refused."""
    titles: frozenset[str]
    """What it tells of."""

    @property
    def told(self) -> Iterator[tuple[int, str]]:
        """Give (chat, title) of each."""
        return ((self.chat, title) for title in self.titles)

    @property
    def finds_nobody(self) -> bool:
        """Whether Telegram says that this chat can't be written to."""
        return self.status == FORBIDDEN or (self.status == BAD_REQUEST and "chat not found" in self.said)


@dataclass(frozen=True, slots=True)
class Blow:
    """What may make messages come twice: a kill; in a crew, a clock that jumps."""

    at: float
    doubles: int
    """At most so many."""
    lasts: float = 0.0
    """Seconds in which it does so."""


@dataclass(slots=True)
class Ledger:
    """What was done to a bot, and what it owes."""

    owed: set[tuple[int, str]] = field(default_factory=set)
    """(chat, title) of what is promised."""
    perhaps: set[tuple[int, str]] = field(default_factory=set)
    """Nobody knows whether it was: the database went down meanwhile. Or it may come, and need not."""
    in_order: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By chat, what must be tried in this order."""
    blows: list[Blow] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)
    """Of the database: from, to."""
    leaving: set[int] = field(default_factory=set)
    """Said that they want nothing any more, or closed the door."""
    left: dict[int, float] = field(default_factory=dict)
    """When they had the answer to that."""
    speaking: set[int] = field(default_factory=set)
    """Those who write or tap: they get answers."""
    taps: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By person, the numbers of their taps, in order."""


class Log:
    """The stand-in's file, read as it grows, and what it says so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self.calls: list[Call] = []
        self.came: set[tuple[int, str]] = set()
        """(chat, title) of what was taken."""
        self.refused: set[tuple[int, str]] = set()
        """Of what Telegram would never take as it is."""
        self.gone: set[int] = set()
        """Chats of which it said that nobody is there."""

    def read(self) -> Sequence[Call]:
        """Return what is new."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, end, _rest = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(end)
        new = [call_of(json.loads(line)) for line in whole.splitlines()]
        self.add(new)
        return new

    def add(self, calls: Iterable[Call]) -> None:
        """Note what these say."""
        for call in calls:
            self.calls.append(call)
            if call.is_taken:
                self.came.update(call.told)
            elif call.finds_nobody:
                self.gone.add(call.chat)
            elif call.status == BAD_REQUEST:
                self.refused.update(call.told)

    def due(self, ledger: Ledger) -> set[tuple[int, str]]:
        """Return what is owed, to people who are still there, and did not come yet."""
        away = self.gone | ledger.leaving
        return {one for one in ledger.owed - self.came if one[0] not in away}


def call_of(record: Mapping[str, Any]) -> Call:
    """Read one line."""
    params, answer = record["params"], record["answer"] or {}
    text = str(params.get("text", ""))
    return Call(
        number=record["number"],
        at=_seconds(record["at"]),
        method=record["method"],
        chat=params.get("chat_id", 0),
        text=text,
        query=params.get("callback_query_id", ""),
        is_taken=record["accepted"],
        status=record["status"],
        fault=record["fault"] or "",
        said=answer.get("description", ""),
        titles=frozenset(TITLE.findall(text) if record["method"] == "sendMessage" else ()),
    )


def breaches(ledger: Ledger, calls: Sequence[Call]) -> Iterator[str]:
    """Give each breach of what must hold at all times."""
    yield from _doubles(ledger, calls)
    yield from _disorder(ledger, calls)
    yield from _after_leaving(ledger, calls)
    yield from _strange(ledger, calls)
    yield from _answers_in_disorder(ledger, calls)


def repeated(calls: Iterable[Call]) -> list[tuple[Call, Call]]:
    """Return each message that came again, with the one before it."""
    last: dict[tuple[int, str], Call] = {}
    found = []
    for call in calls:
        if not (call.is_taken and call.titles):
            continue
        keys = list(call.told)
        before = max((last[key] for key in keys if key in last), key=lambda one: one.number, default=None)
        if before:
            found.append((before, call))
        last.update(dict.fromkeys(keys, call))
    return found


def unexplained(ledger: Ledger, calls: Iterable[Call]) -> list[tuple[Call, Call]]:
    """Return what doubled although its answer was not lost, and no kill has room for it."""
    open_ = [pair for pair in repeated(calls) if pair[0].fault not in LOSES_ANSWER]
    for blow in sorted(ledger.blows, key=lambda one: one.at):
        # in flight at that kill; of those, the ones that no later kill can explain
        flying = sorted(
            (pair for pair in open_ if pair[0].at <= blow.at + blow.lasts and blow.at <= pair[1].at),
            key=lambda pair: pair[1].at,
        )
        for pair in flying[: blow.doubles]:
            open_.remove(pair)
    return open_


def _doubles(ledger: Ledger, calls: Sequence[Call]) -> Iterator[str]:
    for first, second in unexplained(ledger, calls):
        yield (
            f"{', '.join(second.titles)} came twice to {second.chat}, by calls {first.number} and "
            f"{second.number}, {second.at - first.at:.1f} s apart, for no kill"
        )


def _disorder(ledger: Ledger, calls: Sequence[Call]) -> Iterator[str]:
    tried: dict[int, dict[str, int]] = defaultdict(dict)
    for call in calls:
        for title in call.titles:
            tried[call.chat].setdefault(title, call.number)
    for chat, titles in ledger.in_order.items():
        numbers = [tried[chat][title] for title in titles if title in tried[chat]]
        if numbers != sorted(numbers):
            yield f"{chat} was to get {titles} in this order; first tried by calls {numbers}"


def _after_leaving(ledger: Ledger, calls: Sequence[Call]) -> Iterator[str]:
    refused: dict[int, Call] = {}
    last_ones = Counter[int]()
    for call in calls:
        if not call.titles:
            continue
        before = refused.get(call.chat)
        if before and not _was_shaken(ledger, before.at):
            yield (
                f"call {call.number} writes to {call.chat}, of whom call {before.number} said: {before.said}"
            )
        ago = call.at - ledger.left.get(call.chat, call.at)
        if ago > 0:
            last_ones[call.chat] += 1
            if last_ones[call.chat] > 1 or ago > LAST_ONE_S:
                yield f"call {call.number} writes to {call.chat}, who left {ago:.1f} s before"
        if call.finds_nobody and call.fault not in LOSES_ANSWER:
            refused[call.chat] = call


def _was_shaken(ledger: Ledger, at: float) -> bool:
    """Say whether what Telegram answered then may not have been noted."""
    soon = at + SETTLED_S
    return any(at - blow.lasts <= blow.at <= soon for blow in ledger.blows) or any(
        began <= soon and at <= ended for began, ended in ledger.outages
    )


def _strange(ledger: Ledger, calls: Iterable[Call]) -> Iterator[str]:
    known = ledger.owed | ledger.perhaps
    for call in calls:
        if call.method != "sendMessage" or call.chat in ledger.speaking:
            continue
        if not call.titles or not known.issuperset(call.told):
            yield f"call {call.number} tells {call.chat} what nobody promised: {call.text[:80]!r}"


def _answers_in_disorder(ledger: Ledger, calls: Iterable[Call]) -> Iterator[str]:
    place = {query: (person, n) for person, taps in ledger.taps.items() for n, query in enumerate(taps)}
    last: dict[int, int] = {}
    for call in calls:
        if call.is_taken and call.query in place:
            person, number = place[call.query]
            if number <= last.get(person, -1):
                yield f"call {call.number} answers tap {number} of {person} after tap {last[person]}"
            last[person] = number


def _seconds(instant: str) -> float:
    return dt.datetime.fromisoformat(instant).timestamp()
