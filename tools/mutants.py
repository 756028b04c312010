"""Do the tests notice? Changes the program in one place at a time and runs the tests that guard that place.

    python -m tools.mutants [GROUP …] [--sample N [--seed S]] [--again] [--only FILE] [--jobs J]

Writes docs/mutants.md: what all tests let pass survived, and is listed with the reason that was written
there.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tools import mutants_report, mutations, trials

PAGE = trials.ROOT / "docs/mutants.md"


@dataclass(frozen=True)
class Group:
    """Files that belong together, and the short tests that guard them."""

    files: Sequence[str]
    tests: Sequence[str]


def _files(*named: str) -> list[str]:
    """Return the files of each "folder: name name"."""
    folders = (line.split(": ") for line in named)
    return [f"{folder}/{name}.py" for folder, names in folders for name in names.split()]


def _tests(*named: str) -> list[str]:
    return [f"tests/{folder}/test_{name}" for folder, _, name in (f.partition("/") for f in _files(*named))]


ON_POSTGRESQL = "tests/storage/test_postgresql.py::test_"
GROUPS = {
    "matching": Group(
        _files(
            "domain: matching masks grid alerts availability",
            "storage: matching match_queue matches",
            "services: matches",
        ),
        [
            *_tests("domain: matching grid availability wishes"),
            *_tests("storage: matching match_queue matches alerts", "services: matches alerts"),
            f"{ON_POSTGRESQL}a_new_event_and_a_new_alert_never_miss_each_other",
            f"{ON_POSTGRESQL}who_stops_while_an_event_is_matched_is_told_nothing_of_it",
            f"{ON_POSTGRESQL}a_message_is_not_claimed_while_an_event_is_counted_into_it",
        ],
    ),
    "schedule": Group(
        _files("domain: schedule reminders", "storage: reminders", "services: reminders"),
        [
            *_tests("domain: schedule telling_times", "storage: reminders", "services: reminders"),
            f"{ON_POSTGRESQL}what_is_due_waits_for_a_promise_that_is_being_made_or_moved",
        ],
    ),
    "inbox": Group(
        _files("storage: inbox", "services: updates", "handlers: intake line answered"),
        _tests(
            "storage: inbox",
            "handlers: intake line answered",
            "chaos: duplicates odd_updates",
            "journeys: faults",
        ),
    ),
    "limiter": Group(
        _files(
            "domain: pace",
            "storage: pace",
            "services: pacing",
            "delivery: limiter shared_limiter pause pacing",
        ),
        _tests("delivery: limiter shared_limiter", "storage: pace"),
    ),
    "outbox": Group(
        _files(
            "domain: outbox outcomes",
            "storage: outbox",
            "services: deliveries",
            "delivery: worker recorder sender",
        ),
        [
            *_tests(
                "domain: outbox outcomes",
                "storage: outbox",
                "services: deliveries",
                "delivery: worker rendering transport parts",
            ),
            f"{ON_POSTGRESQL}workers_that_put_messages_off_wait_for_one_another",
        ],
    ),
}


def _chosen(name: str, given: argparse.Namespace) -> mutants_report.Result:
    """Return which mutants of a group to try, all of them alive as yet."""
    files = [file for file in GROUPS[name].files if given.only in (None, file)]
    found = [mutant for file in files for mutant in mutations.of(file, (trials.ROOT / file).read_text())]
    if given.again:
        return mutants_report.listed(PAGE, name, found)
    if not given.sample or given.sample >= len(found):
        return mutants_report.Result(name, len(found), len(found), "all", found)
    places = random.Random(given.seed).sample(range(len(found)), given.sample)  # noqa: S311 -- a draw
    chosen = [found[place] for place in sorted(places)]
    return mutants_report.Result(name, len(found), len(chosen), str(given.seed), chosen)


def _tried(chosen: mutants_report.Result, folder: Path, jobs: int) -> mutants_report.Result:
    """Return what is left alive."""
    print(f"\n== {chosen.group}")
    alive = []
    for mutant, is_alive in trials.run(GROUPS[chosen.group].tests, chosen.alive, folder, jobs):
        if is_alive:
            alive.append(mutant)
            print(f"{mutant.file}:{mutant.line}{mutant.where}: {mutant.change}", flush=True)
    return replace(chosen, alive=alive)


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the groups that are named, or all, and write what came out."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--sample", type=int, help="so many of each group, drawn by the seed; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="only those that survived, after new tests")
    parser.add_argument("--only", metavar="FILE", help="one file of the group; writes nothing")
    parser.add_argument("--jobs", type=int, default=1 + len(os.sched_getaffinity(0)))
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(unknown)}")
    os.chdir(trials.ROOT)
    sys.dont_write_bytecode = False  # whatever the surroundings say: each process would compile all anew
    for name in given.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="m") as made:
            result = _tried(_chosen(name, given), Path(made), given.jobs)
        print(result.line, flush=True)
        if not given.only:
            mutants_report.write(PAGE, result)


if __name__ == "__main__":
    main()
