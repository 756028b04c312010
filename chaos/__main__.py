"""The command line of a run: `python -m chaos --help`."""

import argparse
import secrets
import sys
import time
from pathlib import Path

from chaos import plan, run, stopping
from chaos.run import Run
from chaos.trial import Times, Verdict


def main() -> int:
    """Run; return 0 when all held."""
    asked = _parser().parse_args()
    seconds = asked.minutes * 60 - run.REST_S
    plans = plan.plans(
        asked.seed,
        trials=asked.trials,
        kills=asked.kills,
        messages=asked.messages,
        seconds=seconds,
        crews=[tuple(crew.split("+")) for crew in asked.crews],
    )
    chosen = [one for one in plans if asked.only in (None, one.number)]
    print(f"seed {asked.seed}: {len(chosen)} trials, {asked.minutes:g} minutes at most", flush=True)
    began = time.monotonic()
    done = stopping.run(
        run.run(
            chosen,
            seed=asked.seed,
            seconds=seconds,
            restarts=asked.restarts,
            times=Times(),
            say=lambda verdict: _say(verdict, asked),
            files=asked.files,
        )
    )
    if done is None:
        return stopping.INTERRUPTED
    return _conclude(done, asked, time.monotonic() - began)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--trials", type=int, default=12, help="bots side by side")
    parser.add_argument("--kills", type=int, default=1_000, help="in all, as the next two")
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--restarts", type=int, default=20, help="of PostgreSQL")
    parser.add_argument(
        "--crews",
        nargs="+",
        default=["+".join(crew) for crew in (plan.ALONE, plan.THREE_WORKERS)],
        metavar="ROLE+ROLE…",
        help="the processes of each bot on PostgreSQL: on each of them a share of the trials",
    )
    parser.add_argument("--only", type=int, help="replay this trial alone")
    parser.add_argument("--files", type=Path, help="keep logs and databases in this empty folder")
    return parser


def _say(verdict: Verdict, asked: argparse.Namespace) -> None:
    held = "held" if not verdict.breaches else "BROKE"
    print(
        f"{verdict.plan}: {held}; {verdict.kills} kills, {verdict.starts} starts, "
        f"{verdict.messages} messages, {verdict.taps} taps, {verdict.doubles} doubled by kills, "
        f"{verdict.unknown} by lost answers, back in {verdict.back:.1f} s",
        flush=True,
    )
    for breach in verdict.breaches[:20]:
        print(f"  - {breach}")
    if verdict.breaches:
        print(
            f"  to replay: python -m chaos --seed {asked.seed} --minutes {asked.minutes:g} "
            f"--trials {asked.trials} --kills {asked.kills} --messages {asked.messages} "
            f"--restarts {asked.restarts} --crews {' '.join(asked.crews)} --only {verdict.plan.number}",
            flush=True,
        )


def _conclude(done: Run, asked: argparse.Namespace, seconds: float) -> int:
    verdicts = done.verdicts
    kills = sum(verdict.kills for verdict in verdicts)
    messages = sum(verdict.messages for verdict in verdicts)
    broken = sum(bool(verdict.breaches) for verdict in verdicts)
    print(
        f"in all: {kills} kills, {messages} messages, {sum(v.doubles for v in verdicts)} doubled by kills "
        f"({sum(v.doubles for v in verdicts) / max(kills, 1):.2f} a kill), "
        f"{sum(v.unknown for v in verdicts)} by lost answers, {done.restarts} restarts of PostgreSQL, "
        f"{broken} of {len(verdicts)} trials broke, "
        f"{seconds / 60:.1f} minutes"
    )
    is_short = asked.only is None and (kills < asked.kills or messages < asked.messages)
    if is_short:
        print(f"too few: {asked.kills} kills and {asked.messages} messages were asked for")
    return 1 if broken or is_short else 0


if __name__ == "__main__":
    sys.exit(main())
