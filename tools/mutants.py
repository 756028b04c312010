"""Do the tests notice? Changes the program in one place at a time and runs the tests that guard that place.

    python -m tools.mutants [GROUP …] [--sample N] [--seed S] [--jobs J] [--only FILE]

Writes docs/mutants.md: what all tests let pass survived, and is listed with the reason that was written
there.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import mutants_report, mutations, trials


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


GROUPS = {
    "matching": Group(
        _files(
            "domain: matching masks grid alerts availability",
            "storage: matching matches",
            "services: matches",
        ),
        _tests(
            "domain: matching grid availability wishes",
            "storage: matching matches alerts",
            "services: alerts",
        ),
    ),
    "schedule": Group(
        _files("domain: schedule reminders", "storage: reminders", "services: reminders"),
        _tests("domain: schedule telling_times", "storage: reminders", "services: reminders"),
    ),
    "inbox": Group(
        _files("storage: inbox", "services: updates", "handlers: intake line"),
        _tests("storage: inbox", "handlers: intake line"),
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
        _tests("domain: outbox outcomes", "storage: outbox", "delivery: worker rendering transport parts"),
    ),
}


def _try_group(name: str, given: argparse.Namespace, folder: Path) -> mutants_report.Result:
    group = GROUPS[name]
    files = [file for file in group.files if given.only in (None, file)]
    found = [mutant for file in files for mutant in mutations.of(file, (trials.ROOT / file).read_text())]
    chosen = found
    if given.sample and given.sample < len(found):
        picked = random.Random(given.seed).sample(range(len(found)), given.sample)  # noqa: S311 -- a draw
        chosen = [found[place] for place in sorted(picked)]
    print(f"\n== {name}")
    began, survivors = time.monotonic(), []
    for mutant, is_alive in trials.run(group.tests, chosen, folder, given.jobs):
        if is_alive:
            survivors.append(mutant)
            print(f"{mutant.file}:{mutant.line}{mutant.where}: {mutant.change}", flush=True)
    minutes = (time.monotonic() - began) / 60
    return mutants_report.Result(name, len(found), len(chosen), survivors, minutes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the groups that are named, or all, and write what came out."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--sample", type=int, help="so many of each group, drawn by the seed; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--only", metavar="FILE", help="one file of the group; writes nothing")
    given = parser.parse_args(arguments)
    if unknown := set(given.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(unknown)}")
    os.chdir(trials.ROOT)
    sys.dont_write_bytecode = False  # whatever the surroundings say: each process would compile all anew
    for name in given.groups or GROUPS:
        with tempfile.TemporaryDirectory(prefix="m") as made:
            result = _try_group(name, given, Path(made))
        print(result.line)
        if not given.only:
            mutants_report.write(trials.ROOT / "docs/mutants.md", result, given.seed)


if __name__ == "__main__":
    main()
