"""What goes wrong on the way to Telegram: by a seeded plan, on demand, and for a while.

Only ``slow``, ``reply_lost``, ``cut_body`` and ``empty_200`` let the call take effect; the log says so.
"""

import dataclasses
import enum
import random
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from playground import errors


class Kind(enum.StrEnum):
    """What happens to one call."""

    NORMAL = "normal"
    SLOW = "slow"
    TOO_MANY = "too_many"
    TOO_MANY_BARE = "too_many_bare"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    HTML_200 = "html_200"
    EMPTY_200 = "empty_200"
    RESET = "reset"
    REPLY_LOST = "reply_lost"
    CUT_BODY = "cut_body"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    KICKED = "kicked"
    NOT_MEMBER = "not_member"
    NEVER_STARTED = "never_started"
    CHAT_NOT_FOUND = "chat_not_found"
    BAD_ENTITIES = "bad_entities"
    NOT_MODIFIED = "not_modified"
    MIGRATED = "migrated"
    UNAUTHORIZED = "unauthorized"


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One fault; seconds are how slow, or how long to stay away."""

    kind: Kind
    seconds: float = 1


REFUSALS: dict[Kind, errors.Refusal] = {
    Kind.TOO_MANY_BARE: errors.Refusal(429, "Too Many Requests"),
    Kind.SERVER_ERROR: errors.Refusal(500, "Internal Server Error"),
    Kind.BLOCKED: errors.forbidden("bot was blocked by the user"),
    Kind.DEACTIVATED: errors.forbidden("user is deactivated"),
    Kind.KICKED: errors.forbidden("bot was kicked from the group chat"),
    Kind.NOT_MEMBER: errors.forbidden("bot is not a member of the supergroup chat"),
    Kind.NEVER_STARTED: errors.forbidden("bot can't initiate conversation with a user"),
    Kind.CHAT_NOT_FOUND: errors.bad_request("chat not found"),
    Kind.BAD_ENTITIES: errors.bad_request(
        'can\'t parse entities: Unsupported start tag "x" at byte offset 0'
    ),
    Kind.NOT_MODIFIED: errors.bad_request(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message",
    ),
    Kind.UNAUTHORIZED: errors.UNAUTHORIZED,
}
ABOUT_A_CHAT = {
    Kind.BLOCKED,
    Kind.DEACTIVATED,
    Kind.KICKED,
    Kind.NOT_MEMBER,
    Kind.NEVER_STARTED,
    Kind.CHAT_NOT_FOUND,
    Kind.BAD_ENTITIES,
    Kind.MIGRATED,
}
SHARES: Mapping[Kind, float] = {
    Kind.NORMAL: 82,
    Kind.SLOW: 4,
    Kind.TOO_MANY: 3,
    Kind.TOO_MANY_BARE: 0.5,
    Kind.SERVER_ERROR: 2,
    Kind.BAD_GATEWAY: 1.5,
    Kind.HTML_200: 0.25,
    Kind.EMPTY_200: 0.25,
    Kind.RESET: 1.5,
    Kind.REPLY_LOST: 2,
    Kind.CUT_BODY: 0.5,
    Kind.BLOCKED: 0.5,
    Kind.DEACTIVATED: 0.3,
    Kind.KICKED: 0.3,
    Kind.NOT_MEMBER: 0.2,
    Kind.NEVER_STARTED: 0.2,
    Kind.CHAT_NOT_FOUND: 0.5,
    Kind.BAD_ENTITIES: 0.3,
    Kind.MIGRATED: 0.2,
}
_SLOW, _AWAY = (2.0, 8.0), (1, 35)

Seconds: TypeAlias = Mapping[Kind, tuple[float, float]]


@dataclasses.dataclass(slots=True)
class _Order:
    """A fault asked for: for whom, and how often or how long."""

    fault: Fault
    method: str | None
    chat_id: int | None
    times: int | None
    until: float | None

    def fits(self, method: str, chat_id: Any) -> bool:
        return self.method in (None, method) and self.chat_id in (None, chat_id)


@dataclasses.dataclass(slots=True)
class _Plan:
    chance: random.Random
    methods: Collection[str]
    shares: Mapping[Kind, float]
    seconds: Seconds


class Faults:
    """The faults to come. Orders come before the plan; the oldest fitting order first."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._orders: list[_Order] = []
        self._plan: _Plan | None = None

    def follow_plan(
        self,
        seed: int,
        *,
        methods: Collection[str] = (),
        shares: Mapping[Kind, float] = SHARES,
        slow: tuple[float, float] = _SLOW,
        away: tuple[float, float] = _AWAY,
    ) -> None:
        """Draw each call's fate from a seeded chance: those of some methods, or of all.

        ``slow`` (how late an answer comes) and ``away`` (the retry_after of a 429) are ranges in seconds.
        """
        seconds = {Kind.SLOW: slow, Kind.TOO_MANY: away}
        self._plan = _Plan(random.Random(seed), methods, dict(shares), seconds)  # noqa: S311 -- chaos, to be replayed by its seed

    def order(
        self,
        kind: Kind | str,
        *,
        seconds: float = 1,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next ``times`` fitting calls (None: all from now on) end like this."""
        self._orders.append(_Order(Fault(Kind(kind), seconds), method, chat_id, times, until=None))

    def episode(self, kind: Kind | str, *, lasting: float, method: str | None = None) -> None:
        """Let every fitting call end like this for so many real seconds; a 429 names what is left."""
        until = self._now() + lasting
        self._orders.append(_Order(Fault(Kind(kind), lasting), method, None, times=None, until=until))

    def clear(self) -> None:
        """Let everything be well again."""
        self._orders.clear()
        self._plan = None

    def choose(self, method: str, chat_id: Any) -> Fault | None:
        """Decide one call's fate; None when nothing goes wrong."""
        if not self._orders and self._plan is None:
            return None
        fault = self._ordered(method, chat_id)
        if fault is None and self._plan and (not self._plan.methods or method in self._plan.methods):
            fault = self._drawn(self._plan, chat_id)
        return None if fault is None or fault.kind is Kind.NORMAL else fault

    def _ordered(self, method: str, chat_id: Any) -> Fault | None:
        now = self._now()
        self._orders = [one for one in self._orders if one.until is None or one.until > now]
        order = next((one for one in self._orders if one.fits(method, chat_id)), None)
        if order is None:
            return None
        if order.until is not None:
            return Fault(order.fault.kind, order.until - now)
        if order.times is not None:
            order.times -= 1
            if order.times <= 0:
                self._orders.remove(order)
        return order.fault

    @staticmethod
    def _drawn(plan: _Plan, chat_id: Any) -> Fault | None:
        kind = plan.chance.choices(list(plan.shares), list(plan.shares.values()))[0]
        low, high = plan.seconds.get(kind, (1, 1))
        seconds = plan.chance.uniform(low, high)
        if chat_id is None and kind in ABOUT_A_CHAT:
            return None
        return Fault(kind, seconds)


def apply_json(faults: Faults, wish: Mapping[str, Any]) -> None:
    """Set faults as the phone API and the command line write them.

    ``{"clear": true}``, ``{"plan": {"seed": 7, "methods": ["sendMessage"], "slow": [0.1, 0.2]}}``,
    ``{"kind": "reset", "method": "sendMessage", "chat_id": 5, "times": 2}``,
    ``{"kind": "unauthorized", "lasting": 60}``; raises ValueError on anything else.
    """
    wish = dict(wish)
    try:
        if wish.pop("clear", False):
            faults.clear()
        if (plan := wish.pop("plan", None)) is not None:
            ranges = {key: (value[0], value[1]) for key, value in plan.items() if key in {"slow", "away"}}
            shares = {Kind(kind): share for kind, share in plan.get("shares", SHARES).items()}
            faults.follow_plan(plan["seed"], methods=plan.get("methods", ()), shares=shares, **ranges)
        if "lasting" in wish:
            faults.episode(**wish)
        elif wish:
            faults.order(**wish)
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"this is no fault: {wish}") from error
