"""What a seed stands for: which bots, on what, and how they are shaken."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

SQLITE, POSTGRESQL = "sqlite", "postgresql"
POLLING, WEBHOOK = "polling", "webhook"
ALONE = ("all",)
THREE_WORKERS = ("web", "scheduler", "worker", "worker", "worker")
MODES = (POLLING, WEBHOOK)
START_TAKES_S, SHORTEST_S = 3.0, 1.0
"""A start takes so long on a busy machine; a process that never lived would do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One trial."""

    number: int
    seed: int
    database: str
    mode: str
    """How updates come."""
    roles: tuple[str, ...]
    """One process each; the first is the one to which Telegram brings updates."""
    kills: int
    """At least so many, and so many messages, unless time is up before."""
    messages: int
    life: float
    """Seconds that a process lives on average, once it is ready."""

    def chance(self, what: str) -> random.Random:
        """Return the chance of one part of the trial: parts that run side by side do not share one."""
        return random.Random(f"{self.seed}/{what}")

    def __str__(self) -> str:
        return f"trial {self.number} ({self.database}, {self.mode}, {'+'.join(self.roles)})"


def plans(
    seed: int,
    *,
    trials: int,
    kills: int,
    messages: int,
    seconds: float,
    crews: Sequence[tuple[str, ...]] = (ALONE,),
) -> list[Plan]:
    """Spread a run over so many trials, all cases in turn; `seconds` of shaking are to be enough.

    `crews`: the roles of the processes of a bot on PostgreSQL; on SQLite there is one process.
    """
    cases = [*itertools.product([SQLITE], MODES, [ALONE]), *itertools.product([POSTGRESQL], MODES, crews)]
    chance = random.Random(seed)
    killed = _shares(kills, trials)
    return [
        Plan(
            number=number,
            seed=chance.getrandbits(32),
            database=database,
            mode=mode,
            roles=roles,
            kills=killed[number],
            messages=_shares(messages, trials)[number],
            life=max(seconds * len(roles) / (killed[number] or 1) - START_TAKES_S, SHORTEST_S),
        )
        for number, (database, mode, roles) in zip(range(trials), itertools.cycle(cases), strict=False)
    ]


def _shares(whole: int, parts: int) -> list[int]:
    return [(whole + number) // parts for number in range(parts)]
